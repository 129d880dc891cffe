package metric

import (
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// mean is the weighted mean over the rows of a function of one row: Keras's
// MeanMetricWrapper, with Σw·v/Σw over all batches and 0 without rows.
type mean struct {
	goal   Goal
	row    func(pred, target []float32) float64
	finish func(mean float64) float64 // nil: none

	total, weights float64
}

// Reset implements Metric.
func (m *mean) Reset() { m.total, m.weights = 0, 0 }

// State implements Metric.
func (m *mean) State(s *State) { s.Float(&m.total); s.Float(&m.weights) }

// Update implements Metric.
func (m *mean) Update(pred, target tensor.Mat, weight []float32) {
	for i := range pred.Rows {
		w := weightOf(weight, i)
		m.total += float64(w * m.row(pred.Row(i), target.Row(i)))
		m.weights += w
	}
}

// Value implements Metric.
func (m *mean) Value() float64 {
	v := ratio(m.total, m.weights)
	if m.finish != nil {
		v = m.finish(v)
	}
	return v
}

// Goal implements Metric.
func (m *mean) Goal() Goal { return m.goal }

// Prepare implements Metric. A distance is defined for every kind of output.
func (m *mean) Prepare(Outputs) *problem.Problem { return nil }

// overOutputs is the row function that averages f over the outputs of a row.
func overOutputs(f func(t, p float64) float64) func(pred, target []float32) float64 {
	return func(pred, target []float32) float64 {
		sum := 0.0
		for j, p := range pred {
			sum += float64(f(targetOf(target, j, len(pred)), float64(p)))
		}
		return sum / float64(len(pred))
	}
}

// addMean registers the mean over rows of a function without settings.
func addMean(name, doc string, goal Goal, row func(pred, target []float32) float64, aliases ...string) spec.Registered {
	return Metrics.Add(name, doc, func(*spec.Fields) Metric { return &mean{goal: goal, row: row} }, aliases...)
}

// What makes a mean a reducer.

func (m *mean) reduces(_, _ tensor.Mat) bool          { return true }
func (m *mean) reduce(pred, target []float32) float64 { return m.row(pred, target) }

func (m *mean) again(v, weight float64) {
	m.total += float64(weight * v)
	m.weights += weight
}
