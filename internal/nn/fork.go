package nn

import "mlp/internal/tensor"

// A fork is where the members of an ensemble part that share a network: it gives each of
// them the input x in its own light, y_i = r_i ⊙ x, in rows of its own. The layers behind
// it see a row for each member, one after the other: (batch·members, in).
type fork struct {
	members int
	apart   bool   // in training each member has rows of its own
	start   string // how r starts, as BatchEnsemble has it

	r         ParamID
	x         InputID
	y, dx     BufID
	inputGrad bool
}

// Plan declares r (members, in) and keeps the width.
func (f *fork) Plan(p *Plan, in int) int {
	f.r = p.Param("input_scale", Param{Rows: f.members, Cols: in, Trainable: true, Stacked: true, Init: startScale(f.start, in, p.columns)})
	f.x, f.inputGrad = p.Input(), p.InputGrad()
	if f.inputGrad {
		f.dx = p.Buffer(in)
	}
	p.members = f.members
	f.y = p.Buffer(in)
	return in
}

func (f *fork) spreads() int {
	if f.apart {
		return f.members
	}
	return 0
}

func (f *fork) madeOf(columns []string) []string { return columns }

// each reports whether every row of the batch is for one member, in turn.
func (f *fork) each(w *Workspace) bool { return f.apart && w.Training }

// from returns the row of the input that row i of the output is made of.
func (f *fork) from(w *Workspace, i int) int {
	if f.each(w) {
		return i
	}
	return i / f.members
}

// Forward computes y (batch·members, in) of x (batch, in), or, where each row is for one
// member, of x (batch·members, in).
func (f *fork) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	w.Keep(f.x, x)
	rows, r := x.Rows*f.members, w.Param(f.r)
	if f.each(w) {
		rows = x.Rows
	}
	y := w.Buf(f.y, rows)
	for i := range rows {
		w.K.Mul(y.Row(i), x.Row(f.from(w, i)), r.Row(i%f.members))
	}
	return y
}

// Backward computes dr_i = Σ dy ⊙ x over the rows in order, and dx = dy ⊙ r_i, summed over
// the members that read the row.
func (f *fork) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	x, r, g := w.Kept(f.x), w.Param(f.r), w.Grad(f.r)
	dx := tensor.Mat{}
	if clear(g.Data); f.inputGrad {
		dx = w.Buf(f.dx, x.Rows)
		clear(dx.Data)
	}
	for i := range dy.Rows {
		m, from := i%f.members, f.from(w, i)
		if !g.Empty() {
			w.K.AddProducts(g.Row(m), dy.Row(i), x.Row(from))
		}
		if f.inputGrad {
			w.K.AddProducts(dx.Row(from), dy.Row(i), r.Row(m))
		}
	}
	return dx
}
