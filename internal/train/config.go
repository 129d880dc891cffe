// Package train is the fit loop and what surrounds it: callbacks, history,
// resuming, evaluation.
package train

import "mlp/internal/spec"

// Config is the fit section.
type Config struct {
	Epochs         int
	BatchSize      int
	Shuffle        bool
	ValidationFreq int // validate every so many epochs
	ClassWeight    *spec.Node
	OnNaN          string // stop, ignore or reduce_lr
	Callbacks      []*Hooks
}

// What fit.on_nan may say.
const (
	stopRun    = "stop"
	ignoreNaN  = "ignore"
	reduceRate = "reduce_lr"
)
