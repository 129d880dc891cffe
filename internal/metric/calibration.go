package metric

import (
	"math"

	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// squaredSum is Σ (t − p)² over the classes of a row.
func squaredSum(pred, target []float32) float64 {
	sum := 0.0
	if len(target) != len(pred) { // an index: (0 − p)² is p² to the last bit
		at := int(target[0])
		for j, p := range pred {
			if j != at {
				sum += float64(float64(p) * float64(p))
			} else {
				sum += square(1, float64(p))
			}
		}
		return sum
	}
	for j, p := range pred {
		sum += square(float64(target[j]), float64(p))
	}
	return sum
}

// calibration is the expected calibration error: rows go into bins of equal width
// by their confidence, and in each bin the mean confidence is compared with the
// accuracy (Guo et al. 2017, arXiv:1706.04599).
type calibration struct {
	outputInfo
	bins []bin
}

// A bin holds sums over its rows.
type bin struct{ weight, confidence, right float64 }

// A Bin describes the rows with a confidence in [Low, High).
type Bin struct {
	Low, High  float64
	Weight     float64 // Σ of the row weights
	Confidence float64 // their mean; NaN without rows
	Right      float64 // their accuracy or, under one probability, the fraction of positives; NaN without rows
}

// Bins returns the bins of a calibration error, in rising order; nil for any
// other metric.
func Bins(m Metric) []Bin {
	c, ok := m.(*calibration)
	if !ok {
		return nil
	}
	all := make([]Bin, len(c.bins))
	n := float64(len(c.bins))
	for i, b := range c.bins {
		all[i] = Bin{Low: float64(i) / n, High: float64(i+1) / n, Weight: b.weight, Confidence: b.confidence / b.weight, Right: b.right / b.weight}
	}
	return all
}

// Reset implements Metric.
func (m *calibration) Reset() { clear(m.bins) }

// State implements Metric.
func (m *calibration) State(s *State) {
	for i := range m.bins {
		b := &m.bins[i]
		s.Float(&b.weight)
		s.Float(&b.confidence)
		s.Float(&b.right)
	}
}

// Goal implements Metric.
func (m *calibration) Goal() Goal { return Lower }

// Prepare implements Metric.
func (m *calibration) Prepare(o Outputs) *problem.Problem {
	if o.Task == task.Regression {
		return refuse("ece", o, forNumbers)
	}
	if o.Meaning == task.Margin {
		return refuseMargins("ece")
	}
	m.set(o)
	return nil
}

// Update implements Metric.
func (m *calibration) Update(pred, target tensor.Mat, weight []float32) {
	if !m.prepared {
		m.set(inferOutputs(pred, target))
	}
	for i := range pred.Rows {
		p, t, w := pred.Row(i), target.Row(i), weightOf(weight, i)
		if m.Task == task.Multiclass {
			best := argmax(p)
			right := 0.0
			if best == classOf(t) {
				right = 1
			}
			m.add(float64(p[best]), right, w)
			continue
		}
		for j := range p {
			m.add(float64(p[j]), float64(t[j]), w)
		}
	}
}

func (m *calibration) add(confidence, right, w float64) {
	n := len(m.bins)
	i := int(math.Floor(min(max(confidence, 0), 1) * float64(n)))
	b := &m.bins[max(min(i, n-1), 0)] // confidence 1 goes into the last bin, NaN into any
	b.weight += w
	b.confidence += float64(w * confidence)
	b.right += float64(w * right)
}

// noInterval says why there is none: rows drawn anew stray further from the confidence
// of their bins than the rows do, so percentiles of a bootstrap stand above the figure.
func (m *calibration) noInterval() {}

// Value implements Metric.
func (m *calibration) Value() float64 {
	var gap, weight float64
	for _, b := range m.bins {
		gap += math.Abs(b.confidence - b.right)
		weight += b.weight
	}
	return ratio(gap, weight)
}

var (
	_ = Metrics.Add("brier",
		"mean squared error of probabilities: (p − t)² of one probability, Σ (p − t)² over classes, the "+
			"mean over labels (Brier 1950)",
		func(*spec.Fields) Metric {
			return newByTask("brier", Lower, overOutputs(square), squaredSum)
		}, "brier_score")

	_ = Metrics.Add("ece",
		"expected calibration error: mean |confidence − share of right answers| over bins of equal width; "+
			"the confidence is p itself, or of the chosen class",
		func(f *spec.Fields) Metric {
			return &calibration{bins: make([]bin, f.Int("bins", 15, "how many bins [0, 1] is cut into", spec.In(1, 10000)))}
		}, "expected_calibration_error")
)
