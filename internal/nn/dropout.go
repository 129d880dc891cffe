package nn

import (
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var _ = register("dropout", "Dropout",
	"sets a share of the inputs to 0 while training (Srivastava et al. 2014)",
	func(f *spec.Fields) Layer {
		return &Dropout{
			Rate:  f.Float("rate", 0.5, "share of inputs set to 0; the others are divided by 1 − rate", spec.In(0, 1)),
			noise: readNoise(f),
		}
	})

// Dropout multiplies by 0 with probability Rate, else by 1/(1 − Rate). Outside
// training it is the identity.
type Dropout struct {
	Rate float64
	noise

	y, mask BufID
}

// Plan keeps the width.
func (d *Dropout) Plan(p *Plan, in int) int {
	d.noise.plan(p)
	d.y, d.mask = p.Buffer(in), p.Buffer(in)
	return in
}

// Forward computes y = x·mask.
func (d *Dropout) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	if !w.Training || d.Rate == 0 {
		return x
	}
	keep := float32(0)
	if d.Rate < 1 {
		keep = float32(1 / (1 - d.Rate))
	}
	mask, y := w.Buf(d.mask, x.Rows), w.Buf(d.y, x.Rows) // (batch, in)
	drawMask(mask.Data, d.Rate, keep, d.draws(w))
	for i, m := range mask.Data {
		y.Data[i] = x.Data[i] * m
	}
	return y
}

// Backward computes dx = dy·mask.
func (d *Dropout) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	if !w.Training || d.Rate == 0 {
		return dy
	}
	for i, m := range w.Buf(d.mask, dy.Rows).Data { // dx takes the place of dy (batch, in)
		dy.Data[i] *= m
	}
	return dy
}
