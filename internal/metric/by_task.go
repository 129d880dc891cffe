package metric

import (
	"mlp/internal/problem"
	"mlp/internal/task"
)

// byTask is a mean over rows of a function of probabilities that differs between labels
// and classes.
type byTask struct {
	outputInfo
	mean
	name            string
	entropy         *entropy                             // nil unless the function may be one of logits
	labels, classes func(pred, target []float32) float64 // nil: refused
}

// Prepare implements Metric.
func (m *byTask) Prepare(o Outputs) *problem.Problem {
	switch {
	case o.Task == task.Regression:
		return refuse(m.name, o, forNumbers)
	case o.Task == task.Multiclass && m.classes == nil:
		return refuse(m.name, o, "use categorical_crossentropy, or log_loss, which chooses by itself")
	case o.Task != task.Multiclass && m.labels == nil:
		return refuse(m.name, o, "use binary_crossentropy, or log_loss, which chooses by itself")
	}
	switch given := m.entropy != nil && m.entropy.given; {
	case given: // what the spec calls logits are margins, or anything else that is no probability already
		m.entropy.fromLogits = o.Meaning != task.Probability
	case o.Meaning == task.Margin:
		return refuseMargins(m.name)
	}
	m.set(o)
	return nil
}

func (m *byTask) row(pred, target []float32) float64 {
	classes := m.Task == task.Multiclass
	if !m.prepared {
		classes = m.labels == nil || m.classes != nil && len(pred) > 1 && len(target) == 1
	}
	if classes {
		return m.classes(pred, target)
	}
	return m.labels(pred, target)
}

// newByTask returns a byTask metric; labels or classes is nil where the metric is
// not defined for them.
func newByTask(name string, goal Goal, labels, classes func(pred, target []float32) float64) *byTask {
	m := &byTask{name: name, labels: labels, classes: classes}
	m.mean = mean{goal: goal, row: m.row}
	return m
}
