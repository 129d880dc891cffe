package metric

import (
	"fmt"
	"math"
	"slices"

	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// matrix is the confusion matrix of one decision a row, and a function of it.
type matrix struct {
	outputInfo
	cut     // of one output
	name    string
	equal   bool // an output equal to the threshold is positive
	classes int  // num_classes; 0: not given
	value   func(m *matrix) float64

	n     int
	cells []float64 // (n, n) weights: row = true class, column = predicted class
}

// Reset implements Metric.
func (m *matrix) Reset() { clear(m.cells) }

// State implements Metric.
func (m *matrix) State(s *State) { s.Floats(m.cells) }

// Goal implements Metric.
func (m *matrix) Goal() Goal { return Higher }

// Prepare implements Metric.
func (m *matrix) Prepare(o Outputs) *problem.Problem {
	switch {
	case o.Task == task.Regression:
		return refuse(m.name, o, forNumbers)
	case o.Task == task.MultiLabel:
		return refuse(m.name, o, forLabels)
	}
	m.set(o)
	m.fit(o)
	m.n = max(2, o.Columns)
	if m.classes != 0 && m.classes != m.n {
		return &problem.Problem{Msg: fmt.Sprintf("num_classes is %d, but there are %d classes", m.classes, m.n), Hint: "leave num_classes out"}
	}
	m.cells = make([]float64, m.n*m.n)
	return nil
}

// Update implements Metric.
func (m *matrix) Update(pred, target tensor.Mat, weight []float32) {
	if !m.prepared {
		o := inferOutputs(pred, target)
		if o.Task == task.MultiLabel {
			o.Task = task.Multiclass // one decision a row: the columns are one-hot
		}
		if p := m.Prepare(o); p != nil {
			panic("metric: " + m.name + ": " + p.Msg)
		}
	}
	for i := range pred.Rows {
		p, t := pred.Row(i), target.Row(i)
		predicted, truth := argmax(p), classOf(t)
		if len(p) == 1 {
			predicted = 0
			if p[0] > m.at || m.equal && p[0] == m.at {
				predicted = 1
			}
		}
		m.cells[truth*m.n+predicted] += weightOf(weight, i)
	}
}

// Value implements Metric.
func (m *matrix) Value() float64 { return m.value(m) }

// margins returns the weight of rows whose true class is c, and of those for which
// c is predicted.
func (m *matrix) margins(c int) (truth, predicted float64) {
	for i := range m.n {
		truth += m.cells[c*m.n+i]
		predicted += m.cells[i*m.n+c]
	}
	return truth, predicted
}

// correlation is Matthews's coefficient for any number of classes (Gorodkin
// 2004): (c·s − Σ t_k·p_k)/√((s² − Σ p_k²)(s² − Σ t_k²)), c correct of s.
func correlation(m *matrix) float64 {
	var c, s, tp, tt, pp float64
	for k := range m.n {
		t, p := m.margins(k)
		c += m.cells[k*m.n+k]
		s += t
		tp, tt, pp = tp+float64(t*p), tt+float64(t*t), pp+float64(p*p)
	}
	ss := float64(s * s)
	return ratio(float64(c*s)-tp, math.Sqrt(ss-pp)*math.Sqrt(ss-tt))
}

// kappa is 1 − Σ w·observed/Σ w·expected, w being the cost of predicting j for i.
func kappa(cost func(i, j int) float64) func(m *matrix) float64 {
	return func(m *matrix) float64 {
		var observed, expected, s float64
		for i := range m.n {
			t, _ := m.margins(i)
			s += t
		}
		for i := range m.n {
			t, _ := m.margins(i)
			for j := range m.n {
				_, p := m.margins(j)
				observed += float64(cost(i, j) * m.cells[i*m.n+j])
				expected += float64(cost(i, j) * t * p / s)
			}
		}
		if expected == 0 {
			return 0 // one class only: no agreement beyond chance
		}
		return 1 - observed/expected
	}
}

// balanced is the mean recall of the classes that occur.
func balanced(m *matrix) float64 {
	var sum, n float64
	for k := range m.n {
		if t, _ := m.margins(k); t > 0 {
			sum += m.cells[k*m.n+k] / t
			n++
		}
	}
	return ratio(sum, n)
}

// union is the mean of TP/(TP + FP + FN) over the given classes that occur; an
// empty list stands for all.
func union(classes []float64) func(m *matrix) float64 {
	return func(m *matrix) float64 {
		var sum, n float64
		for k := range m.n {
			t, p := m.margins(k)
			both := m.cells[k*m.n+k]
			if either := t + p - both; either > 0 && (len(classes) == 0 || slices.Contains(classes, float64(k))) {
				sum += both / either
				n++
			}
		}
		return ratio(sum, n)
	}
}

var (
	_ = addMatrix("mcc",
		"Matthews correlation of truth and decision, for any number of classes: 1 right, 0 chance, −1 all "+
			"wrong",
		correlation, "matthews_correlation")
	_ = addMatrix("balanced_accuracy", "mean recall of the classes", balanced)
	_ = Metrics.Add("cohen_kappa",
		"agreement beyond chance, 1 − observed/expected disagreement (Cohen 1960)",
		func(f *spec.Fields) Metric {
			costs := map[string]func(i, j int) float64{
				"none": func(i, j int) float64 {
					if i == j {
						return 0
					}
					return 1
				},
				"linear":    func(i, j int) float64 { return math.Abs(float64(i - j)) },
				"quadratic": func(i, j int) float64 { return float64((i - j) * (i - j)) },
			}
			how := f.Enum("weights", "none", "cost of a wrong class: 1, or by the distance of ordered classes, or its square", "none", "linear", "quadratic")
			return &matrix{name: "cohen_kappa", cut: half(), value: kappa(costs[how])}
		}, "kappa")

	_ = addUnion("iou", "intersection over union TP/(TP + FP + FN), mean over the wanted classes", true)
	_ = addUnion("mean_iou", "intersection over union, mean over all classes", false)
	_ = addUnion("one_hot_iou", "iou: class indices and one-hot targets are recognised by their shape", true)
	_ = addUnion("one_hot_mean_iou",
		"mean_iou: class indices and one-hot targets are recognised by their shape",
		false)
	_ = Metrics.Add("binary_iou",
		"intersection over union of p ≥ threshold with t, mean over no and yes",
		func(f *spec.Fields) Metric {
			return &matrix{name: "binary_iou", equal: true, cut: readCut(f, "a yes is a probability from this on"),
				value: union(f.Floats("target_class_ids", []float64{0, 1}, "0 for no, 1 for yes", spec.In(0, 1)))}
		})
)

func addMatrix(name, doc string, value func(m *matrix) float64, aliases ...string) spec.Registered {
	return Metrics.Add(name, doc, func(f *spec.Fields) Metric {
		return &matrix{name: name, cut: readCut(f, "a yes is a single probability above this"), value: value}
	}, aliases...)
}

func addUnion(name, doc string, selectable bool) spec.Registered {
	return Metrics.Add(name, doc, func(f *spec.Fields) Metric {
		m := &matrix{name: name, cut: half(), equal: true}
		var classes []float64
		if selectable {
			classes = f.Floats("target_class_ids", nil, "the classes that count; none means all", spec.NonNegative)
		}
		m.value = union(classes)
		m.classes = f.OptInt("num_classes", "checked against the outputs, which say it", spec.AtLeast(2))
		return m
	})
}
