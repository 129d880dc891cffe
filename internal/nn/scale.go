package nn

import (
	"mlp/internal/form"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var _ = register("scale", "Scale",
	"x·s with a factor s learned for each column: a soft choice of inputs (Holzmüller et al. 2024)",
	func(f *spec.Fields) Layer {
		return &Scale{
			Initializer: spec.One(f, "initializer", Initializers, "ones", "how s starts"),
			Regularizer: spec.One(f, "regularizer", Regularizers, "", "penalty on s"),
			Constraint:  spec.One(f, "constraint", Constraints, "", "projection of s after each update"),
		}
	})

// Scale is y = x ⊙ s.
type Scale struct {
	Initializer Initializer
	Regularizer Regularizer
	Constraint  Constraint

	scale     ParamID
	x         InputID
	y         BufID
	inputGrad bool
}

// defaultRate is the factor of RealMLP: s is to have chosen before the weights behind
// it have settled.
func (s *Scale) defaultRate() float64 { return 6 }

// Plan declares s and keeps the width. s decays like a weight, by the square of its
// factor of the learning rate, as RealMLP's figures have it.
func (s *Scale) Plan(p *Plan, in int) int {
	s.scale = p.Param("scale", Param{Rows: 1, Cols: in, Vector: true, Trainable: true, Decay: true, DecayRate: float32(orOne(p.layer.Rate)),
		Init: s.Initializer, Regularizer: s.Regularizer, Constraint: s.Constraint})
	s.x, s.y = p.Input(), p.Buffer(in)
	s.inputGrad = p.InputGrad()
	return in
}

func (s *Scale) madeOf(columns []string) []string { return columns }

// Forward computes y = x ⊙ s.
func (s *Scale) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	w.Keep(s.x, x)
	y, scale := w.Buf(s.y, x.Rows), w.Param(s.scale).Data // (batch, in), (in)
	for i := range x.Rows {
		w.K.Mul(y.Row(i), x.Row(i), scale)
	}
	return y
}

// Backward computes ds = Σ dy ⊙ x over the rows in order, and dx = dy ⊙ s.
func (s *Scale) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	x, scale, grad := w.Kept(s.x), w.Param(s.scale).Data, w.Grad(s.scale).Data // (batch, in), (in), (in) or empty
	clear(grad)
	for i := range dy.Rows { // dx takes the place of dy (batch, in)
		d := dy.Row(i)
		if len(grad) > 0 {
			w.K.AddProducts(grad, d, x.Row(i))
		}
		if s.inputGrad {
			w.K.Mul(d, d, scale)
		}
	}
	if !s.inputGrad {
		return tensor.Mat{}
	}
	return dy
}

// Express writes down y = x ⊙ s.
func (s *Scale) Express(b *form.Builder, w *Workspace, x form.Value) form.Value {
	return b.Mul(x, b.Const32(w.Param(s.scale).Data...))
}
