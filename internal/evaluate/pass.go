package evaluate

import (
	"mlp/internal/model"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// Update runs the network over rows and adds them to metrics, which begin anew. It
// returns the mean loss, penalties included, and keeps no outputs, unless the loss does
// not add up over them.
func Update(m *model.Model, p *model.Part, metrics []model.Metric) (loss float64) {
	if m.LossRows(p.Weight != nil) != model.EvalRows {
		return run(m, p).update(metrics, func(block) {})
	}
	for _, x := range metrics {
		x.Reset()
	}
	n := p.X.Rows
	for lo := 0; lo < n; lo += model.EvalRows {
		hi := min(lo+model.EvalRows, n)
		logits, pred := m.Answer(p.X.Slice(lo, hi))
		weight := part(p.Weight, lo, hi)
		penalty, _ := m.Penalty()
		value := m.BatchLoss(logits, pred, p.Target.Slice(lo, hi), weight) + penalty
		loss += float64(value * (float64(hi-lo) / float64(n)))
		m.UpdateMetrics(metrics, pred, p.Truth.Slice(lo, hi), weight)
	}
	return loss
}

// outputs are what the network gives for rows: all that the rows, or some of them, are
// measured by. They are held, from one pass over the rows; of very many cells nothing is,
// and the network runs again for what asks for them after the first pass.
type outputs struct {
	m         *model.Model
	part      *model.Part
	held      bool
	pred      tensor.Mat // (rows, outputs), regression targets in their own units
	logits    tensor.Mat // (rows, outputs) before the last activation; empty unless the loss takes them
	scaled    tensor.Mat // (rows, outputs) as the loss takes regression targets; empty for others
	penalties []float64  // of each block of model.EvalRows rows
	ofRows    bool       // penalties differ with the rows: some are on activities
}

// mostHeld is how many outputs are held at the most, where they need not be.
var mostHeld = 1 << 23

// A block is the outputs for some rows, as outputs has them.
type block struct {
	lo, hi               int
	pred, logits, scaled tensor.Mat
	penalty              float64
}

// run runs the network over the rows of p, once. At a temperature the logits are
// divided by it, so that the loss is that of the probabilities that are answered;
// Update, which watches a run, leaves them as they are.
func run(m *model.Model, p *model.Part) *outputs {
	n := p.X.Rows
	o := &outputs{m: m, part: p}
	// Several numbers, or labels, have as many targets a row, so that outputs are no more than what is there.
	if n*m.Net.Out > mostHeld && m.Pipeline.Task() == task.Multiclass && m.LossRows(p.Weight != nil) == model.EvalRows {
		return o
	}
	o.pred = tensor.New(n, m.Net.Out)
	if m.TakesLogits() {
		o.logits = tensor.New(n, m.Net.Out)
	}
	if m.Pipeline.Task() == task.Regression {
		o.scaled = tensor.New(n, m.Net.Out)
	}
	o.each(func(b block) {
		copy(o.pred.Slice(b.lo, b.hi).Data, b.pred.Data)
		if m.TakesLogits() {
			copy(o.logits.Slice(b.lo, b.hi).Data, b.logits.Data)
		}
		if o.scaled.Rows > 0 {
			copy(o.scaled.Slice(b.lo, b.hi).Data, b.scaled.Data)
		}
		o.penalties = append(o.penalties, b.penalty)
	})
	o.held = true
	if o.scaled.Rows > 0 {
		m.Unscale(o.pred)
	}
	return o
}

// each hands on the outputs block by block. Where they are not held, they live until f
// returns, and pred of a regression is still scaled.
func (o *outputs) each(f func(b block)) {
	m, n := o.m, o.part.Truth.Rows
	for lo := 0; lo < n; lo += model.EvalRows {
		b := block{lo: lo, hi: min(lo+model.EvalRows, n)}
		if o.held {
			b.pred, b.penalty = o.pred.Slice(lo, b.hi), o.penalties[lo/model.EvalRows]
			if o.logits.Rows > 0 {
				b.logits = o.logits.Slice(lo, b.hi)
			}
			if b.scaled = b.pred; o.scaled.Rows > 0 {
				b.scaled = o.scaled.Slice(lo, b.hi)
			}
		} else {
			var ofRows bool
			b.logits, b.pred = m.Answer(o.part.X.Slice(lo, b.hi))
			b.penalty, ofRows = m.Penalty()
			o.ofRows = o.ofRows || ofRows
			if m.Calibration != nil {
				m.Calibration.Apply(b.pred)
				m.Calibration.Divide(b.logits)
			}
			b.scaled = b.pred
		}
		f(b)
	}
}

// of returns the outputs for some of the rows of p, which selected has.
func (o *outputs) of(rows []int, m *model.Model, selected *model.Part) *outputs {
	if o.ofRows || !o.held {
		return run(m, selected)
	}
	s := &outputs{m: m, part: selected, held: true, pred: o.pred.Pick(rows)}
	if o.logits.Rows > 0 {
		s.logits = o.logits.Pick(rows)
	}
	if o.scaled.Rows > 0 {
		s.scaled = o.scaled.Pick(rows)
	}
	for lo := 0; lo < len(rows); lo += model.EvalRows {
		s.penalties = append(s.penalties, o.penalties[0])
	}
	return s
}

// Loss returns the mean loss of rows, penalties not included, by what a network gives for
// them as BatchLoss takes it. A loss that does not add up is that of as many rows at a
// time as a step of training has, weighted by how many there are, as in Keras.
func Loss(m *model.Model, logits, pred tensor.Mat, p *model.Part) (loss float64) {
	n, rows := pred.Rows, m.LossRows(p.Weight != nil)
	for lo := 0; lo < n; lo += rows {
		hi, z := min(lo+rows, n), tensor.Mat{}
		if logits.Rows > 0 {
			z = logits.Slice(lo, hi)
		}
		loss += float64(m.BatchLoss(z, pred.Slice(lo, hi), p.Target.Slice(lo, hi), part(p.Weight, lo, hi)) * (float64(hi-lo) / float64(n)))
	}
	return loss
}

// update adds the rows to metrics, which begin anew, and returns the mean loss:
// what Update does, from outputs that are there. also is given each block.
func (o *outputs) update(metrics []model.Metric, also func(b block)) (loss float64) {
	m, p := o.m, o.part
	for _, x := range metrics {
		x.Reset()
	}
	n := p.Truth.Rows
	adds := m.LossRows(p.Weight != nil) == model.EvalRows
	if !adds {
		taken := o.pred
		if o.scaled.Rows > 0 {
			taken = o.scaled
		}
		loss = Loss(m, o.logits, taken, p)
	}
	o.each(func(b block) {
		weight := part(p.Weight, b.lo, b.hi)
		for _, x := range metrics {
			x.UpdateRows(b.pred, p.Truth.Slice(b.lo, b.hi), weight)
		}
		value := b.penalty
		if adds {
			value += m.BatchLoss(b.logits, b.scaled, p.Target.Slice(b.lo, b.hi), weight)
		}
		loss += float64(value * (float64(b.hi-b.lo) / float64(n)))
		also(b)
	})
	return loss
}

// part cuts a vector that may be nil.
func part(v []float32, lo, hi int) []float32 {
	if v == nil {
		return nil
	}
	return v[lo:hi]
}
