package nn

import (
	"mlp/internal/form"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var _ = register("residual", "Residual",
	"x + f(x), f being layers of its own (He et al. 2016)",
	func(f *spec.Fields) Layer {
		r := &Residual{f: chain{elements: spec.Values(spec.Many(f, "layers", Layers, nil, "the layers of f; the last must be as wide as the input"))}}
		if len(r.f.elements) == 0 {
			f.Problem("layers", "list the layers of f(x) under `layers:`", "a residual block needs at least one layer")
		}
		return r
	})

// Residual is y = x + f(x).
type Residual struct {
	f         chain
	y, dx     BufID
	inputGrad bool
}

func (r *Residual) inside() []*chain { return []*chain{&r.f} }

func (r *Residual) feed(_ *Workspace, _ int, x tensor.Mat) tensor.Mat { return x }

// Plan plans f and keeps the width.
func (r *Residual) Plan(p *Plan, in int) int {
	r.inputGrad = p.InputGrad()
	out := r.f.plan(p, in, p.Trainable())
	if out != in {
		p.Problem("end the block in a dense layer of as many units as the block has inputs",
			"x has %d columns and f(x) has %d; they cannot be added", in, out)
	}
	r.y, r.dx = p.Buffer(in), p.Buffer(in)
	return in
}

// Forward computes y = x + f(x).
func (r *Residual) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	fx, y := r.f.forward(w, x), w.Buf(r.y, x.Rows) // (batch, in)
	for i, v := range x.Data {
		y.Data[i] = v + fx.Data[i]
	}
	return y
}

// Backward computes dx = dy + f'(dy). f may overwrite dy, so a copy is taken first.
func (r *Residual) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	if !r.inputGrad {
		r.f.backward(w, dy)
		return tensor.Mat{}
	}
	dx := w.Buf(r.dx, dy.Rows) // (batch, in)
	copy(dx.Data, dy.Data)
	addTo(dx, r.f.backward(w, dy))
	return dx
}

// Adapts reports how many rows the layers of the block look at.
func (r *Residual) Adapts() Rows { return r.f.adapts() }

// Adapt gives the block's Adapters their input.
func (r *Residual) Adapt(w *Workspace, x tensor.Mat) { r.f.adapt(w, x) }

// Express writes down y = x + f(x).
func (r *Residual) Express(b *form.Builder, w *Workspace, x form.Value) form.Value {
	return b.Add(x, r.f.Express(b, w, x))
}
