package nn

import (
	"mlp/internal/form"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var _ = register("glu", "GLU",
	"a·sigmoid(b) of the two halves a, b of a row (Dauphin et al. 2017)",
	func(*spec.Fields) Layer { return &GLU{} })

// GLU halves the width: (batch, 2·out) to (batch, out). So it is a layer, where
// Keras has an activation: activations here keep the width.
type GLU struct {
	x           InputID
	y, gate, dx BufID
}

// Plan returns half the width.
func (g *GLU) Plan(p *Plan, in int) int {
	if in%2 != 0 {
		p.Problem("give the layer before it an even number of units", "%d columns cannot be halved", in)
	}
	out := max(in/2, 1)
	g.x, g.y, g.gate, g.dx = p.Input(), p.Buffer(out), p.Buffer(out), p.Buffer(in)
	return out
}

// Forward computes y = a·σ(b).
func (g *GLU) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	w.Keep(g.x, x)
	y, gate := w.Buf(g.y, x.Rows), w.Buf(g.gate, x.Rows) // (batch, out); x (batch, 2·out)
	for i := range x.Rows {
		copy(gate.Row(i), x.Row(i)[gate.Cols:])
	}
	w.K.Sigmoid(gate.Data, gate.Data)
	for i := range x.Rows {
		a, s, out := x.Row(i), gate.Row(i), y.Row(i)
		for j, v := range s {
			out[j] = a[j] * v
		}
	}
	return y
}

// Backward computes da = dy·σ(b) and db = dy·a·σ(b)(1 − σ(b)).
func (g *GLU) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	// x, dx (batch, 2·out); gate, dy (batch, out)
	x, gate, dx := w.Kept(g.x), w.Buf(g.gate, dy.Rows), w.Buf(g.dx, dy.Rows)
	for i := range dy.Rows {
		a, s, d := x.Row(i), gate.Row(i), dy.Row(i)
		da, db := dx.Row(i)[:dy.Cols], dx.Row(i)[dy.Cols:]
		for j, v := range s {
			da[j] = d[j] * v
			db[j] = d[j] * a[j] * (v * (1 - v))
		}
	}
	return dx
}

// Express writes down y = a·σ(b).
func (g *GLU) Express(b *form.Builder, _ *Workspace, x form.Value) form.Value {
	half := b.Len(x) / 2
	return b.Mul(b.Part(x, 0, half), b.Call(form.Sigmoid, b.Part(x, half, 2*half)))
}
