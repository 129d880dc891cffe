package nn

import (
	"math"

	"mlp/internal/form"
	"mlp/internal/kernel"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var _ = register("unit_normalization", "UnitNormalization",
	"x/‖x‖ within each row; a row of zeros stays zero",
	func(f *spec.Fields) Layer {
		lastAxis(f)
		return &UnitNormalization{}
	})

// UnitNormalization divides each row by its Euclidean norm, which counts as
// 1e-12 where it is less.
type UnitNormalization struct {
	y, inv BufID // inv: 1/‖x‖, a number for each row
}

// smallestSquare is what a squared norm is raised to before it divides.
const smallestSquare = 1e-24

// Plan keeps the width.
func (n *UnitNormalization) Plan(p *Plan, in int) int {
	n.y, n.inv = p.Buffer(in), p.Buffer(1)
	return in
}

// Forward computes y = x·inv.
func (n *UnitNormalization) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	y, inv := w.Buf(n.y, x.Rows), w.Buf(n.inv, x.Rows) // (batch, in), (batch, 1)
	for i := range x.Rows {
		s := 1 / math.Sqrt(math.Max(kernel.SumSquares(x.Row(i)), smallestSquare))
		inv.Set(i, 0, float32(s))
		out := y.Row(i)
		for j, v := range x.Row(i) {
			out[j] = float32(float64(v) * s)
		}
	}
	return y
}

// Backward computes dx = inv·(dy − y·(dy·y)); for a row below the smallest norm
// inv is a constant, and the term y·(dy·y) is absent.
func (n *UnitNormalization) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	y, inv := w.Buf(n.y, dy.Rows), w.Buf(n.inv, dy.Rows) // (batch, in), (batch, 1)
	largest := float32(1 / math.Sqrt(smallestSquare))
	for i := range dy.Rows {
		g, out, s := dy.Row(i), y.Row(i), float64(inv.At(i, 0))
		slope := 0.0
		if inv.At(i, 0) < largest {
			slope = kernel.Dot(g, out)
		}
		for j, d := range g {
			g[j] = float32((float64(d) - float64(float64(out[j])*slope)) * s)
		}
	}
	return dy
}

// Express writes down y = x·inv.
func (n *UnitNormalization) Express(b *form.Builder, _ *Workspace, x form.Value) form.Value {
	v := b.To(form.F64, x)
	square := b.AtLeast(b.Sum(b.Mul(v, v), b.Len(x)), b.Const64(smallestSquare))
	return b.To(form.F32, b.Mul(v, b.Div(b.Const64(1), b.Sqrt(square))))
}
