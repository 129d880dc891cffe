package nn

import (
	"slices"

	"mlp/internal/form"
)

// An expresser is a layer with a form outside: it writes down what its Forward computes
// outside training, with the numbers that it has in w. Any other layer is refused.
type expresser interface {
	Express(b *form.Builder, w *Workspace, x form.Value) form.Value
}

// Express writes down what Forward computes of x.
func (n *Network) Express(b *form.Builder, w *Workspace, x form.Value) (logits, pred form.Value) {
	logits = n.chain.Express(b, w, x)
	b.At = n.Elements[len(n.Elements)-1].Name
	return logits, n.Last.express(b, logits)
}

func (c *chain) Express(b *form.Builder, w *Workspace, x form.Value) form.Value {
	for i := range c.elements {
		e := &c.elements[i]
		b.At = e.Name
		if l, ok := e.Layer.(expresser); ok {
			x = l.Express(b, w, x)
		} else {
			x = b.Refuse(c.widths[i], "a layer %s has no form outside", e.Class)
		}
	}
	return x
}

// express writes down the activation, or refuses it.
func (a Activation) express(b *form.Builder, x form.Value) form.Value {
	if a.Express == nil {
		return b.Refuse(b.Len(x), "the activation %s has no form outside", a.Name)
	}
	return a.Express(b, x)
}

// Express writes down forward.
func (a *activated) Express(b *form.Builder, w *Workspace, x form.Value) form.Value {
	y := a.Activation.express(b, x)
	if !a.Activation.Parametric {
		return y
	}
	return b.Add(x, b.Mul(b.Const32(w.Param(a.alpha).Data...), b.Sub(y, x)))
}

// Express says that nothing is drawn outside training.
func (n *noise) Express(_ *form.Builder, _ *Workspace, x form.Value) form.Value { return x }

// Express passes the input on, as Forward does.
func (*ActivityRegularization) Express(_ *form.Builder, _ *Workspace, x form.Value) form.Value {
	return x
}

// express writes down affineRow.
func (a *affine) express(b *form.Builder, w *Workspace, x form.Value) form.Value {
	if gamma := a.scales(w); gamma != nil {
		x = b.Mul(x, b.Const32(gamma...))
	}
	if beta := a.shifts(w); beta != nil {
		x = b.Add(x, b.Const32(beta...))
	}
	return x
}

// wider writes down float32((x − shift)·factor) in float64.
func wider(b *form.Builder, x form.Value, shift, factor []float64) form.Value {
	return b.To(form.F32, b.Mul(b.Sub(b.To(form.F64, x), b.Const64(shift...)), b.Const64(factor...)))
}

// inverseRoot writes down 1/√(Σ x²/n + ε) of each size neighbours.
func inverseRoot(b *form.Builder, x form.Value, size int, epsilon float64) form.Value {
	v := b.To(form.F64, x)
	mean := b.Div(b.Sum(b.Mul(v, v), size), b.Const64(float64(size)))
	return b.Div(b.Const64(1), b.Sqrt(b.Add(mean, b.Const64(epsilon))))
}

// ofEach repeats the number of each of some groups for all of its columns.
func ofEach(b *form.Builder, x form.Value, size int) form.Value {
	var places []int
	for g := range b.Len(x) {
		places = append(places, slices.Repeat([]int{g}, size)...)
	}
	return b.Pick(x, places...)
}

// Express hands the input on.
func (passing) Express(_ *form.Builder, _ *Workspace, x form.Value) form.Value { return x }
