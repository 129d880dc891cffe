package nn

import "mlp/internal/form"

// Express writes down what each member makes of its part of x, and what becomes of them.
func (e *BatchEnsemble) Express(b *form.Builder, w *Workspace, x form.Value) form.Value {
	if e.dense != nil {
		return e.expressOne(b, w, x)
	}
	if !e.Split {
		x = b.Repeat(x, e.Members)
	}
	kern := w.Param(e.kernel)
	var z form.Value
	if e.Shared {
		x = b.Mul(x, b.Const32(w.Param(e.r).Data...))
		z = b.Mul(b.Times(x, e.Members, kern.Data, e.Units), b.Const32(w.Param(e.s).Data...))
	} else {
		var own []form.Value
		for m := range e.Members {
			own = append(own, b.Times(b.Part(x, m*e.in, (m+1)*e.in), 1, kern.Slice(m*e.in, (m+1)*e.in).Data, e.Units))
		}
		z = b.Join(own...)
	}
	if e.UseBias {
		z = b.Add(z, b.Const32(w.Param(e.bias).Data...))
	}
	if e.Average {
		z = b.Mul(z, b.Const32(1/float32(e.Members)))
		var turned []int // the members of each unit side by side
		for j := range e.Units {
			for m := range e.Members {
				turned = append(turned, m*e.Units+j)
			}
		}
		z = b.Total(b.Pick(z, turned...), e.Members)
	}
	return e.activated.Express(b, w, z)
}

// expressOne writes down what one member makes of its x, where members share the network.
func (e *BatchEnsemble) expressOne(b *form.Builder, w *Workspace, x form.Value) form.Value {
	kern := e.kernelOf(w.Param(e.kernel), w.Member%e.kernels)
	if r := e.scale(w, w.Member); r != nil {
		x = b.Mul(x, b.Const32(r...))
	}
	if e.factor != 0 {
		x = b.Mul(x, b.Const32(e.factor))
	}
	z := b.Times(x, 1, kern.Data, e.Units)
	if e.Shared {
		z = b.Mul(z, b.Const32(w.Param(e.s).Row(w.Member)...))
	}
	if e.UseBias {
		z = b.Add(z, b.Const32(w.Param(e.bias).Row(w.Member)...))
	}
	return e.activated.Express(b, w, z)
}

// Express writes down what a member is given.
func (f *fork) Express(b *form.Builder, w *Workspace, x form.Value) form.Value {
	return b.Mul(x, b.Const32(w.Param(f.r).Row(w.Member)...))
}
