package metric

import "mlp/internal/tensor"

// A Sample measures a metric on samples of the same rows, one after the other. What a row
// adds to a mean is computed once; of another metric the rows are copied together.
type Sample struct {
	m            Metric
	pred, target tensor.Mat
	weight       []float32

	mean   *mean // nil: m is none
	values []float64

	p, t tensor.Mat // the rows of a sample
	w    []float32
}

// byRow tells means over rows from other metrics.
type byRow interface{ byRow() *mean }

func (m *mean) byRow() *mean { return m }

// NewSample is given what Update takes, which must not change; m is prepared.
func NewSample(m Metric, pred, target tensor.Mat, weight []float32) *Sample {
	s := &Sample{m: m, pred: pred, target: target, weight: weight}
	if one, ok := m.(byRow); ok {
		s.mean, s.values = one.byRow(), make([]float64, pred.Rows)
		for i := range s.values {
			s.values[i] = s.mean.row(pred.Row(i), target.Row(i))
		}
	}
	return s
}

// Value is the metric of some of the rows, which may come more than once.
func (s *Sample) Value(rows []int) float64 {
	s.m.Reset()
	if s.mean != nil {
		for _, r := range rows {
			w := weightOf(s.weight, r)
			s.mean.total += float64(w * s.values[r])
			s.mean.weights += w
		}
		return s.m.Value()
	}
	if s.p.Rows < len(rows) {
		s.p, s.t = tensor.New(len(rows), s.pred.Cols), tensor.New(len(rows), s.target.Cols)
		if s.weight != nil {
			s.w = make([]float32, len(rows))
		}
		if reserver, ok := s.m.(Reserver); ok {
			reserver.Reserve(len(rows))
		}
	}
	p, t, w := s.p.Slice(0, len(rows)), s.t.Slice(0, len(rows)), s.w
	for i, r := range rows {
		copy(p.Row(i), s.pred.Row(r))
		copy(t.Row(i), s.target.Row(r))
	}
	if w != nil {
		w = w[:len(rows)]
		for i, r := range rows {
			w[i] = s.weight[r]
		}
	}
	s.m.Update(p, t, w)
	return s.m.Value()
}
