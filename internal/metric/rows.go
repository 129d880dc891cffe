package metric

import (
	"cmp"
	"slices"

	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// kept remembers every row, for metrics that look at the order of predictions.
type kept struct {
	known
	pred, target []float32 // rows × Columns, rows × tcols
	weight       []float64
	tcols        int
	reserved     int
	scores       []score // scratch of curve
}

// Reset implements Metric.
func (k *kept) Reset() { k.pred, k.target, k.weight = k.pred[:0], k.target[:0], k.weight[:0] }

// Reserve implements Reserver.
func (k *kept) Reserve(rows int) {
	k.reserved = rows
	if k.prepared {
		k.grow()
	}
}

// grow makes room for the reserved rows, once the number of columns is known.
func (k *kept) grow() {
	k.pred = slices.Grow(k.pred, k.reserved*k.Columns)
	k.target = slices.Grow(k.target, k.reserved*k.Columns)
	k.weight = slices.Grow(k.weight, k.reserved)
}

// Update implements Metric.
func (k *kept) Update(pred, target tensor.Mat, weight []float32) {
	if !k.prepared {
		k.set(guess(pred, target))
		k.grow()
	}
	k.tcols = target.Cols
	k.pred = append(k.pred, pred.Data...)
	k.target = append(k.target, target.Data...)
	for i := range pred.Rows {
		k.weight = append(k.weight, weightOf(weight, i))
	}
}

// A score is one prediction with how much positive and negative weight had it.
type score struct {
	at       float32
	pos, neg float64
}

// A point of a curve: what was predicted at or above a threshold, by weight.
type point struct{ tp, fp float64 }

// column gathers the scores of column j, or of all columns together if j is −1.
func (k *kept) column(j int) {
	k.scores = k.scores[:0]
	for i, w := range k.weight {
		p, t := k.pred[i*k.Columns:][:k.Columns], k.target[i*k.tcols:][:k.tcols]
		for c, at := range p {
			if j >= 0 && c != j {
				continue
			}
			s := score{at: at}
			if targetOf(t, c, k.Columns) != 0 {
				s.pos = w
			} else {
				s.neg = w
			}
			k.scores = append(k.scores, s)
		}
	}
}

// curve sorts the scores and calls visit for the points of all distinct
// thresholds, from the highest on; equal scores are one point. It returns the
// last point, which holds all positives and negatives.
func (k *kept) curve(visit func(point)) point {
	slices.SortFunc(k.scores, func(a, b score) int { return cmp.Compare(b.at, a.at) })
	var p point
	for i, s := range k.scores {
		p.tp += s.pos
		p.fp += s.neg
		if i+1 == len(k.scores) || k.scores[i+1].at != s.at {
			visit(p)
		}
	}
	return p
}

// probabilities refuses outputs that are no probabilities.
func (k *kept) probabilities(name string, o Outputs) *spec.Problem {
	if o.Task == Regression {
		return refuse(name, o, forNumbers)
	}
	k.set(o)
	return nil
}

// eachColumn returns the mean of area over the columns, one against the rest for
// classes; labels are pooled unless each is wanted by itself.
func (k *kept) eachColumn(apart bool, area func() float64) float64 {
	if k.Columns == 1 || k.Task == MultiLabel && !apart {
		k.column(-1)
		return area()
	}
	sum := 0.0
	for j := range k.Columns {
		k.column(j)
		sum += area()
	}
	return sum / float64(k.Columns)
}
