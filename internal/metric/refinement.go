package metric

import (
	"math"

	"mlp/internal/calibrate"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// refinement is the log loss at the temperature that suits the very rows best. An epoch
// that is chosen by it is not passed over because its answers are too sure of
// themselves, which a temperature mends.
type refinement struct{ storedRows }

// Goal implements Metric.
func (m *refinement) Goal() Goal { return Lower }

// Prepare implements Metric.
func (m *refinement) Prepare(o Outputs) *problem.Problem {
	if o.Meaning == task.Margin {
		return refuseMargins("refinement")
	}
	return m.probabilities("refinement", o)
}

// Value implements Metric. Unlike Update it allocates: it lays out the logits of all rows
// in float64, once an epoch.
func (m *refinement) Value() float64 {
	n := len(m.weight)
	if n == 0 {
		return 0
	}
	weight := make([]float32, n)
	for i, w := range m.weight {
		weight[i] = float32(w) // which it was made of
	}
	loss, err := calibrate.Held{Outputs: tensor.View(n, m.Columns, m.pred), Truth: tensor.View(n, m.tcols, m.target), Weight: weight,
		Softmax: m.Task == task.Multiclass}.Refined()
	if err != nil { // an output that is no number, or rows without weight
		return math.NaN()
	}
	return loss
}

// noInterval says why there is none: the temperature would have to be found anew for each
// of a thousand draws, and of rows drawn twice it is better than it can be of others.
func (m *refinement) noInterval() {}

var _ = Metrics.Add("refinement",
	"log loss after the temperature that suits the rows best, as a monitor of epochs whose answers are to be calibrated "+
		"(Berta et al. 2025); over labels the mean, each at its own temperature",
	func(*spec.Fields) Metric { return new(refinement) }, "refinement_loss")
