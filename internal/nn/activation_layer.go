package nn

import (
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var _ = register("activation", "Activation", "an activation as a layer of its own", func(f *spec.Fields) Layer {
	return &ActivationLayer{Activation: spec.One(f, "activation", Activations, "linear", "the activation")}
})

// ActivationLayer applies an activation to its input.
type ActivationLayer struct {
	Activation Activation
	x          InputID
	y, dx      BufID
}

// TakeActivation makes the layer the identity and returns the activation it had.
func (a *ActivationLayer) TakeActivation() Activation {
	taken := a.Activation
	a.Activation = Linear()
	return taken
}

// Plan keeps the width.
func (a *ActivationLayer) Plan(p *Plan, in int) int {
	a.x, a.y, a.dx = p.Input(), p.Buffer(in), p.Buffer(in)
	return in
}

// Forward computes y = act(x).
func (a *ActivationLayer) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	if a.Activation.Name == "linear" {
		return x
	}
	w.Keep(a.x, x)
	y := w.Buf(a.y, x.Rows)
	a.Activation.Forward(w.K, y, x)
	return y
}

// Backward computes dx = dy·act'(x).
func (a *ActivationLayer) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	if a.Activation.Name == "linear" {
		return dy
	}
	dx := w.Buf(a.dx, dy.Rows)
	a.Activation.Backward(w.K, dx, dy, w.Kept(a.x), w.Buf(a.y, dy.Rows))
	return dx
}
