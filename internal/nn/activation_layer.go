package nn

import (
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var (
	_ = register("activation", "Activation", "an activation as a layer of its own", func(f *spec.Fields) Layer {
		return &ActivationLayer{activated: activated{Activation: spec.One(f, "activation", Activations, "linear", "the activation")}}
	})
	_ = register("re_lu", "ReLU",
		"x for x > threshold, at most max_value; else negative_slope·(x − threshold)",
		func(f *spec.Fields) Layer {
			return &ActivationLayer{activated: activated{Activation: readReLU(f)}}
		})
	_ = register("leaky_re_lu", "LeakyReLU", "x for x ≥ 0, else negative_slope·x", func(f *spec.Fields) Layer {
		return &ActivationLayer{activated: activated{Activation: readLeakyReLU(f, 0.3)}} // 0.2 in the activation of that name, by Keras's doing
	})
	_ = register("elu", "ELU", "x for x > 0, else α(exp(x) − 1)", func(f *spec.Fields) Layer {
		return &ActivationLayer{activated: activated{Activation: readELU(f)}}
	})
	_ = register("softmax", "Softmax", "exp(x_j)/Σ exp(x_i) within each row", func(f *spec.Fields) Layer {
		lastAxis(f)
		return &ActivationLayer{activated: activated{Activation: softmax()}}
	})
)

// ActivationLayer applies an activation to its input.
type ActivationLayer struct {
	activated

	x InputID
	y BufID
}

// Plan keeps the width.
func (a *ActivationLayer) Plan(p *Plan, in int) int {
	a.activated.plan(p, in)
	a.x, a.y = p.Input(), p.Buffer(in)
	return in
}

// Forward computes y = act(x).
func (a *ActivationLayer) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	if a.linear() {
		return x
	}
	w.Keep(a.x, x)
	y := w.Buf(a.y, x.Rows) // (batch, in), as x
	a.forward(w, y, x)
	return y
}

// Backward computes dx = dy·act'(x).
func (a *ActivationLayer) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	if !a.linear() { // dx takes the place of dy (batch, in)
		a.backward(w, dy, w.Kept(a.x), w.Buf(a.y, dy.Rows))
	}
	return dy
}
