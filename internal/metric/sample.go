package metric

import (
	"math"

	"mlp/internal/tensor"
)

// A reducer is a metric to which a row is one number, however many outputs there are: it
// is measured anew on any of the rows by those numbers alone.
type reducer interface {
	Metric
	// reduces reports whether that is so for rows of this shape.
	reduces(pred, target tensor.Mat) bool
	// reduce returns the number of a row.
	reduce(pred, target []float32) float64
	// again adds a row by its number, as Update would by its outputs.
	again(v, weight float64)
}

// A Sample is rows that a metric was given, kept so that it can be measured on any of
// them again: one number a row where that is enough, else the outputs and targets.
type Sample struct {
	m            Metric
	few          reducer   // nil: the rows are kept whole
	values       []float64 // of few, one a row
	pred, target tensor.Mat
	borrows      bool      // pred and target are all there will be, and stay as they are
	weight       []float32 // nil: 1 each
	outputs      int

	p, t tensor.Mat // the rows that are measured again
	w    []float32
}

// Gather makes a sample of a metric, without rows. The metric, which is prepared, has none
// either.
func Gather(m Metric) *Sample {
	m.Reset()
	return &Sample{m: m}
}

// NewSample is a sample of all rows at once; it is given what Update takes, which must not
// change.
func NewSample(m Metric, pred, target tensor.Mat, weight []float32) *Sample {
	s := Gather(m)
	s.borrows = true
	if r, ok := m.(Reserver); ok {
		r.Reserve(pred.Rows)
	}
	s.Add(pred, target, weight)
	return s
}

// Add gives the metric some rows, as Update does, and keeps them.
func (s *Sample) Add(pred, target tensor.Mat, weight []float32) {
	s.outputs = pred.Cols
	if few, ok := s.m.(reducer); ok && few.reduces(pred, target) {
		s.few = few
		for i := range pred.Rows {
			v := few.reduce(pred.Row(i), target.Row(i))
			s.values = append(s.values, v)
			few.again(v, weightOf(weight, i))
		}
	} else {
		s.m.Update(pred, target, weight)
		if !s.without() {
			s.keep(pred, target)
		}
	}
	if weight != nil {
		s.weight = append(s.weight, weight...)
	}
}

// keep keeps rows whole.
func (s *Sample) keep(pred, target tensor.Mat) {
	if s.borrows {
		s.pred, s.target = pred, target
		return
	}
	s.pred = tensor.Mat{Rows: s.pred.Rows + pred.Rows, Cols: pred.Cols, Data: append(s.pred.Data, pred.Data...)}
	s.target = tensor.Mat{Rows: s.target.Rows + target.Rows, Cols: target.Cols, Data: append(s.target.Data, target.Data...)}
}

// without reports whether the metric has no interval.
func (s *Sample) without() bool {
	_, none := s.m.(interface{ noInterval() })
	return none
}

// rows is how many there are.
func (s *Sample) rows() int { return max(len(s.values), s.pred.Rows) }

// Interval returns the interval of the metric that covers the true value with probability
// level, for example 0.95: Wilson's for proportions, such as accuracy, precision and
// recall, DeLong's for the area under one ROC curve, else percentiles of a bootstrap drawn
// from the seed; with weights always those. The limits are NaN where there is no interval.
// The metric is left with the rows of the sample.
func (s *Sample) Interval(level float64, seed uint64) Interval {
	if s.without() {
		return Interval{Low: math.NaN(), High: math.NaN()}
	}
	if s.weight == nil {
		switch m := s.m.(type) {
		case proportion:
			if successes, n, ok := m.ofRows(s.outputs); ok {
				low, high := Wilson(successes, n, level)
				return Interval{low, high, "wilson"}
			}
		case *auc:
			if m.Columns == 1 && m.exactROC {
				low, high := DeLong(m.pred, m.target, level)
				return Interval{low, high, "delong"}
			}
		}
	}
	low, high := Bootstrap(s.rows(), level, seed, s.Value)
	s.restore()
	return Interval{low, high, "bootstrap"}
}

// Confidence returns the interval of a metric over stored predictions, as Sample.Interval
// does. pred is (rows, outputs), target (rows, outputs) or (rows, 1) class indices, weight
// (rows) or nil. The metric is left with the given rows.
func Confidence(m Metric, pred, target tensor.Mat, weight []float32, level float64, seed uint64) Interval {
	return NewSample(m, pred, target, weight).Interval(level, seed)
}

// Value is the metric of some of the rows, which may come more than once.
func (s *Sample) Value(rows []int) float64 {
	s.m.Reset()
	if s.few != nil {
		for _, r := range rows {
			s.few.again(s.values[r], weightOf(s.weight, r))
		}
		return s.m.Value()
	}
	if s.p.Rows < len(rows) {
		s.p, s.t = tensor.New(len(rows), s.pred.Cols), tensor.New(len(rows), s.target.Cols)
		if s.weight != nil {
			s.w = make([]float32, len(rows))
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

// restore gives the metric all rows again.
func (s *Sample) restore() {
	s.m.Reset()
	if s.few == nil {
		s.m.Update(s.pred, s.target, s.weight)
		return
	}
	for i, v := range s.values {
		s.few.again(v, weightOf(s.weight, i))
	}
}

// Alike returns the metric of rows whose outputs are all the same, which out has once.
// The metric must be prepared; it is left with some rows.
func Alike(m Metric, out []float32, target tensor.Mat, weight []float32) float64 {
	m.Reset()
	const atOnce = 256
	block := tensor.New(min(atOnce, target.Rows), len(out))
	for i := range block.Rows {
		copy(block.Row(i), out)
	}
	if few, ok := m.(reducer); ok && target.Cols == 1 && few.reduces(block, target.Slice(0, block.Rows)) {
		values := map[float32]float64{} // by target
		for i, t := range target.Data {
			v, known := values[t]
			if !known {
				v = few.reduce(out, target.Row(i))
				values[t] = v
			}
			few.again(v, weightOf(weight, i))
		}
		return m.Value()
	}
	for lo := 0; lo < target.Rows; lo += atOnce {
		hi := min(lo+atOnce, target.Rows)
		var w []float32
		if weight != nil {
			w = weight[lo:hi]
		}
		m.Update(block.Slice(0, hi-lo), target.Slice(lo, hi), w)
	}
	return m.Value()
}
