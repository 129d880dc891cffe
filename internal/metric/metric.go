// Package metric measures predictions. A metric streams: it is told batch by
// batch and asked at the end, in float64, exactly where Keras approximates.
package metric

import (
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// Goal says which way a metric improves. Callbacks never guess it from a name.
type Goal int8

// The directions.
const (
	Lower  Goal = -1
	None   Goal = 0 // a count, which cannot be monitored without a mode
	Higher Goal = 1
)

// A Metric accumulates over batches.
type Metric interface {
	Reset()
	// Update adds rows. pred is rows × outputs, after the last activation and in
	// the target's own units; target has the same shape, or rows × 1 class
	// indices; weight is one number a row, nil for 1 each. After the first batch
	// it allocates nothing, if Reserve has been told the number of rows.
	Update(pred, target tensor.Mat, weight []float32)
	// Value returns the metric over the rows since Reset. It is NaN where the rows
	// do not determine it, for example AUC with one class only.
	Value() float64
	Goal() Goal
	// State passes all that Update has added up to s, always in the same order.
	State(s *State)
	// Prepare tells a metric once, before the first Update, what the outputs are.
	// It returns a problem, for the caller to put a position to, if the metric
	// means nothing for them. A metric that is not prepared guesses from shapes.
	Prepare(o Outputs) *problem.Problem
}

// A Reserver is a metric that keeps every row (AUC, for example) and can make
// room before the first batch.
type Reserver interface {
	Reserve(rows int)
}

// Metrics are registered in the files of this package.
var Metrics = spec.NewRegistry[Metric]("metric", "metrics")
