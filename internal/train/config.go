// Package train is the loop: a compiled model and its rows go in, epochs are made of
// batches and batches of steps, hooks are called on the way, and the trained model
// comes out, or one that can go on where it was stopped.
package train

import (
	"mlp/internal/evaluate"
	"mlp/internal/spec"
)

// Config is the fit section.
type Config struct {
	Epochs         int
	BatchSize      int
	Shuffle        bool
	DropRemainder  bool // the rows that do not fill a batch are left out of the epoch
	ValidationFreq int  // validate every so many epochs
	ClassWeight    *spec.Node
	OnNaN          string // stop, ignore or reduce_lr
	Held           evaluate.HeldOut
	Callbacks      []*Hooks
}

// What fit.on_nan may say.
const (
	StopOnNaN = "stop"
	IgnoreNaN = "ignore"
	ReduceLR  = "reduce_lr"
)
