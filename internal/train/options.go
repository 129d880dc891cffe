package train

import (
	"time"

	"mlp/internal/evaluate"
	"mlp/internal/model"
)

// Options is what a run is given besides the model.
type Options struct {
	Config
	Parts     model.Parts
	Observers []*Hooks // called after the callbacks; they show progress
	Resume    bool     // go on with an unfinished run: Epochs is then the total, else it is that many more

	Checkpoint  string        // file to save to while the run goes on; "" for none
	EveryEpochs int           // save after every so many epochs; 0: by time
	EveryTime   time.Duration // save after the batch in which so much time has passed; 0: never
	MaxTime     time.Duration // end cleanly after the batch in which this has passed; 0 for no limit
	Aside       string        // file to save to on request, and when the run is interrupted, without a Checkpoint
	Control     *Control      // requests from outside; nil for none
	Generations *Generations  // of what the run is saved as; nil: only the last one is kept

	// Save is called where the model would be saved, if the run is part of a larger one
	// that saves it.
	Save func() error

	Evaluate evaluate.Config // whose threshold a rule chooses when the run has ended
}

// Steps returns the number of batches in an epoch.
func (o Options) Steps() int {
	if o.DropRemainder {
		return o.Parts.Train.X.Rows / o.batch()
	}
	return (o.Parts.Train.X.Rows + o.batch() - 1) / o.batch()
}

// batch is how many rows a step has: no more than there are, for room is made for
// them.
func (o Options) batch() int { return min(o.BatchSize, o.Parts.Train.X.Rows) }

// SaveTo is where a run is saved on request, and when it is interrupted.
func (o Options) SaveTo() string {
	if o.Checkpoint != "" {
		return o.Checkpoint
	}
	return o.Aside
}

// A Result says how a run ended.
type Result struct {
	Epochs      int    // done in this run
	Stopped     string // why it ended before its last epoch; "" if it did not
	TimeUp      bool   // that is the reason
	Interrupted bool   // by the context: the model stands where it was, perhaps in the middle of an epoch
	Unsettled   error  // why the rule for the threshold has led to none; nil if it has, or there is none
}
