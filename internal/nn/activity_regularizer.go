package nn

import (
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// activityRegularizer is a penalty on the output of a layer. As in Keras since 3.14
// it is divided by the number of rows, and it is part of the loss in evaluation too.
type activityRegularizer struct {
	Regularizer Regularizer // nil: none

	y InputID
	g BufID
}

func (a *activityRegularizer) plan(p *Plan, width int) {
	if a.Regularizer != nil {
		a.y, a.g = p.Input(), p.Buffer(width)
	}
}

// measure adds the penalty of y (batch, width) to the loss and keeps y for grad.
func (a *activityRegularizer) measure(w *Workspace, y tensor.Mat) {
	if a.Regularizer == nil || y.Rows == 0 {
		return
	}
	w.Keep(a.y, y)
	w.AddLoss(a.Regularizer.Penalty(y, tensor.Mat{}) / float64(y.Rows))
}

// grad returns ∂penalty/∂y (batch, width) of the last measure.
func (a *activityRegularizer) grad(w *Workspace) tensor.Mat {
	y := w.Kept(a.y)        // (batch, width)
	g := w.Buf(a.g, y.Rows) // (batch, width)
	clear(g.Data)
	a.Regularizer.Penalty(y, g)
	for i := range g.Data {
		g.Data[i] /= float32(y.Rows)
	}
	return g
}

// addGrad adds ∂penalty/∂y to dy (batch, width).
func (a *activityRegularizer) addGrad(w *Workspace, dy tensor.Mat) {
	if a.Regularizer != nil {
		addTo(dy, a.grad(w))
	}
}

// addTo computes y += x.
func addTo(y, x tensor.Mat) {
	for i, v := range x.Data {
		y.Data[i] += v
	}
}

var _ = register("activity_regularization", "ActivityRegularization",
	"its input, which is penalised by l1·Σ|x| + l2·Σx² over the rows",
	func(f *spec.Fields) Layer {
		l1 := f.Float("l1", 0, "weight of the absolute values", spec.NonNegative)
		l2 := f.Float("l2", 0, "weight of the squares", spec.NonNegative)
		return &ActivityRegularization{activityRegularizer{Regularizer: L1L2{L1: l1, L2: l2}}}
	})

// ActivityRegularization is the identity with a penalty.
type ActivityRegularization struct{ activity activityRegularizer }

// Plan keeps the width.
func (a *ActivityRegularization) Plan(p *Plan, in int) int {
	a.activity.plan(p, in)
	return in
}

// Forward returns x.
func (a *ActivityRegularization) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	a.activity.measure(w, x)
	return x
}

// Backward computes dx = dy + ∂penalty/∂x.
func (a *ActivityRegularization) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	a.activity.addGrad(w, dy)
	return dy
}
