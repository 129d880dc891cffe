package model

import "mlp/internal/optim"

// A Stage is how far a model has come: the Keras verbs in their order.
type Stage string

// The stages.
const (
	Built    Stage = "built"    // preprocessing fitted, weights initialised
	Compiled Stage = "compiled" // loss, metrics and optimizer attached and checked
	Fitted   Stage = "fitted"   // trained for at least one epoch
)

// Run is where training stands: what a resumed run needs besides weights and
// optimizer state.
type Run struct {
	Epoch     int // epochs done
	BestEpoch int // counted from 1; 0 while there is none
	Target    int // epochs the run was asked for in all
	Done      bool
	Stopped   string                        // why a callback has ended the run, which is not Done yet; "" if none has
	Slowed    int                           // how often the learning rate was cut to a tenth after a divergence
	Callbacks map[string]map[string]float64 // state by callback
	Partial   *Partial                      // of the epoch that goes on; nil between epochs
}

// A Partial is what a run that stands in the middle of an epoch has besides
// weights and optimizer: how far the epoch has come, and what was added up on the
// way. The order of the rows is not in it, for it follows from seed and epoch.
type Partial struct {
	Batch   int         // how many are done, at least one
	First   float64     // loss of the first, by which a run judges whether its loss explodes
	Loss    float64     // their share of the epoch's mean loss
	Metrics [][]float64 // the sums of each training metric, in the model's order

	// Start is how the epoch began, for a run that goes back there when it
	// diverges, and is to do so after it was resumed too; else nil.
	Start *Snapshot
}

// A Snapshot is the state of training at the end of an epoch. It lets a run that
// is stopped within an epoch, or diverges, go back to the last whole one.
type Snapshot struct {
	params    []float32
	optimizer optim.State
	step      uint64
	run       Run
	epochs    int
	stage     Stage
}
