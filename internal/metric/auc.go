package metric

import (
	"math"

	"mlp/internal/kernel"
	"mlp/internal/spec"
)

// auc is the exact area under a curve over all distinct thresholds.
type auc struct {
	kept
	name  string
	apart bool // each label by itself
	area  func(*kept) float64
}

// Prepare implements Metric.
func (m *auc) Prepare(o Outputs) *spec.Problem { return m.probabilities(m.name, o) }

// Goal implements Metric.
func (m *auc) Goal() Goal { return Higher }

// Value implements Metric.
func (m *auc) Value() float64 {
	return m.eachColumn(m.apart, func() float64 { return m.area(&m.kept) })
}

// rocArea is the probability that a positive scores above a negative, ties
// counted half: the trapezoids under the true-positive rate over the
// false-positive rate, which equals the Mann–Whitney statistic.
func rocArea(k *kept) float64 {
	var last point
	area := 0.0
	end := k.curve(func(p point) {
		area += float64((p.fp - last.fp) * (p.tp + last.tp) / 2)
		last = p
	})
	return area / end.tp / end.fp
}

// prArea is the area under precision over recall, interpolated between the
// points as Davis & Goadrich (ICML 2006) show to be right: Keras's formula, on
// all distinct thresholds.
func prArea(k *kept) float64 {
	var last point
	area := 0.0
	end := k.curve(func(p point) {
		area += prSlice(last, p)
		last = p
	})
	return area / end.tp
}

// prSlice is the area, times all positives, between two points of the curve.
func prSlice(last, p point) float64 {
	n0, n1 := last.tp+last.fp, p.tp+p.fp // predicted positive
	slope := ratio(p.tp-last.tp, n1-n0)
	intercept := last.tp - float64(slope*n0)
	lnRatio := 0.0
	if n0 > 0 && n1 > 0 {
		lnRatio = kernel.Log64(n1 / n0)
	}
	return float64(slope * ((p.tp - last.tp) + float64(intercept*lnRatio)))
}

// averagePrecision is Σ (recall step) · precision, without interpolation.
func averagePrecision(k *kept) float64 {
	var last point
	area := 0.0
	end := k.curve(func(p point) {
		area += float64((p.tp - last.tp) * (p.tp / (p.tp + p.fp)))
		last = p
	})
	if end.tp == 0 {
		return math.NaN()
	}
	return area / end.tp
}

var (
	_ = Metrics.Add("auc", "area under the ROC curve, exact: by the ranks of all scores, ties counted half; macro one-against-rest for classes", func(f *spec.Fields) Metric {
		m := &auc{name: "auc", area: rocArea}
		if f.Enum("curve", "ROC", "ROC, or PR for precision over recall", "ROC", "PR") == "PR" {
			m.area = prArea
		}
		m.apart = f.Bool("multi_label", false, "labels: the mean of each label's area, instead of all pooled")
		return m
	}, "roc_auc")

	_ = Metrics.Add("average_precision", "Σ (recall_i − recall_i−1)·precision_i over all distinct thresholds, without interpolation", func(f *spec.Fields) Metric {
		return &auc{name: "average_precision", area: averagePrecision,
			apart: f.Bool("multi_label", false, "labels: the mean of each label's value, instead of all pooled")}
	})
)
