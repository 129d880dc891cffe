package nn

import (
	"mlp/internal/form"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var _ = register("p_re_lu", "PReLU",
	"x for x > 0, else α·x with an α learned for each column (He et al. 2015)",
	func(f *spec.Fields) Layer {
		f.Moot("shared_axes", "each column has an α of its own", "null")
		return &PReLU{
			AlphaInitializer: spec.One(f, "alpha_initializer", Initializers, "zeros", "how α starts"),
			AlphaRegularizer: spec.One(f, "alpha_regularizer", Regularizers, "", "penalty on α"),
			AlphaConstraint:  spec.One(f, "alpha_constraint", Constraints, "", "projection of α after each update"),
		}
	})

// PReLU is y = max(x, 0) + α·min(x, 0).
type PReLU struct {
	AlphaInitializer Initializer
	AlphaRegularizer Regularizer
	AlphaConstraint  Constraint

	alpha ParamID
	x     InputID
	y     BufID
}

// Plan declares α and keeps the width. Weight decay would pull α towards plain
// ReLU, so it stays away, as the paper advises.
func (r *PReLU) Plan(p *Plan, in int) int {
	r.alpha = p.Param("alpha", Param{Rows: 1, Cols: in, Vector: true, Trainable: true,
		Init: r.AlphaInitializer, Regularizer: r.AlphaRegularizer, Constraint: r.AlphaConstraint})
	r.x, r.y = p.Input(), p.Buffer(in)
	return in
}

// Forward computes y = max(x, 0) + α·min(x, 0).
func (r *PReLU) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	w.Keep(r.x, x)
	y, alpha := w.Buf(r.y, x.Rows), w.Param(r.alpha).Data // (batch, in), (in)
	for i := range x.Rows {
		out := y.Row(i)
		for j, v := range x.Row(i) {
			if !(v > 0) {
				v *= alpha[j]
			}
			out[j] = v
		}
	}
	return y
}

// Backward computes dα = Σ dy·min(x, 0) over the rows in order, and dx = dy where
// x > 0, α·dy where x < 0, and 0 at 0: Keras makes it of two ReLUs, both flat there.
func (r *PReLU) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	x, alpha, grad := w.Kept(r.x), w.Param(r.alpha).Data, w.Grad(r.alpha).Data // (batch, in), (in), (in) or empty
	clear(grad)
	for i := range dy.Rows {
		in, d := x.Row(i), dy.Row(i)
		for j := range grad {
			grad[j] += float32(d[j] * min(in[j], 0))
		}
		for j, v := range in {
			switch {
			case v == 0:
				d[j] = 0
			case !(v > 0):
				d[j] *= alpha[j]
			}
		}
	}
	return dy
}

// Express writes down y.
func (r *PReLU) Express(b *form.Builder, w *Workspace, x form.Value) form.Value {
	return b.Select(b.Less(b.Const32(0), x), x, b.Mul(x, b.Const32(w.Param(r.alpha).Data...)))
}
