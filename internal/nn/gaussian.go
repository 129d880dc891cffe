package nn

import (
	"math"

	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var (
	_ = register("gaussian_dropout", "GaussianDropout",
		"multiplies by draws from N(1, √(rate/(1 − rate))) while training (Srivastava et al. 2014)",
		func(f *spec.Fields) Layer {
			rate := f.Float("rate", 0.5, "as dropout's: the draws have the same variance", spec.NonNegative, spec.Less(1))
			return &Gaussian{Multiply: true, SD: math.Sqrt(rate / (1 - rate)), noise: readNoise(f)}
		})
	_ = register("gaussian_noise", "GaussianNoise",
		"adds draws from N(0, stddev) while training",
		func(f *spec.Fields) Layer {
			return &Gaussian{SD: f.NeedFloat("stddev", "standard deviation of the noise", spec.NonNegative), noise: readNoise(f)}
		})
)

// Gaussian adds N(0, SD) to each input, or multiplies it by N(1, SD). Outside
// training it is the identity.
type Gaussian struct {
	Multiply bool
	SD       float64
	noise

	y, draw BufID
}

// Plan keeps the width.
func (g *Gaussian) Plan(p *Plan, in int) int {
	g.noise.plan(p)
	g.y, g.draw = p.Buffer(in), p.Buffer(in)
	return in
}

// Forward computes y = x·draw or x + draw.
func (g *Gaussian) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	if !w.Training || g.SD == 0 {
		return x
	}
	draw, y := w.Buf(g.draw, x.Rows), w.Buf(g.y, x.Rows) // (batch, in)
	if g.Multiply {
		drawNormal(draw.Data, 1, g.SD, g.draws(w))
		for i, r := range draw.Data {
			y.Data[i] = x.Data[i] * r
		}
		return y
	}
	drawNormal(draw.Data, 0, g.SD, g.draws(w))
	for i, r := range draw.Data {
		y.Data[i] = x.Data[i] + r
	}
	return y
}

// Backward computes dx = dy·draw or dy.
func (g *Gaussian) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	if !w.Training || g.SD == 0 || !g.Multiply {
		return dy
	}
	for i, r := range w.Buf(g.draw, dy.Rows).Data { // dx takes the place of dy (batch, in)
		dy.Data[i] *= r
	}
	return dy
}
