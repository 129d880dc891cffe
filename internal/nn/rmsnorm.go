package nn

import (
	"math"

	"mlp/internal/form"
	"mlp/internal/kernel"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var _ = register("rms_normalization", "RMSNormalization",
	"scale·x/√(mean(x²) + ε) within each row (Zhang & Sennrich 2019)",
	func(f *spec.Fields) Layer {
		lastAxis(f)
		return &RMSNormalization{Epsilon: f.Float("epsilon", 1e-6, "added to the mean square", spec.Positive)}
	})

// RMSNormalization divides each row by its root mean square and multiplies each
// column by a learned scale.
type RMSNormalization struct {
	Epsilon float64

	scale        ParamID
	y, xhat, inv BufID
}

// Plan declares the scale and keeps the width.
func (n *RMSNormalization) Plan(p *Plan, in int) int {
	n.scale = p.Param("scale", Param{Rows: 1, Cols: in, Vector: true, Init: constant(1), Trainable: true})
	n.y, n.xhat, n.inv = p.Buffer(in), p.Buffer(in), p.Buffer(1)
	return in
}

// Forward computes x̂ = x·inv, inv = 1/√(mean(x²) + ε), and y = scale·x̂.
func (n *RMSNormalization) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	// y, x̂ (batch, in), inv (batch, 1); scale (in)
	y, xhat, inv := w.Buf(n.y, x.Rows), w.Buf(n.xhat, x.Rows), w.Buf(n.inv, x.Rows)
	scale := w.Param(n.scale).Data
	for i := range x.Rows {
		s := 1 / math.Sqrt(kernel.SumSquares(x.Row(i))/float64(x.Cols)+n.Epsilon)
		inv.Set(i, 0, float32(s))
		hat := xhat.Row(i)
		for j, v := range x.Row(i) {
			hat[j] = float32(float64(v) * s)
		}
		affineRow(y.Row(i), hat, scale, nil)
	}
	return y
}

// Backward computes dscale = Σ dy·x̂ over the rows in order and, with
// g = dy·scale, dx = inv·(g − x̂·mean(g·x̂)).
func (n *RMSNormalization) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	xhat, inv := w.Buf(n.xhat, dy.Rows), w.Buf(n.inv, dy.Rows) // (batch, in), (batch, 1)
	scale, grad := w.Param(n.scale).Data, w.Grad(n.scale).Data // (in)
	clear(grad)
	for i := range dy.Rows {
		g, hat := dy.Row(i), xhat.Row(i) // (in); dx takes the place of dy
		for j := range grad {
			grad[j] += float32(g[j] * hat[j])
		}
		for j, s := range scale {
			g[j] *= s
		}
		slope, s := kernel.Dot(g, hat)/float64(dy.Cols), float64(inv.At(i, 0))
		for j, d := range g {
			g[j] = float32((float64(d) - float64(float64(hat[j])*slope)) * s)
		}
	}
	return dy
}

// Express writes down x̂ and y.
func (n *RMSNormalization) Express(b *form.Builder, w *Workspace, x form.Value) form.Value {
	inv := inverseRoot(b, x, b.Len(x), n.Epsilon)
	hat := b.To(form.F32, b.Mul(b.To(form.F64, x), inv))
	return b.Mul(hat, b.Const32(w.Param(n.scale).Data...))
}
