package model

import (
	"slices"

	"mlp/internal/loss"
	"mlp/internal/metric"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// shares are the activations whose outputs lie between 0 and 1, and are taken for
// probabilities of labels under any loss.
var shares = []string{"sigmoid", "softmax", "hard_sigmoid", "sparse_sigmoid", "sparsemax"}

// Meaning returns what Predict's outputs mean, to everything that names them, decides by
// them or measures them. Logits are not among the meanings: what a loss is given as
// logits has been turned into probabilities.
func (m *Model) Meaning() task.Meaning {
	switch {
	case m.Pipeline.Task() == task.Regression:
		return task.Value
	case slices.Contains(shares, m.Net.Last.Name):
		return task.Probability
	case m.Loss != nil && loss.Margins(m.Loss):
		return task.Margin
	}
	return task.Value
}

// Probabilities reports whether the network's outputs are probabilities that have
// logits, and whether those of a row exclude each other.
func (m *Model) Probabilities() (exclusive, ok bool) {
	if m.Meaning() != task.Probability {
		return false, false
	}
	switch m.Net.Last.Name {
	case "softmax":
		return true, true
	case "sigmoid":
		return false, m.Pipeline.Task() != task.Multiclass
	}
	return false, false
}

// Head returns what the outputs of a regression are. It follows from the loss, also of a
// model that is not compiled yet; where the last layer does not fit it, compiling fails.
func (m *Model) Head() task.Head {
	l := m.Loss
	if l == nil {
		l = m.Config.Compile.Loss
	}
	if l == nil || m.Pipeline.Task() != task.Regression {
		return task.Head{}
	}
	h := loss.HeadOf(l)
	if h.Outputs(len(m.Pipeline.Targets())) != m.Net.Out {
		return task.Head{}
	}
	return h
}

// Answers names what Predict's outputs are of a regression, one by one.
func (m *Model) Answers() []string { return m.Head().Names(m.Pipeline.Targets()) }

// Point returns of outputs (rows, outputs) what is answered where one number a target is
// wanted, (rows, targets): of a head of several numbers one, else the outputs.
func (m *Model) Point(outputs tensor.Mat) tensor.Mat {
	if h := m.Head(); h.Several() {
		return outputs.Column(h.Point(), nil)
	}
	return outputs
}

// Unscale brings outputs of a regression to the target's own units, in place; others are
// what they are.
func (m *Model) Unscale(outputs tensor.Mat) {
	if m.Pipeline.Task() == task.Regression {
		m.Pipeline.Unscale(outputs, m.Head())
	}
}

// Outputs says to metrics what the network's outputs mean.
func (m *Model) Outputs() metric.Outputs {
	o := metric.Outputs{Task: m.Pipeline.Task(), Columns: m.Net.Out, Meaning: m.Meaning(), Head: m.Head()}
	if o.Task == task.Binary && m.Net.Out > 1 || o.Task == task.MultiLabel && m.Net.Last.Name == "softmax" {
		o.Task = task.Multiclass
	}
	if m.Net.Last.Name != m.Net.Ends.Name {
		o.Link = m.Net.Last.Name
	}
	return o
}
