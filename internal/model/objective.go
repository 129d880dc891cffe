package model

import (
	"strconv"

	"mlp/internal/loss"
	"mlp/internal/tensor"
)

// An objective is the loss as it meets the last activation of the network: some
// losses take the input of a matching activation, the logits, where they stay
// finite and have their gradient however sure the network is.
type objective struct {
	absorbs bool       // the loss takes logits
	batch   loss.Batch // of the evaluation being made
	scratch []float32  // room for the loss
	grad    []float32  // room for ∂loss/∂outputs
}

// meet decides once, when the model is compiled, what the loss takes. Where the loss
// says that the layers end in logits, the activation that it means is put at their end:
// everything behind it has the probabilities that the same network with this activation
// gives, and the loss has the same logits.
func (m *Model) meet() {
	absorber, ok := m.Loss.(loss.LogitLoss)
	link := ""
	if ok && absorber.FromLogits() {
		link = absorber.Absorbs()
	}
	m.Net.AnswerBy(link)
	m.objective.absorbs = ok && absorber.Absorbs() == m.Net.Last.Name
}

func (o *objective) reserve(n int) { o.scratch, o.grad = make([]float32, n), make([]float32, n) }

// TakesLogits reports whether the loss is computed from the network's outputs
// before the last activation.
func (m *Model) TakesLogits() bool { return m.objective.absorbs }

// LossRows returns how many rows at a time the loss of an evaluation is taken of: as many
// as the network computes, unless that makes a difference, as to a sum it does. Then it is
// as many as a step of training has, so that both are of one scale, as in Keras.
func (m *Model) LossRows(weighted bool) int {
	if loss.AddsUp(m.Loss, weighted) {
		return EvalRows
	}
	if size := m.Spec.Get("fit").Get("batch_size"); size != nil {
		if n, err := strconv.Atoi(size.Text); err == nil && n > 0 {
			return n
		}
	}
	return EvalRows // a model without a training of its own
}

// BatchLoss returns the loss of some rows, penalties not included. logits and pred
// are what the network gives for them before and after its last activation, rows ×
// outputs, regression targets still scaled; logits may be empty unless TakesLogits.
// It allocates only for more rows than were reserved.
func (m *Model) BatchLoss(logits, pred, target tensor.Mat, weight []float32) float64 {
	m.feed(logits, pred, target, weight)
	return m.Loss.Eval(&m.objective.batch)
}

// BatchGradient returns the loss of the rows of the last Forward too, and its
// gradient ∂loss/∂logits, rows × outputs, which lives until the next call.
func (m *Model) BatchGradient(logits, pred, target tensor.Mat, weight []float32) (value float64, dlogits tensor.Mat) {
	m.feed(logits, pred, target, weight)
	o := &m.objective
	o.batch.Grad = tensor.View(pred.Rows, pred.Cols, o.grad)
	value = m.Loss.Eval(&o.batch)
	if o.absorbs {
		return value, o.batch.Grad
	}
	return value, m.Net.BackwardLast(m.Work, o.batch.Grad, logits, pred)
}

// feed fills the batch that the loss is given.
func (m *Model) feed(logits, pred, target tensor.Mat, weight []float32) {
	o := &m.objective
	if n := len(pred.Data); n > len(o.scratch) {
		o.scratch = make([]float32, n)
	}
	o.batch = loss.Batch{K: m.Engine, Pred: pred, Target: target, Weight: weight, Time: m.Optimizer.Time(), Scratch: o.scratch}
	if o.absorbs {
		o.batch.Logits = logits
	}
}
