package evaluate

import (
	"cmp"
	"math"
	"slices"

	"mlp/internal/model"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

const (
	pointsOfCurve = 400 // at the most
	mostCurved    = 3   // labels, or targets, that have curves of their own: as many as are told apart
	equalBins     = 10  // of calibration, each with as many rows
	evenBins      = 20  // of a histogram
)

// Curves are what pictures of an evaluation are drawn from: as large for a million rows
// as for a thousand. Weights are not looked at.
type Curves struct {
	ROC, PR    []Curve     // of the positive label, or of each of few labels
	Labels     int         // how many of them there are
	At         *[3]float64 // false positive rate, recall and precision at the threshold; nil: nothing is decided by one
	Positive   float64     // share of rows that are positive, where ROC has one curve
	Thresholds []Operating // nil without probabilities of two labels
	Calibrated []Share     // nil without probabilities
	Answers    []Histogram // by truth
	Targets    []Spread    // of a regression
}

// A Curve is a line through points.
type Curve struct {
	Name string
	X, Y []float64
}

// Operating is what comes of a threshold.
type Operating struct{ Threshold, Precision, Recall, F1, Flagged float64 }

// A Share is rows of similar probability, and how many of them are what it says, with
// the 95 % interval.
type Share struct {
	Rows                       int
	Predicted                  float64
	Found, FoundLow, FoundHigh float64
}

// A Histogram counts rows between edges, of which there is one more.
type Histogram struct {
	Name   string
	Edges  []float64
	Counts []float64
}

// A Spread is the truth and the answers for a target of a regression.
type Spread struct {
	Target        string
	Truth, Answer []float64 // of some rows
	Residuals     Histogram // truth − answer; what is beyond the ends is counted at them
}

// Curves returns the curves of the rows that were measured.
func (e *Evaluation) Curves() *Curves {
	pred, truth := e.out.pred, e.part.Truth
	var sure []float64 // by row, what the network gives for its answer
	if e.m.Pipeline.Task() == task.Multiclass {
		n := min(mostCurved, e.m.Net.Out) // of the other classes only the answer is looked at
		pred, sure = tensor.New(e.Rows, n), make([]float64, e.Rows)
		e.EachOutput(func(first int, all tensor.Mat) {
			for i := range all.Rows {
				copy(pred.Row(first+i), all.Row(i))
				sure[first+i] = float64(all.At(i, e.answers[first+i]))
			}
		})
	}
	return curvesOf(e.m, truth, pred, sure, e.answers, e.Decision.Value)
}

// PooledCurves returns the curves of outputs that are there, as Pooled measures them; of a
// threshold that is no number no point is marked.
func PooledCurves(m *model.Model, truth, pred tensor.Mat, threshold float64) *Curves {
	answers := answersOf(pred)
	sure := make([]float64, pred.Rows)
	for i, at := range answers {
		sure[i] = float64(pred.At(i, min(at, pred.Cols-1)))
	}
	return curvesOf(m, truth, pred, sure, answers, threshold)
}

func curvesOf(m *model.Model, truth, pred tensor.Mat, sure []float64, answers []int, threshold float64) *Curves {
	c := &Curves{}
	if pred.Rows == 0 {
		return c
	}
	labels := m.Pipeline.Labels()
	switch kind := m.Pipeline.Task(); {
	case kind == task.Regression:
		pred = m.Point(pred)
		for j, name := range m.Pipeline.Targets()[:min(mostCurved, pred.Cols)] {
			c.Targets = append(c.Targets, spreadOf(name, numbers(truth, j), numbers(pred, j)))
		}
		return c
	case kind == task.Binary:
		scores, yes := numbers(pred, pred.Cols-1), positives(truth, 0, 1)
		c.decided(m, labels, scores, yes, threshold)
	case kind == task.MultiLabel:
		for j, name := range m.Pipeline.Targets()[:min(mostCurved, pred.Cols)] {
			c.curve(name, numbers(pred, j), positives(truth, j, 1))
		}
		c.Labels = pred.Cols
	default:
		for j, name := range labels[:min(mostCurved, len(labels))] {
			c.curve(name, numbers(pred, j), positives(truth, 0, float64(j)))
		}
		c.Labels = len(labels)
		if m.Meaning() == task.Probability {
			right := make([]bool, len(sure))
			for i, answer := range answers {
				right[i] = answer == int(truth.At(i, 0))
			}
			c.Calibrated = calibrated(sure, right)
			c.Answers = byTruth([]string{"wrong", "right"}, sure, right)
		}
	}
	return c
}

func numbers(m tensor.Mat, j int) []float64 {
	all := make([]float64, m.Rows)
	for i := range all {
		all[i] = float64(m.At(i, j))
	}
	return all
}

// positives tells which rows have a value in a column of the truth.
func positives(truth tensor.Mat, j int, value float64) []bool {
	yes := make([]bool, truth.Rows)
	for i := range yes {
		yes[i] = float64(truth.At(i, j)) == value
	}
	return yes
}

// decided adds what there is for two labels.
func (c *Curves) decided(m *model.Model, labels []string, scores []float64, yes []bool, threshold float64) {
	n, positive := float64(len(yes)), 0.0
	for _, is := range yes {
		if is {
			positive++
		}
	}
	c.Positive = positive / n
	c.curve(labels[1], scores, yes)
	one := !math.IsNaN(threshold)
	if decides(m) && one {
		o, falsePositive := operating(scores, yes, threshold)
		c.At = &[3]float64{falsePositive, o.Recall, o.Precision}
	}
	if m.Meaning() != task.Probability {
		return
	}
	c.Calibrated = calibrated(scores, yes)
	c.Answers = byTruth(labels, scores, yes)
	var at []float64
	if one {
		at = append(at, threshold)
	}
	for k := 1; k < 10; k++ {
		at = append(at, float64(k)/10)
	}
	if !decides(m) {
		return
	}
	slices.Sort(at)
	for _, t := range slices.Compact(at) {
		o, _ := operating(scores, yes, t)
		c.Thresholds = append(c.Thresholds, o)
	}
}

// operating counts the rows above a threshold.
func operating(scores []float64, yes []bool, threshold float64) (o Operating, falsePositive float64) {
	var hits, flagged, positive float64
	for i, s := range scores {
		above := float32(s) > float32(threshold)
		if above {
			flagged++
		}
		if yes[i] {
			positive++
			if above {
				hits++
			}
		}
	}
	n := float64(len(scores))
	return Operating{threshold, hits / flagged, hits / positive, 2 * hits / (flagged + positive), flagged / n}, (flagged - hits) / (n - positive)
}

// curve adds ROC and precision over recall of one label, unless all rows, or none, are
// of it.
func (c *Curves) curve(name string, scores []float64, yes []bool) {
	order := make([]int, len(scores))
	positive := 0.0
	for i := range order {
		order[i] = i
		if yes[i] {
			positive++
		}
	}
	negative := float64(len(yes)) - positive
	if positive == 0 || negative == 0 {
		return
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	roc, pr := Curve{Name: name, X: []float64{0}, Y: []float64{0}}, Curve{Name: name}
	hits, false_ := 0.0, 0.0
	for k, i := range order {
		if yes[i] {
			hits++
		} else {
			false_++
		}
		if k+1 < len(order) && scores[order[k+1]] == scores[i] {
			continue
		}
		roc.X, roc.Y = append(roc.X, false_/negative), append(roc.Y, hits/positive)
		pr.X, pr.Y = append(pr.X, hits/positive), append(pr.Y, hits/(hits+false_))
	}
	c.ROC, c.PR = append(c.ROC, roc.thin()), append(c.PR, pr.thin())
}

// thin leaves points that are evenly many apart, and both ends.
func (c Curve) thin() Curve {
	n := len(c.X)
	if n <= pointsOfCurve {
		return c
	}
	t := Curve{Name: c.Name}
	for k := range pointsOfCurve {
		i := k * (n - 1) / (pointsOfCurve - 1)
		t.X, t.Y = append(t.X, c.X[i]), append(t.Y, c.Y[i])
	}
	return t
}
