package nn

import "mlp/internal/form"

// Express writes down what each member makes of its part of x, and what becomes of them.
func (e *BatchEnsemble) Express(b *form.Builder, w *Workspace, x form.Value) form.Value {
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
		z = b.Mul(z, b.Const32(e.share()))
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
