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

// matrix is the confusion matrix of one decision a row, and a function of its sums.
type matrix struct {
	outputInfo
	cut     // of one output
	name    string
	equal   bool // an output equal to the threshold is positive
	classes int  // num_classes; 0: not given
	value   func(m *sums) float64

	cost func(i, j int) float64 // of predicting j for i; nil unless value looks at it

	n     int
	cells []float64 // (n, n) weights: row = true class, column = predicted class; nil of many classes
	sums  sums      // of few classes made of the cells, of many added up row by row
}

// mostCells is how large a matrix may be: of more classes only its sums are held.
var mostCells = 1 << 20

// sums is what the values are computed from: the weight of rows whose true class is c, for
// which c is predicted, and for which both are; and Σ weight·cost of all rows.
type sums struct {
	truth, predicted, hit []float64
	observed              float64
}

// newSums makes room for n classes.
func newSums(n int) sums { return sums{make([]float64, n), make([]float64, n), make([]float64, n), 0} }

func (t *sums) add(truth, predicted int, weight float64, cost func(i, j int) float64) {
	t.truth[truth] += weight
	t.predicted[predicted] += weight
	if truth == predicted {
		t.hit[truth] += weight
	}
	if cost != nil {
		t.observed += float64(cost(truth, predicted) * weight)
	}
}

func (t *sums) reset() {
	clear(t.truth)
	clear(t.predicted)
	clear(t.hit)
	t.observed = 0
}

// Reset implements Metric.
func (m *matrix) Reset() {
	clear(m.cells)
	m.sums.reset()
}

// State implements Metric.
func (m *matrix) State(s *State) {
	s.Floats(m.cells)
	if m.cells == nil {
		s.Floats(m.sums.truth)
		s.Floats(m.sums.predicted)
		s.Floats(m.sums.hit)
		s.Float(&m.sums.observed)
	}
}

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
	m.cells, m.sums = nil, newSums(m.n)
	if m.n*m.n <= mostCells {
		m.cells = make([]float64, m.n*m.n)
	}
	return nil
}

// infer prepares the matrix for the shapes of the first batch, if nothing else did.
func (m *matrix) infer(pred, target tensor.Mat) {
	if m.prepared {
		return
	}
	o := inferOutputs(pred, target)
	if o.Task == task.MultiLabel {
		o.Task = task.Multiclass // one decision a row: the columns are one-hot
	}
	if p := m.Prepare(o); p != nil {
		panic("metric: " + m.name + ": " + p.Msg)
	}
}

// Update implements Metric.
func (m *matrix) Update(pred, target tensor.Mat, weight []float32) {
	m.infer(pred, target)
	for i := range pred.Rows {
		truth, predicted := m.decide(pred.Row(i), target.Row(i))
		m.add(truth, predicted, weightOf(weight, i))
	}
}

// decide returns the true class of a row and the predicted one.
func (m *matrix) decide(pred, target []float32) (truth, predicted int) {
	if len(pred) > 1 {
		return classOf(target), argmax(pred)
	}
	if pred[0] > m.at || m.equal && pred[0] == m.at {
		predicted = 1
	}
	return classOf(target), predicted
}

func (m *matrix) add(truth, predicted int, weight float64) {
	if m.cells != nil {
		m.cells[truth*m.n+predicted] += weight
		return
	}
	m.sums.add(truth, predicted, weight, m.cost)
}

// Value implements Metric.
func (m *matrix) Value() float64 {
	if m.cells == nil {
		return m.value(&m.sums)
	}
	m.sums.reset()
	for i := range m.n {
		for j, w := range m.cells[i*m.n:][:m.n] {
			if w != 0 {
				m.sums.add(i, j, w, m.cost)
			}
		}
	}
	return m.value(&m.sums)
}

// correlation is Matthews's coefficient for any number of classes (Gorodkin
// 2004): (c·s − Σ t_k·p_k)/√((s² − Σ p_k²)(s² − Σ t_k²)), c correct of s.
func correlation(m *sums) float64 {
	var c, s, tp, tt, pp float64
	for k, t := range m.truth {
		p := m.predicted[k]
		c += m.hit[k]
		s += t
		tp, tt, pp = tp+float64(t*p), tt+float64(t*t), pp+float64(p*p)
	}
	ss := float64(s * s)
	return ratio(float64(c*s)-tp, math.Sqrt(ss-pp)*math.Sqrt(ss-tt))
}

// kappa is 1 − Σ w·observed/Σ w·expected, w being the cost of predicting j for i.
func kappa(cost func(i, j int) float64) func(m *sums) float64 {
	return func(m *sums) float64 {
		var expected, s float64
		var answers []int // classes that are predicted: the others add nothing
		for k, t := range m.truth {
			s += t
			if m.predicted[k] != 0 {
				answers = append(answers, k)
			}
		}
		for i, t := range m.truth {
			if t == 0 {
				continue
			}
			for _, j := range answers {
				expected += float64(cost(i, j) * t * m.predicted[j] / s)
			}
		}
		if expected == 0 {
			return 0 // one class only: no agreement beyond chance
		}
		return 1 - m.observed/expected
	}
}

// balanced is the mean recall of the classes that occur.
func balanced(m *sums) float64 {
	var sum, n float64
	for k, t := range m.truth {
		if t > 0 {
			sum += m.hit[k] / t
			n++
		}
	}
	return ratio(sum, n)
}

// union is the mean of TP/(TP + FP + FN) over the given classes that occur; an
// empty list stands for all.
func union(classes []float64) func(m *sums) float64 {
	return func(m *sums) float64 {
		var sum, n float64
		for k, t := range m.truth {
			both := m.hit[k]
			if either := t + m.predicted[k] - both; either > 0 && (len(classes) == 0 || slices.Contains(classes, float64(k))) {
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
			return &matrix{name: "cohen_kappa", cut: half(), value: kappa(costs[how]), cost: costs[how]}
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

func addMatrix(name, doc string, value func(m *sums) float64, aliases ...string) spec.Registered {
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

func (m *matrix) reduces(pred, target tensor.Mat) bool {
	m.infer(pred, target)
	return true
}

func (m *matrix) reduce(pred, target []float32) float64 {
	truth, answer := m.decide(pred, target)
	return float64(truth*m.n + answer)
}

func (m *matrix) again(v, weight float64) { m.add(int(v)/m.n, int(v)%m.n, weight) }
