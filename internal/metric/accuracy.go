package metric

import (
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// accuracy is the fraction of correct predictions.
type accuracy struct {
	outputInfo
	cut
	name string
	k    int  // a class is correct among the k most probable; 0: only as the first of them
	only bool // binary or categorical by its name, whatever the outputs

	correct, weights float64 // Σ weight of correct rows, Σ weight
	rows             int
}

// Reset implements Metric.
func (m *accuracy) Reset() { m.correct, m.weights, m.rows = 0, 0, 0 }

// State implements Metric.
func (m *accuracy) State(s *State) { s.Float(&m.correct); s.Float(&m.weights); s.Int(&m.rows) }

// Goal implements Metric.
func (m *accuracy) Goal() Goal { return Higher }

// Prepare implements Metric.
func (m *accuracy) Prepare(o Outputs) *problem.Problem {
	m.fit(o)
	if m.only {
		return m.fitsAsNamed(o)
	}
	if _, p := ResolveAccuracy(o); p != nil {
		return p
	}
	m.set(o)
	return nil
}

// fitsAsNamed refuses binary accuracy for classes and the reverse.
func (m *accuracy) fitsAsNamed(o Outputs) *problem.Problem {
	switch {
	case o.Task == task.Regression:
		return refuse(m.name, o, forNumbers)
	case m.Task == task.Multiclass && o.Task != task.Multiclass:
		return refuse(m.name, o, "use binary_accuracy, or accuracy, which chooses by itself")
	case m.Task != task.Multiclass && o.Task == task.Multiclass:
		return refuse(m.name, o, "use categorical_accuracy, or accuracy, which chooses by itself")
	}
	return nil
}

// ResolveAccuracy returns the metric that the word "accuracy" stands for under
// these outputs. Keras looks at shapes alone, and so compares the largest of several
// labels, or numbers with a threshold; here each label is compared by itself, and
// for numbers a problem is returned.
func ResolveAccuracy(o Outputs) (string, *problem.Problem) {
	switch o.Task {
	case task.Binary, task.MultiLabel:
		return "binary_accuracy", nil
	case task.Multiclass:
		return "categorical_accuracy", nil
	}
	return "", refuse("accuracy", o, forNumbers)
}

func (m *accuracy) infer(pred, target tensor.Mat) {
	if !m.prepared {
		m.set(inferOutputs(pred, target))
	}
}

// Update implements Metric.
func (m *accuracy) Update(pred, target tensor.Mat, weight []float32) {
	m.infer(pred, target)
	m.rows += pred.Rows
	if weight == nil && pred.Cols == 1 && m.Task != task.Multiclass {
		m.correct += float64(agreeing(pred.Data, target.Data, m.at))
		m.weights += float64(pred.Rows)
		return
	}
	for i := range pred.Rows {
		w := weightOf(weight, i)
		m.correct += float64(w * m.row(pred.Row(i), target.Row(i)))
		m.weights += w
	}
}

// agreeing counts the rows in which p > threshold agrees with the target. It has no
// branches, because the processor could not predict them.
func agreeing(pred, target []float32, threshold float32) int {
	wrong := 0
	for i, t := range target {
		yes, is, other := 0, 0, 0
		if pred[i] > threshold {
			yes = 1
		}
		if t == 1 {
			is = 1
		}
		if t != 0 && t != 1 {
			other = 1
		}
		wrong += yes ^ is | other
	}
	return len(target) - wrong
}

// row returns the fraction of a row's outputs that are correct.
func (m *accuracy) row(pred, target []float32) float64 {
	if m.Task == task.Multiclass {
		if inTop(pred, classOf(target), m.k) {
			return 1
		}
		return 0
	}
	right := 0
	for j, p := range pred {
		if (p > m.at) == (target[j] == 1) && (target[j] == 0 || target[j] == 1) {
			right++
		}
	}
	return float64(right) / float64(len(pred))
}

// inTop reports whether class is the largest of pred, the first of equals; or
// with k > 0 among the k largest, where equals count for it, as in Keras.
func inTop(pred []float32, class, k int) bool {
	if class < 0 || class >= len(pred) {
		return false
	}
	if k == 0 {
		return argmax(pred) == class
	}
	if pred[class] != pred[class] {
		return false
	}
	better := 0
	for _, p := range pred {
		if p > pred[class] {
			better++
		}
	}
	return better < k
}

// Value implements Metric.
func (m *accuracy) Value() float64 { return ratio(m.correct, m.weights) }

var (
	_ = Metrics.Add("accuracy",
		"share of right answers: binary_accuracy for one probability or several labels, "+
			"categorical_accuracy for classes; refused for numbers",
		func(f *spec.Fields) Metric {
			return &accuracy{name: "accuracy", cut: half()}
		}, "acc")

	_ = Metrics.Add("binary_accuracy",
		"share of outputs with (p > threshold) = t, averaged over the outputs",
		func(f *spec.Fields) Metric {
			return named("binary_accuracy", task.Binary, &accuracy{cut: readCut(f, "a yes is a probability above this")})
		})

	_ = Metrics.Add("categorical_accuracy",
		"share of rows whose most probable class is the true one",
		func(f *spec.Fields) Metric {
			return named("categorical_accuracy", task.Multiclass, &accuracy{})
		})

	_ = Metrics.Add("sparse_categorical_accuracy",
		"categorical_accuracy: class indices and one-hot targets are recognised by their shape",
		func(f *spec.Fields) Metric {
			return named("sparse_categorical_accuracy", task.Multiclass, &accuracy{})
		})

	_ = Metrics.Add("top_k_categorical_accuracy",
		"share of rows with fewer than k classes more probable than the true one",
		func(f *spec.Fields) Metric {
			return named("top_k_categorical_accuracy", task.Multiclass, &accuracy{k: f.Int("k", 5, "how many classes may be named", spec.AtLeast(1))})
		}, "top_k_accuracy")

	_ = Metrics.Add("sparse_top_k_categorical_accuracy",
		"top_k_categorical_accuracy: class indices and one-hot targets are recognised by their shape",
		func(f *spec.Fields) Metric {
			return named("sparse_top_k_categorical_accuracy", task.Multiclass, &accuracy{k: f.Int("k", 5, "how many classes may be named", spec.AtLeast(1))})
		})
)

// named makes an accuracy of a given kind.
func named(name string, kind task.Task, m *accuracy) Metric {
	m.name, m.only = name, true
	m.set(Outputs{Task: kind})
	return m
}

func (m *accuracy) reduces(pred, target tensor.Mat) bool {
	m.infer(pred, target)
	return true
}

func (m *accuracy) reduce(pred, target []float32) float64 { return m.row(pred, target) }

func (m *accuracy) again(v, weight float64) {
	m.rows++
	m.correct += float64(weight * v)
	m.weights += weight
}
