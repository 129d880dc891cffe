package nn

import (
	"mlp/internal/schedule"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var _ = register("dropout", "Dropout",
	"sets a share of the inputs to 0 while training (Srivastava et al. 2014)",
	func(f *spec.Fields) Layer {
		return &Dropout{
			Rate:  schedule.Read(f, "rate", new(0.5), "share of inputs set to 0, a number or a schedule; the others are divided by 1 − rate", 0, 1),
			noise: readNoise(f),
		}
	})

// Dropout multiplies by 0 with probability Rate, else by 1/(1 − Rate). Outside
// training it is the identity.
type Dropout struct {
	Rate schedule.Number
	noise

	y, mask BufID
}

// Plan keeps the width.
func (d *Dropout) Plan(p *Plan, in int) int {
	d.noise.plan(p)
	p.follow(d.Rate)
	d.y, d.mask = p.Buffer(in), p.Buffer(in)
	return in
}

// Forward computes y = x·mask.
func (d *Dropout) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	rate := d.Rate.At(w.Time)
	if !w.Training || rate == 0 {
		return x
	}
	keep := float32(0)
	if rate < 1 {
		keep = float32(1 / (1 - rate))
	}
	mask, y := w.Buf(d.mask, x.Rows), w.Buf(d.y, x.Rows) // (batch, in)
	w.K.DropMask(mask.Data, d.draws(w), rate, keep)
	w.K.Mul(y.Data, x.Data, mask.Data)
	return y
}

// Backward computes dx = dy·mask.
func (d *Dropout) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	if !w.Training || d.Rate.At(w.Time) == 0 {
		return dy
	}
	w.K.Mul(dy.Data, dy.Data, w.Buf(d.mask, dy.Rows).Data) // dx takes the place of dy (batch, in)
	return dy
}
