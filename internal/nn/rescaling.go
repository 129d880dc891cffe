package nn

import (
	"mlp/internal/form"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var _ = register("rescaling", "Rescaling", "x·scale + offset", func(f *spec.Fields) Layer {
	return &Rescaling{
		Scale:  float32(f.NeedFloat("scale", "what each number is multiplied by")),
		Offset: float32(f.Float("offset", 0, "what is added then")),
	}
})

// Rescaling is y = x·Scale + Offset.
type Rescaling struct {
	Scale, Offset float32
	y             BufID
}

// Plan keeps the width.
func (r *Rescaling) Plan(p *Plan, in int) int {
	r.y = p.Buffer(in)
	return in
}

// Forward computes y = x·Scale + Offset.
func (r *Rescaling) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	y := w.Buf(r.y, x.Rows) // (batch, in)
	for i, v := range x.Data {
		y.Data[i] = float32(v*r.Scale) + r.Offset
	}
	return y
}

// Backward computes dx = dy·Scale.
func (r *Rescaling) Backward(_ *Workspace, dy tensor.Mat) tensor.Mat {
	for i := range dy.Data { // dx takes the place of dy (batch, in)
		dy.Data[i] *= r.Scale
	}
	return dy
}

// Express writes down y.
func (r *Rescaling) Express(b *form.Builder, _ *Workspace, x form.Value) form.Value {
	return b.Add(b.Mul(x, b.Const32(r.Scale)), b.Const32(r.Offset))
}
