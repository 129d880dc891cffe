// Package callback has the callbacks that a spec can name, one a file. A callback
// is a registration that reads its parameters and returns hooks; what it may see
// and do of a run is train.Run.
package callback

import (
	"strconv"

	"mlp/internal/spec"
	"mlp/internal/train"
)

// Callbacks are registered in the files of this package, one a file.
var Callbacks = spec.NewRegistry[*train.Hooks]("callback", "callbacks")

func init() { Callbacks.Moot("verbose", "what a callback does is told as it happens") }

// readSaveFreq reads how often a model is saved. It stands at the end of an epoch,
// so a number counts epochs, where Keras counts batches.
func readSaveFreq(f *spec.Fields) int {
	n := f.Any("save_freq", spec.NewString("epoch"), "epoch, or save after every so many epochs (Keras: batches)")
	v, err := strconv.Atoi(n.Text)
	switch {
	case n.Kind == spec.String && n.Text == "epoch":
		return 1
	case n.Kind != spec.Int || err != nil || v < 1:
		f.Problem("save_freq", "write epoch, or a number of epochs", "%q is neither", n.Text)
		return 1
	}
	return v
}

// needsConstantRate refuses a learning rate on a schedule, which no callback may
// overrule.
func needsConstantRate(r *train.Run, h *train.Hooks) error {
	if err := r.SetLearningRate(r.LearningRate()); err != nil {
		return h.Problem("", "use a constant learning rate, or drop the callback", "%v", err)
	}
	return nil
}

func has(state map[string]float64, key string) bool {
	_, ok := state[key]
	return ok
}
