package explain

import (
	"cmp"
	"slices"

	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/rng"
	"mlp/internal/stats"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// level is the probability with which an interval holds the true value.
const level = 0.95

// Importance is how much worse the model answers without a column.
type Importance struct {
	Rows     int     // that were measured
	Shuffles int     // of each column
	Loss     float64 // of the rows as they are, penalties not included
	Columns  []Rise  // the most important first
}

// A Rise is how much the mean loss rises when the cells of a column are dealt out anew
// among the rows, with its 95 % interval for other rows of the same kind.
type Rise struct {
	Column
	Value, Low, High float64
}

// Importance deals the cells of one column after the other out among the rows and
// measures how much the loss rises, several times, on a sample of at most most rows. The
// table was read with the truth.
func (s *Subject) Importance(shuffles, most int, seed uint64) (*Importance, error) {
	set, err := s.encode(Sample(s.Rows, most, seed, "explain/rows"))
	if err != nil {
		return nil, err
	}
	return s.importance(s.m.Part(set), shuffles, seed, func(c Column, shuffle int, rows []int) {
		rng.New(seed, "explain/"+c.Name).At(uint64(shuffle)).Perm(rows)
	})
}

// importance is Importance with the deals given: deal writes from which row each row
// has the cell.
func (s *Subject) importance(p *model.Part, shuffles int, seed uint64, deal func(c Column, shuffle int, from []int)) (*Importance, error) {
	n := p.X.Rows
	before := s.losses(p.X, p)
	r := &Importance{Rows: n, Shuffles: shuffles, Loss: mean(before)}
	x, from := p.X.Clone(), make([]int, n)
	for _, c := range s.Columns {
		// A row is there twice: in it another cell is put, and its cell is put into
		// another row. The mean loss varies with the rows by both, so an interval that
		// looked at the first alone would be too short.
		changed, donated := make([]float64, n), make([]float64, n)
		for k := range shuffles {
			deal(c, k, from)
			for i := range n {
				c.put(x.Row(i), p.X.Row(from[i]))
			}
			for i, loss := range s.losses(x, p) {
				rise := (loss - before[i]) / float64(shuffles)
				changed[i] += rise
				donated[from[i]] += rise
			}
		}
		for i := range n {
			c.put(x.Row(i), p.X.Row(i))
		}
		value := mean(changed)
		low, high := metric.Bootstrap(n, level, seed, func(rows []int) float64 {
			sum := 0.0
			for _, i := range rows {
				sum += changed[i] + donated[i]
			}
			return sum/float64(len(rows)) - value
		})
		r.Columns = append(r.Columns, Rise{c, value, low, high})
	}
	slices.SortStableFunc(r.Columns, func(a, b Rise) int { return cmp.Compare(b.Value, a.Value) })
	return r, nil
}

// losses is the loss of each row by itself, at the model's temperature.
func (s *Subject) losses(x tensor.Mat, p *model.Part) []float64 {
	m := s.m
	all := make([]float64, x.Rows)
	for lo := 0; lo < x.Rows; lo += model.EvalRows {
		logits, pred := m.Answer(x.Slice(lo, min(lo+model.EvalRows, x.Rows)))
		if m.Calibration != nil && m.Pipeline.Task() != task.Regression {
			if m.TakesLogits() {
				m.Calibration.Divide(logits)
			}
			m.Calibration.Apply(pred)
		}
		for i := range pred.Rows {
			z, weight := tensor.Mat{}, []float32(nil)
			if m.TakesLogits() {
				z = logits.Slice(i, i+1)
			}
			if p.Weight != nil {
				weight = p.Weight[lo+i : lo+i+1]
			}
			all[lo+i] = m.BatchLoss(z, pred.Slice(i, i+1), p.Target.Slice(lo+i, lo+i+1), weight)
		}
	}
	return all
}

func mean(all []float64) float64 {
	sum := 0.0
	for _, v := range all {
		sum += v
	}
	return sum / float64(len(all))
}

// quantile of numbers in any order.
func quantile(all []float64, q float64) float64 { return stats.Quantile(stats.Present(all), q) }
