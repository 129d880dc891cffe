package model

import (
	"slices"

	"mlp/internal/loss"
	"mlp/internal/metric"
	"mlp/internal/task"
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

// Outputs says to metrics what the network's outputs mean.
func (m *Model) Outputs() metric.Outputs {
	o := metric.Outputs{Task: m.Pipeline.Task(), Columns: m.Net.Out, Meaning: m.Meaning()}
	if o.Task == task.Binary && m.Net.Out > 1 || o.Task == task.MultiLabel && m.Net.Last.Name == "softmax" {
		o.Task = task.Multiclass
	}
	if m.Net.Last.Name != m.Net.Ends.Name {
		o.Link = m.Net.Last.Name
	}
	return o
}
