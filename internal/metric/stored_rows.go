package metric

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"mlp/internal/problem"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// storedRows holds every row, for metrics that rank predictions, such as AUC.
type storedRows struct {
	outputInfo
	pred, target []float32 // (rows, Columns), (rows, tcols)
	weight       []float64 // (rows)
	tcols        int       // 1 for class indices, else Columns
	reserved     int       // rows to make room for
	scores       []score   // scratch of column
}

// Reset implements Metric.
func (k *storedRows) Reset() { k.pred, k.target, k.weight = k.pred[:0], k.target[:0], k.weight[:0] }

// State implements Metric: here it is every row.
func (k *storedRows) State(s *State) {
	rows := len(k.weight)
	s.Int(&rows)
	s.Int(&k.tcols)
	if s.restoring && rows > 0 && k.tcols != 1 && k.tcols != k.Columns {
		s.err = fmt.Errorf("%d columns of targets for %d outputs", k.tcols, k.Columns)
	}
	list(s, &k.weight, rows)
	list(s, &k.pred, rows*k.Columns)
	list(s, &k.target, rows*k.tcols)
}

// Reserve implements Reserver.
func (k *storedRows) Reserve(rows int) {
	k.reserved = rows
	if k.prepared {
		k.grow()
	}
}

// grow makes room for the reserved rows, once the number of columns is known.
func (k *storedRows) grow() {
	k.pred = slices.Grow(k.pred, k.reserved*k.Columns)
	k.target = slices.Grow(k.target, k.reserved*k.Columns)
	k.weight = slices.Grow(k.weight, k.reserved)
}

// Update implements Metric.
func (k *storedRows) Update(pred, target tensor.Mat, weight []float32) {
	if !k.prepared {
		k.set(inferOutputs(pred, target))
		k.grow()
	}
	k.tcols = target.Cols
	k.pred = append(k.pred, pred.Data...)
	k.target = append(k.target, target.Data...)
	for i := range pred.Rows {
		k.weight = append(k.weight, weightOf(weight, i))
	}
}

// A score is one prediction, with the weight of the positive and negative rows
// that have it.
type score struct {
	at       float32
	pos, neg float64
}

// A point of a curve: what was predicted at or above a threshold, by weight.
type point struct{ tp, fp float64 }

// column gathers the scores of column j, or of all columns together if j is −1.
func (k *storedRows) column(j int) {
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

// distinct appends the points at all distinct scores, from the highest on, after
// the point where nothing is predicted. The last holds everything.
func (k *storedRows) distinct(points []point) []point {
	slices.SortFunc(k.scores, func(a, b score) int { return cmp.Compare(b.at, a.at) })
	var p point
	points = append(points, p)
	for i, s := range k.scores {
		p.tp += s.pos
		p.fp += s.neg
		if i+1 == len(k.scores) || k.scores[i+1].at != s.at {
			points = append(points, p)
		}
	}
	return points
}

// evenly appends the points at n evenly spaced thresholds, 1 and above first.
// Keras puts a score p into bucket ⌈p·(n − 1)⌉ − 1, in float32.
func (k *storedRows) evenly(points []point, n int) []point {
	points = slices.Grow(points, n)[:n]
	clear(points)
	for _, s := range k.scores {
		at := min(max(s.at, 0), 1) * float32(n-1)
		p := &points[n-1-max(int(math.Ceil(float64(at)))-1, 0)]
		p.tp += s.pos
		p.fp += s.neg
	}
	for i := range n - 1 {
		points[i+1].tp += points[i].tp
		points[i+1].fp += points[i].fp
	}
	return points
}

// above appends the points at thresholds given in rising order, after the point
// where nothing is predicted; the last holds everything. As in Keras a score is
// predicted where it is above the threshold.
func (k *storedRows) above(points []point, thresholds []float32) []point {
	points = slices.Grow(points, len(thresholds)+2)[:len(thresholds)+2]
	clear(points)
	for _, s := range k.scores {
		below, _ := slices.BinarySearch(thresholds, s.at) // how many thresholds s.at is above
		p := &points[len(points)-1-below]
		p.tp += s.pos
		p.fp += s.neg
	}
	for i := range len(points) - 1 {
		points[i+1].tp += points[i].tp
		points[i+1].fp += points[i].fp
	}
	return points
}

// probabilities prepares for outputs that are probabilities, and refuses others.
func (k *storedRows) probabilities(name string, o Outputs) *problem.Problem {
	if o.Task == task.Regression {
		return refuse(name, o, forNumbers)
	}
	k.set(o)
	return nil
}

// eachColumn returns the mean of area over the columns, one against the rest for
// classes; labels are pooled unless perLabel is set. labelWeights weight the
// columns in the mean, nil: equally.
func (k *storedRows) eachColumn(perLabel bool, labelWeights []float64, area func() float64) float64 {
	if k.Columns == 1 || k.Task == task.MultiLabel && !perLabel {
		k.column(-1)
		return area()
	}
	sum, all := 0.0, 0.0
	for j := range k.Columns {
		weight := 1.0
		if j < len(labelWeights) {
			weight = labelWeights[j]
		}
		k.column(j)
		sum += float64(weight * area())
		if sum != sum {
			return sum // no other column can mend it
		}
		all += weight
	}
	return ratio(sum, all)
}
