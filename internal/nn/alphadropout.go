package nn

import (
	"math"

	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var _ = register("alpha_dropout", "AlphaDropout",
	"sets a share of the inputs to SELU's floor while training, keeping mean and variance (Klambauer et "+
		"al. 2017)",
	func(f *spec.Fields) Layer {
		return &AlphaDropout{
			Rate:  f.Float("rate", 0.5, "share of inputs set to the floor", spec.NonNegative, spec.Less(1)),
			noise: readNoise(f),
		}
	})

// AlphaDropout sets inputs to α' = −λα, SELU's limit for large negative inputs,
// with probability Rate = r, and maps all by a·x + b so that mean 0 and variance 1
// stay: a = ((1 − r)(1 + r·α'²))^−½, b = −a·r·α'. Outside training it is the identity.
type AlphaDropout struct {
	Rate float64
	noise

	y, mask BufID
}

// Plan keeps the width.
func (d *AlphaDropout) Plan(p *Plan, in int) int {
	d.noise.plan(p)
	d.y, d.mask = p.Buffer(in), p.Buffer(in)
	return in
}

func (d *AlphaDropout) coefficients() (a, dropped, b float32) {
	floor := -float64(seluAlpha * seluScale)
	scale := 1 / math.Sqrt((1-d.Rate)*(1+float64(d.Rate*float64(floor*floor))))
	shift := -float64(scale * float64(floor*d.Rate))
	return float32(scale), float32(float64(scale*floor) + shift), float32(shift)
}

// Forward computes y = a·x + b where the mask is 1, else a·α' + b.
func (d *AlphaDropout) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	if !w.Training || d.Rate == 0 {
		return x
	}
	a, dropped, b := d.coefficients()
	mask, y := w.Buf(d.mask, x.Rows), w.Buf(d.y, x.Rows) // (batch, in)
	w.K.DropMask(mask.Data, d.draws(w), d.Rate, 1)
	for i, m := range mask.Data {
		v := float32(a*x.Data[i]) + b
		if m == 0 {
			v = dropped
		}
		y.Data[i] = v
	}
	return y
}

// Backward computes dx = a·dy where the mask is 1, else 0.
func (d *AlphaDropout) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	if !w.Training || d.Rate == 0 {
		return dy
	}
	a, _, _ := d.coefficients()
	for i, m := range w.Buf(d.mask, dy.Rows).Data { // dx takes the place of dy (batch, in)
		dy.Data[i] *= a * m
	}
	return dy
}
