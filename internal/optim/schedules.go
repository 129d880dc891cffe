package optim

import "mlp/internal/spec"

// A Schedule is the learning rate as a function of the step s, which counts batches
// from 0 over all epochs.
type Schedule interface {
	At(s int64) float64
}

// Schedules are registered in the files of this package.
var Schedules = spec.NewRegistry[Schedule]("schedule", "schedules")

// A curve is a schedule that is a function of the step and nothing else.
type curve func(s float64) float64

// At implements Schedule.
func (c curve) At(s int64) float64 { return c(float64(s)) }
