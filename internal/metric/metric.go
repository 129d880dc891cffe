// Package metric measures predictions. In flow batches of predictions, targets and
// row weights; out comes one number for all rows since Reset. Sums are in float64,
// and exact where Keras approximates (AUC at every distinct score).
//
// Shapes: pred is (rows, outputs); target is (rows, outputs), or (rows, 1) class
// indices; weight is (rows), nil for 1 each. Outputs are probabilities (after the
// last activation), or numbers in the target's own units.
//
// Confidence and Bootstrap give the sampling error of a metric, Rule chooses a
// decision threshold by one, and State saves the sums in the middle of an epoch.
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
	// Reset forgets all rows; what Prepare set stays.
	Reset()
	// Update adds rows: pred (rows, outputs), after the last activation and in the
	// target's own units; target (rows, outputs), or (rows, 1) class indices; weight
	// (rows), nil for 1 each. After the first batch it allocates nothing; a Reserver
	// only if Reserve was called with the number of rows.
	Update(pred, target tensor.Mat, weight []float32)
	// Value returns the metric over the rows since Reset: 0 without rows, unless
	// its formula gives NaN there. It is NaN where the rows do not determine it, for
	// example AUC with one class only.
	Value() float64
	// Goal returns whether higher or lower is better.
	Goal() Goal
	// State passes the sums of Update to s, always in the same order.
	State(s *State)
	// Prepare sets what the outputs are, once, before the first Update. If the
	// metric is not defined for them it returns a problem, to which the caller adds
	// the position. A metric that is not prepared takes the task from the shapes of
	// the first batch.
	Prepare(o Outputs) *problem.Problem
}

// A Reserver is a metric that stores every row (AUC, for example) and can allocate
// for them before the first batch.
type Reserver interface {
	Reserve(rows int)
}

// Metrics are registered in the files of this package.
var Metrics = spec.NewRegistry[Metric]("metric", "metrics")

func init() {
	Metrics.Named("what it is called in logs, monitors and gates; its type where empty")
	Metrics.Moot("dtype", "metrics are added in 64 bits")
	Metrics.Moot("axis", "a row has one axis, which is 1 and the last", "-1", "1")
}
