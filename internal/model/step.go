package model

import (
	"math"

	"mlp/internal/data/schema"
	"mlp/internal/tensor"
)

// StartTraining makes room for batches of the given size and resets what counts
// steps. It is called once before a run.
func (m *Model) StartTraining(batch int) {
	m.reserve(max(batch, evalRows))
	m.Work.Step = uint64(m.Optimizer.Iterations())
	m.Optimizer.Begin(m.Work.Params[:m.Net.Trainable])
}

// TrainStep learns from one batch: forward, loss, backward, update. It returns
// the batch's total loss, penalties included, and the predictions made before
// the update, which live until the next step. It allocates nothing. A loss that is
// not finite, under HaltOnNaN, leaves the weights as they are, for a diagnosis.
func (m *Model) TrainStep(p *Part) (total float64, pred tensor.Mat) {
	w := m.Work
	w.Training = true
	logits, pred := m.Net.Forward(w, p.X)
	m.feed(logits, pred, &p.Target, p.Weight, true)
	total = m.Loss.Eval(&m.batch)
	if m.HaltOnNaN && !finite(total) {
		return total, pred // and the gradients are those of the step before
	}
	d := m.batch.Grad
	if !m.absorbs {
		d = m.Net.BackwardLast(w, d, logits, pred)
	}
	m.Net.Backward(w, d)
	total += m.Net.Penalty(w, true)
	if m.HaltOnNaN && !finite(total) {
		return total, pred
	}
	m.Optimizer.Step(m.Engine, w.Params[:m.Net.Trainable], w.Grads)
	m.Net.Constrain(w)
	w.Step++
	return total, pred
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// feed fills the batch that the loss sees.
func (m *Model) feed(logits, pred tensor.Mat, target *tensor.Mat, weight []float32, wantGrad bool) {
	b := &m.batch
	b.K, b.Pred, b.Weight, b.Scratch = m.Engine, pred, weight, m.scratch
	b.Target.Rows, b.Target.Cols, b.Target.Data = target.Rows, target.Cols, target.Data
	b.Logits, b.Grad = tensor.Mat{}, tensor.Mat{}
	if m.absorbs {
		b.Logits = logits
	}
	if wantGrad {
		b.Grad = tensor.View(pred.Rows, pred.Cols, m.grad)
	}
}

// Evaluate returns the loss of a part, penalties included, and lets metrics see
// it. The weights are not changed.
func (m *Model) Evaluate(p *Part, metrics []Metric) (total float64) {
	m.reserve(evalRows)
	w := m.Work
	w.Training = false
	for _, metric := range metrics {
		metric.Reset()
	}
	n := p.X.Rows
	for lo := 0; lo < n; lo += evalRows {
		hi := min(lo+evalRows, n)
		logits, pred := m.Net.Forward(w, p.X.Slice(lo, hi))
		weight, target := rows(p.Weight, lo, hi), p.Target.Slice(lo, hi)
		m.feed(logits, pred, &target, weight, false)
		share := float64(hi-lo) / float64(n)
		total += float64((m.Loss.Eval(&m.batch) + m.Net.Penalty(w, false)) * share)
		m.Measure(metrics, pred, p.Truth.Slice(lo, hi), weight)
	}
	return total
}

// Measure shows predictions to metrics, in the target's own units. It may change
// pred, which the next Forward overwrites anyway.
func (m *Model) Measure(metrics []Metric, pred, truth tensor.Mat, weight []float32) {
	if m.Pipeline.Task() == schema.Regression {
		m.Pipeline.Unscale(pred)
	}
	for i := range metrics {
		wt := weight
		if !metrics[i].Weighted {
			wt = nil
		}
		metrics[i].Update(pred, truth, wt)
	}
}

// rows cuts a vector that may be nil.
func rows(v []float32, lo, hi int) []float32 {
	if v == nil {
		return nil
	}
	return v[lo:hi]
}
