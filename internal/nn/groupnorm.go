package nn

import (
	"math"

	"mlp/internal/form"
	"mlp/internal/kernel"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var (
	_ = register("layer_normalization", "LayerNormalization",
		"γ(x − μ)/√(σ² + ε) + β within each row (Ba, Kiros & Hinton 2016)",
		func(f *spec.Fields) Layer {
			lastAxis(f)
			f.Moot("rms_scaling", "write rms_normalization, the layer of its own", "false")
			return &GroupNormalization{
				Groups:  1,
				Epsilon: f.Float("epsilon", 1e-3, "added to the variance", spec.Positive),
				affine:  readAffine(f),
			}
		})
	_ = register("group_normalization", "GroupNormalization",
		"γ(x − μ)/√(σ² + ε) + β within groups of neighbouring columns of each row (Wu & He 2018)",
		func(f *spec.Fields) Layer {
			lastAxis(f)
			return &GroupNormalization{
				Groups:  f.Int("groups", 32, "how many groups; the number of columns must be a multiple; -1: one for each column", spec.AtLeast(-1)),
				Epsilon: f.Float("epsilon", 1e-3, "added to the variance", spec.Positive),
				affine:  readAffine(f),
			}
		})
)

// GroupNormalization normalises groups of neighbouring columns, row by row, by
// their mean and biased variance; with one group it is layer normalisation.
type GroupNormalization struct {
	Groups  int
	Epsilon float64
	affine

	size         int // columns of a group
	y, xhat, inv BufID
}

// Plan declares γ and β and keeps the width.
func (n *GroupNormalization) Plan(p *Plan, in int) int {
	if n.Groups == -1 {
		n.Groups = in
	}
	if n.Groups == 0 || in%n.Groups != 0 {
		p.Problem("choose a divisor of the number of columns for `groups`", "%d columns do not fall into %d equal groups", in, n.Groups)
		n.Groups = 1
	}
	n.size = in / n.Groups
	n.affine.plan(p, in)
	n.y, n.xhat, n.inv = p.Buffer(in), p.Buffer(in), p.Buffer(n.Groups)
	return in
}

// Forward computes x̂ = (x − μ)·inv, inv = 1/√(σ² + ε), and y = γ·x̂ + β.
func (n *GroupNormalization) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	// y, x̂ (batch, in), inv (batch, groups); γ, β (in)
	y, xhat, inv := w.Buf(n.y, x.Rows), w.Buf(n.xhat, x.Rows), w.Buf(n.inv, x.Rows)
	gamma, beta := n.scales(w), n.shifts(w)
	for i := range x.Rows {
		for g := range n.Groups {
			at := g * n.size
			part, hat := x.Row(i)[at:at+n.size], xhat.Row(i)[at:at+n.size] // (size)
			mu := kernel.Sum(part) / float64(n.size)
			for j, v := range part {
				hat[j] = float32(float64(v) - mu)
			}
			s := 1 / math.Sqrt(kernel.SumSquares(hat)/float64(n.size)+n.Epsilon)
			for j, d := range hat {
				hat[j] = float32(float64(d) * s)
			}
			inv.Set(i, g, float32(s))
		}
		affineRow(y.Row(i), xhat.Row(i), gamma, beta)
	}
	return y
}

// Backward computes dγ, dβ and, with g = dy·γ over the columns of a group,
// dx = inv·(g − mean(g) − x̂·mean(g·x̂)).
func (n *GroupNormalization) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	xhat, inv := w.Buf(n.xhat, dy.Rows), w.Buf(n.inv, dy.Rows) // (batch, in), (batch, groups)
	n.sums(w, dy, xhat)
	gamma := n.scales(w)
	for i := range dy.Rows {
		row := dy.Row(i)
		for j, s := range gamma {
			row[j] *= s
		}
		for k := range n.Groups {
			at := k * n.size
			g, hat := row[at:at+n.size], xhat.Row(i)[at:at+n.size] // (size); dx takes the place of g
			mean, slope, s := kernel.Sum(g)/float64(n.size), kernel.Dot(g, hat)/float64(n.size), float64(inv.At(i, k))
			for j, d := range g {
				g[j] = float32((float64(d) - mean - float64(float64(hat[j])*slope)) * s)
			}
		}
	}
	return dy
}

// Express writes down x̂ and y.
func (n *GroupNormalization) Express(b *form.Builder, w *Workspace, x form.Value) form.Value {
	v := b.To(form.F64, x)
	mu := b.Div(b.Sum(v, n.size), b.Const64(float64(n.size)))
	hat := b.To(form.F32, b.Sub(v, ofEach(b, mu, n.size)))
	inv := ofEach(b, inverseRoot(b, hat, n.size, n.Epsilon), n.size)
	hat = b.To(form.F32, b.Mul(b.To(form.F64, hat), inv))
	return n.affine.express(b, w, hat)
}
