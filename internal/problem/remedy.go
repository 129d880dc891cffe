package problem

// A Remedy is what to do next where the words for it are flags and verbs. The zero
// Remedy is none.
type Remedy struct {
	Kind  RemedyKind
	Value any // what fills the sentence: a number, a name, a file; nil for nothing
}

// RemedyKind says which sentence of the command line is meant.
type RemedyKind uint8

// The remedies. A test in cmd demands a sentence for each.
const (
	NoRemedy            RemedyKind = iota
	PackAgain                      // make the packed table anew from its source
	NameTable                      // say where the table is
	NameTableOfModel               // the table that only a model names: name it, if it is the right one
	EvaluateTable                  // name the table to evaluate the model Value on
	Train                          // train the model Value
	TrainFurther                   // train the model Value, whose run has ended, for more epochs
	ResumeWithSameTable            // give the table that the run began with, or accept the new one
	GiveSpecAgain                  // give the spec that the model Value holds
	CheckpointElsewhere            // next time keep a checkpoint on another disk
	ModelInCheckpoint              // the model is in the checkpoint Value: move it
	ModelLost                      // the model is lost: the checkpoint Value failed too
	RemedyKinds                    // how many there are
)
