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
	ApartLabels                    // rows of labels that training never saw can be counted apart
	PackAgain                      // make the packed table anew from its source
	ListFamily                     // look at all components of the family Value, a plural
	NoHeader                       // say by an option that the first line is data
	NameDelimiter                  // say by an option what separates cells
	NameTarget                     // say by an option which column is to be predicted
	NameGroup                      // say which column the groups of folds are
	ByGroup                        // deal folds out by group, or name no group
	ByLabel                        // deal folds out by label
	ReplaceModel                   // the model file is of no use: restore it, or train it again
	MakeModel                      // there is no model file of that name yet (Value: its path)
	NameModel                      // what was named is no model file, but a spec or a table perhaps
	Rebuild                        // what is built into a model differs: build another, or leave it
	ResumeAnyway                   // the settings of a run to be resumed differ: leave them, or insist
	ResumeBackup                   // a run that did not end can be resumed from its backup (Value: its path)
	NameTable                      // say where the table is
	NameTableOfModel               // the table that only a model names: name it, if it is the right one
	EvaluateTable                  // name the table to evaluate the model Value on
	Train                          // train the model Value
	TrainFurther                   // train the model Value, whose run has ended, for more epochs
	ResumeWithSameTable            // give the table that the run began with, or accept the new one
	GiveSpecAgain                  // give the spec that the model Value holds
	ModelElsewhere                 // the model is in Value: move it
	ModelLost                      // the model is lost: no place has taken it
	UpdateProgram                  // a newer version has written the file
	ResumeUnfinished               // go on with the run in Value, or give it up
	AnswerAnyway                   // answer rows unlike those of training all the same
	NetworkAlone                   // what stands before the network cannot leave with it
	TakePart                       // weights that fit can be taken alone
	RemedyKinds                    // how many there are
)
