package nn

import (
	"math"

	"mlp/internal/embedding"
	"mlp/internal/form"
)

// express writes down scatter: the inputs that stay, then what was made of each column.
func (e *embedded) express(b *form.Builder, x form.Value, made []form.Value, bias []float32, relu bool) form.Value {
	y := b.Join(made...)
	y = b.Add(y, b.Repeat(b.Const32(bias...), b.Len(y)/len(bias)))
	if relu {
		y = b.AtLeast(y, b.Const32(0))
	}
	if len(e.stays) == 0 {
		return y
	}
	return b.Join(b.Pick(x, e.stays...), y)
}

// turned returns the transpose of a matrix (rows, cols).
func turned(data []float32, cols int) []float32 {
	rows := len(data) / cols
	out := make([]float32, len(data))
	for i := range rows {
		for j := range cols {
			out[j*rows+i] = data[i*cols+j]
		}
	}
	return out
}

// Express writes down the waves of each column and their mixture.
func (e *Periodic) Express(b *form.Builder, w *Workspace, x form.Value) form.Value {
	var made []form.Value
	for j, from := range e.in.places {
		turns := b.Mul(b.Pick(x, from), b.Const32(w.Param(e.frequencies).Row(j)...))
		phases := make([]float32, e.Frequencies)
		if e.Phases {
			for f, v := range w.Param(e.phases).Row(j) {
				phases[f] = float32(v * (1 / (2 * math.Pi)))
			}
		}
		turns = b.Add(turns, b.Const32(phases...))
		waves := b.Call(form.CosTurns, turns)
		if !e.Phases {
			waves = b.Join(waves, b.Call(form.SinTurns, turns))
		}
		kern := e.of(w.Param(e.kernel), j, e.Made())
		made = append(made, b.Times(waves, 1, turned(kern.Data, e.Waves()), e.Made()))
	}
	return e.in.express(b, x, made, w.Param(e.bias).Data, e.ReLU)
}

// Express writes down the components of each column and their mixture.
func (e *PiecewiseLinear) Express(b *form.Builder, w *Workspace, x form.Value) form.Value {
	var made []form.Value
	for j, from := range e.in.places {
		z, ends := b.Pick(x, from), e.endsOf(w, j)
		mixed := b.Mul(z, b.Const32(w.Param(e.slope).Row(j)...))
		if n := len(ends) - 1; n > 0 {
			kern := w.Param(e.kernel).Slice(j*e.Dim, (j+1)*e.Dim)
			used := turned(kern.Data, e.Bins)[:n*e.Dim]
			mixed = b.Add(b.Times(embedding.Express(b, ends, z), 1, used, e.Dim), mixed)
		}
		made = append(made, mixed)
	}
	return e.in.express(b, x, made, w.Param(e.bias).Data, false)
}
