package nn

import (
	"math"

	"mlp/internal/rng"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var _ = register("dropout", "Dropout", "sets a share of the inputs to 0 while training (Srivastava et al. 2014)", func(f *spec.Fields) Layer {
	return &Dropout{Rate: f.Float("rate", 0.5, "share of inputs set to 0; the others are divided by 1 − rate", spec.In(0, 1))}
})

// Dropout multiplies by 0 with probability Rate, else by 1/(1 − Rate). Outside
// training it is the identity. The draw for an element depends on the seed, the
// layer, the step and the element's place, so it is the same for any number of
// threads and after a resume.
type Dropout struct {
	Rate float64

	name  string
	y, dx BufID
	mask  BufID
}

// Plan keeps the width.
func (d *Dropout) Plan(p *Plan, in int) int {
	d.name = "dropout/" + p.LayerName()
	d.y, d.dx, d.mask = p.Buffer(in), p.Buffer(in), p.Buffer(in)
	return in
}

// Forward computes y = x·mask.
func (d *Dropout) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	if !w.Training || d.Rate == 0 {
		return x
	}
	mask, y := w.Buf(d.mask, x.Rows), w.Buf(d.y, x.Rows)
	drawMask(mask.Data, d.Rate, rng.New(w.Seed, d.name).At(w.Step))
	for i, m := range mask.Data {
		y.Data[i] = x.Data[i] * m
	}
	return y
}

// drawMask fills with 0 or 1/(1 − rate), four numbers a block of the stream.
func drawMask(mask []float32, rate float64, s rng.Stream) {
	keep := float32(0)
	if rate < 1 {
		keep = float32(1 / (1 - rate))
	}
	dropped := uint64(math.Round(rate * (1 << 32))) // of the 2³² values of a word
	for i := 0; i < len(mask); i += 4 {
		block := s.Block(uint64(i / 4))
		for j := range mask[i:min(i+4, len(mask))] {
			mask[i+j] = keep
			if uint64(block[j]) < dropped {
				mask[i+j] = 0
			}
		}
	}
}

// Backward computes dx = dy·mask.
func (d *Dropout) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	if !w.Training || d.Rate == 0 {
		return dy
	}
	mask, dx := w.Buf(d.mask, dy.Rows), w.Buf(d.dx, dy.Rows)
	for i, m := range mask.Data {
		dx.Data[i] = dy.Data[i] * m
	}
	return dx
}
