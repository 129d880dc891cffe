package metric

import (
	"fmt"
	"math"
	"slices"

	"mlp/internal/kernel"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// auc is the area under a curve of the decisions at falling thresholds: at every
// distinct score, which is exact, or at Keras's evenly spaced ones.
type auc struct {
	storedRows
	name       string
	perLabel   bool      // a curve for each label, then their mean; false: one curve of all labels pooled
	weights    []float64 // of the labels in their mean; nil: equal
	labels     int       // num_labels; 0: not given
	fromLogits bool      // the spec says so; of outputs that are probabilities it has no meaning
	thresholds int       // so many, evenly spaced; 0: every distinct score
	at         []float32 // or these, rising
	area       func(points []point) float64
	exactROC   bool // the exact area under the ROC curve, for which DeLong has a variance

	points []point
}

// Prepare implements Metric.
func (m *auc) Prepare(o Outputs) *problem.Problem {
	const other = "%s says %d labels, but there are %d outputs"
	switch n := len(m.weights); {
	case m.labels != 0 && m.labels != o.Columns:
		return &problem.Problem{Msg: fmt.Sprintf(other, "num_labels", m.labels, o.Columns), Hint: "leave num_labels out"}
	case n != 0 && n != o.Columns:
		return &problem.Problem{Msg: fmt.Sprintf(other, "label_weights", n, o.Columns), Hint: "give one weight for each output"}
	}
	return m.probabilities(m.name, o)
}

// Update implements Metric. Logits have the order of the probabilities they stand
// for, but not their thresholds.
func (m *auc) Update(pred, target tensor.Mat, weight []float32) {
	m.storedRows.Update(pred, target, weight)
	if m.fromLogits && m.Meaning != task.Probability {
		last := m.pred[len(m.pred)-len(pred.Data):]
		for i, z := range last {
			last[i] = kernel.Sigmoid32(z)
		}
	}
}

// Goal implements Metric.
func (m *auc) Goal() Goal { return Higher }

// Value implements Metric.
func (m *auc) Value() float64 {
	return m.eachColumn(m.perLabel, m.weights, func() float64 {
		switch {
		case len(m.at) > 0:
			m.points = m.above(m.points[:0], m.at)
		case m.thresholds > 0:
			m.points = m.evenly(m.points[:0], m.thresholds)
		default:
			m.points = m.distinct(m.points[:0])
		}
		return m.area(m.points)
	})
}

// axes turn the counts of a point into the coordinates of a curve; all is the
// last point, which holds all positives and negatives.
type axes func(p, all point) (x, y float64)

func roc(p, all point) (x, y float64) { return p.fp / all.fp, p.tp / all.tp }

func precisionRecall(p, all point) (x, y float64) { return p.tp / all.tp, ratio(p.tp, p.tp+p.fp) }

// gain is precision and recall gain (Flach & Kull, NeurIPS 2015): both measured
// against π, the odds of a positive, with harmonic scaling.
func gain(p, all point) (x, y float64) {
	odds := all.tp / all.fp
	if p.tp > 0 {
		x = max(1-float64(odds*(all.tp-p.tp)/p.tp), 0)
	}
	return x, 1 - ratio(float64(odds*p.fp), p.tp)
}

// under sums the slices between neighbouring points, as high as height makes of
// the two ends.
func under(on axes, height func(y0, y1 float64) float64) func([]point) float64 {
	return func(points []point) float64 {
		all := points[len(points)-1]
		area := 0.0
		x0, y0 := on(points[0], all)
		for _, p := range points[1:] {
			x, y := on(p, all)
			area += float64((x - x0) * height(y0, y))
			x0, y0 = x, y
		}
		return area
	}
}

// precisionArea interpolates between the points as Davis & Goadrich (ICML 2006)
// show to be right, along a straight line in counts.
func precisionArea(points []point) float64 {
	area := 0.0
	for i, p := range points[1:] {
		last := points[i]
		n0, n1 := last.tp+last.fp, p.tp+p.fp // predicted positive
		slope := ratio(p.tp-last.tp, n1-n0)
		intercept := last.tp - float64(slope*n0)
		lnRatio := 0.0
		if n0 > 0 && n1 > 0 {
			lnRatio = kernel.Log64(n1 / n0)
		}
		area += float64(slope * ((p.tp - last.tp) + float64(intercept*lnRatio)))
	}
	return area / points[len(points)-1].tp
}

// averagePrecision is Σ (recall step)·precision, without interpolation.
func averagePrecision(points []point) float64 {
	all := points[len(points)-1]
	if all.tp == 0 {
		return math.NaN()
	}
	area := 0.0
	for i, p := range points[1:] {
		area += float64((p.tp - points[i].tp) * ratio(p.tp, p.tp+p.fp))
	}
	return area / all.tp
}

// readArea reads the curve and how the area between two points is taken, and
// reports whether that is the plain area under the ROC curve.
func readArea(f *spec.Fields) (area func([]point) float64, plain bool) {
	curve := f.Enum("curve", "ROC", "ROC, PR for precision over recall, or PRGAIN for their gains", "ROC", "PR", "PRGAIN")
	method := f.Enum("summation_method", "interpolation", "height between two thresholds: interpolated, or the larger or smaller end", "interpolation", "majoring", "minoring")
	if curve == "PR" && method == "interpolation" {
		return precisionArea, false
	}
	on := map[string]axes{"ROC": roc, "PR": precisionRecall, "PRGAIN": gain}[curve]
	height := map[string]func(a, b float64) float64{
		"interpolation": func(a, b float64) float64 { return (a + b) / 2 },
		"majoring":      func(a, b float64) float64 { return max(a, b) },
		"minoring":      func(a, b float64) float64 { return min(a, b) },
	}[method]
	return under(on, height), curve == "ROC" && method == "interpolation"
}

func readPerLabel(f *spec.Fields) bool {
	return f.Bool("multi_label", false, "labels: the mean of each label's value, instead of all pooled")
}

// read reads the fields that both areas under a curve have, from curve on.
func (m *auc) read(f *spec.Fields) (plain bool) {
	m.area, plain = readArea(f)
	for _, t := range f.Floats("thresholds", nil, "takes the curve at these thresholds, besides one below and one above all scores", spec.In(0, 1)) {
		m.at = append(m.at, float32(t))
	}
	slices.Sort(m.at)
	m.perLabel = readPerLabel(f)
	m.labels = f.OptInt("num_labels", "checked against the outputs, which say it", spec.AtLeast(1))
	m.weights = f.Floats("label_weights", nil, "weights of the labels in their mean, with multi_label; empty: equal", spec.NonNegative)
	m.fromLogits = f.Bool("from_logits", false, "the predictions are logits, for a network without a last activation; not needed where the loss says so")
	return plain && len(m.at) == 0
}

const evenDoc = "takes so many evenly spaced thresholds, as Keras does; null is exact"

var (
	_ = Metrics.Add("auc",
		"area under the ROC curve, exact: by the ranks of all scores, ties counted half; macro "+
			"one-against-rest for classes",
		func(f *spec.Fields) Metric {
			m := &auc{name: "auc"}
			m.thresholds = f.OptInt("num_thresholds", evenDoc, spec.AtLeast(2))
			m.exactROC = m.read(f) && m.thresholds == 0
			return m
		}, "roc_auc")

	_ = Metrics.Add("auc_200",
		"area under the ROC curve as Keras approximates it, at 200 evenly spaced thresholds",
		func(f *spec.Fields) Metric {
			m := &auc{name: "auc_200"}
			m.thresholds = f.Int("num_thresholds", 200, "how many", spec.AtLeast(2))
			m.read(f)
			return m
		}, "keras_auc")

	_ = Metrics.Add("average_precision",
		"Σ (recall_i − recall_i−1)·precision_i over all distinct scores, without interpolation",
		func(f *spec.Fields) Metric {
			return &auc{name: "average_precision", area: averagePrecision, perLabel: readPerLabel(f)}
		}, "pr_auc", "auprc")
)
