package nn

import "mlp/internal/tensor"

// An activated is the activation f that a layer ends in. If it is parametric, it is
//
//	y = x + α(f(x) − x)
//
// with α (n), whose gradient is Σ dy·(f(x) − x) over the rows, and
// dx = dy + α(dy·f'(x) − dy).
type activated struct {
	Activation Activation

	alpha  ParamID
	fx, df BufID // f(x) and dy·f'(x), where it is parametric
}

// TakeActivation makes the layer linear and returns the activation it had.
func (a *activated) TakeActivation() Activation {
	taken := a.Activation
	a.Activation = Linear()
	return taken
}

// activation names it, for a trace.
func (a *activated) activation() string {
	if a.Activation.Parametric {
		return "parametric " + a.Activation.Name
	}
	return a.Activation.Name
}

// linear reports whether the output is the input.
func (a *activated) linear() bool { return a.Activation.Name == "linear" }

// needsInput reports whether backward reads x, so that y must not take its place.
func (a *activated) needsInput() bool { return a.Activation.NeedsInput || a.Activation.Parametric }

// plan declares α for n columns. Weight decay would draw it to 0, the identity, so it
// stays away.
func (a *activated) plan(p *Plan, n int) {
	if a.Activation.Parametric {
		a.alpha = p.Param("alpha", Param{Rows: 1, Cols: n, Vector: true, Init: constant(1), Trainable: true, Rate: float32(a.Activation.Rate)})
		a.fx, a.df = p.Buffer(n), p.Buffer(n)
	}
}

// forward computes y (batch, n) from x (batch, n); y may be x unless needsInput.
func (a *activated) forward(w *Workspace, y, x tensor.Mat) {
	if !a.Activation.Parametric {
		a.Activation.Forward(w.K, y, x)
		return
	}
	fx, alpha := w.Buf(a.fx, x.Rows), w.Param(a.alpha).Data // (batch, n), (n)
	a.Activation.Forward(w.K, fx, x)
	for i := range x.Rows {
		w.K.Blend(y.Row(i), x.Row(i), fx.Row(i), alpha)
	}
}

// backward turns d = ∂loss/∂y (batch, n) into ∂loss/∂x and stores α's gradient. x and
// y are those of forward.
func (a *activated) backward(w *Workspace, d, x, y tensor.Mat) {
	if !a.Activation.Parametric {
		a.Activation.Backward(w.K, d, d, x, y)
		return
	}
	fx, df := w.Buf(a.fx, d.Rows), w.Buf(a.df, d.Rows)         // (batch, n)
	alpha, grad := w.Param(a.alpha).Data, w.Grad(a.alpha).Data // (n), (n) or empty
	a.Activation.Backward(w.K, df, d, x, fx)
	clear(grad)
	for i := range d.Rows {
		dy := d.Row(i)
		if len(grad) > 0 {
			w.K.AddSlopes(grad, dy, fx.Row(i), x.Row(i))
		}
		w.K.Blend(dy, dy, df.Row(i), alpha)
	}
}
