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
		return run(m, p).update(m, p, metrics)
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

// outputs are what the network gives for rows, from one pass over them: all that
// the rows, or some of them, are measured by.
type outputs struct {
	pred      tensor.Mat // (rows, outputs), regression targets in their own units
	logits    tensor.Mat // (rows, outputs) before the last activation; empty unless the loss takes them
	scaled    tensor.Mat // (rows, outputs) as the loss takes regression targets; empty for others
	penalties []float64  // of each block of model.EvalRows rows
	ofRows    bool       // penalties differ with the rows: some are on activities
}

// run runs the network over the rows of p, once. At a temperature the logits are
// divided by it, so that the loss is that of the probabilities that are answered;
// Update, which watches a run, leaves them as they are.
func run(m *model.Model, p *model.Part) *outputs {
	n := p.X.Rows
	o := &outputs{pred: tensor.New(n, m.Net.Out)}
	if m.TakesLogits() {
		o.logits = tensor.New(n, m.Net.Out)
	}
	for lo := 0; lo < n; lo += model.EvalRows {
		hi := min(lo+model.EvalRows, n)
		logits, pred := m.Answer(p.X.Slice(lo, hi))
		copy(o.pred.Slice(lo, hi).Data, pred.Data)
		if m.TakesLogits() {
			copy(o.logits.Slice(lo, hi).Data, logits.Data)
		}
		penalty, ofRows := m.Penalty()
		o.penalties = append(o.penalties, penalty)
		o.ofRows = o.ofRows || ofRows
	}
	if m.Pipeline.Task() == task.Regression {
		o.scaled = tensor.New(n, m.Net.Out)
		copy(o.scaled.Data, o.pred.Data)
		m.Pipeline.Unscale(o.pred)
	}
	if m.Calibration != nil {
		m.Calibration.Apply(o.pred)
		m.Calibration.Divide(o.logits)
	}
	return o
}

// of returns the outputs for some of the rows of p, which selected has.
func (o *outputs) of(rows []int, m *model.Model, selected *model.Part) *outputs {
	if o.ofRows {
		return run(m, selected)
	}
	s := &outputs{pred: o.pred.Pick(rows)}
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
// what Update does, from outputs that are there.
func (o *outputs) update(m *model.Model, p *model.Part, metrics []model.Metric) (loss float64) {
	for _, x := range metrics {
		x.Reset()
	}
	n, taken := o.pred.Rows, o.pred
	if o.scaled.Rows > 0 {
		taken = o.scaled
	}
	adds := m.LossRows(p.Weight != nil) == model.EvalRows
	if !adds {
		loss = Loss(m, o.logits, taken, p)
	}
	for block, penalty := range o.penalties {
		lo := block * model.EvalRows
		hi := min(lo+model.EvalRows, n)
		weight, pred, logits := part(p.Weight, lo, hi), o.pred.Slice(lo, hi), tensor.Mat{}
		if o.logits.Rows > 0 {
			logits = o.logits.Slice(lo, hi)
		}
		for _, x := range metrics {
			x.UpdateRows(pred, p.Truth.Slice(lo, hi), weight)
		}
		value := penalty
		if adds {
			value += m.BatchLoss(logits, taken.Slice(lo, hi), p.Target.Slice(lo, hi), weight)
		}
		loss += float64(value * (float64(hi-lo) / float64(n)))
	}
	return loss
}

// part cuts a vector that may be nil.
func part(v []float32, lo, hi int) []float32 {
	if v == nil {
		return nil
	}
	return v[lo:hi]
}
