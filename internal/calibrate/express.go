package calibrate

import "mlp/internal/form"

// Express writes down Apply, but that NaN stays NaN only by coming through.
func (c *Calibration) Express(b *form.Builder, pred form.Value) form.Value {
	p := b.AtLeast(b.To(form.F64, pred), b.Const64(least))
	if c.Softmax {
		z := b.Mul(b.Const64(1/c.Temperature[0]), b.Call(form.Log64, p))
		e := b.Call(form.Exp64, b.Sub(z, b.Max(z, b.Len(z))))
		return b.To(form.F32, b.Div(e, b.Total(e, b.Len(e))))
	}
	p = b.AtMost(p, b.Const64(1-least))
	logit := b.Sub(b.Call(form.Log64, p), b.Call(form.Log64, b.Sub(b.Const64(1), p)))
	var a []float64
	for _, t := range c.Temperature {
		a = append(a, 1/t)
	}
	zero := b.Const64(0)
	z := b.Mul(b.Const64(a...), logit)
	top := b.AtLeast(z, zero)
	yes := b.Call(form.Exp64, b.Sub(z, top))
	no := b.Call(form.Exp64, b.Sub(zero, top))
	return b.To(form.F32, b.Div(yes, b.Add(no, yes)))
}
