package nn

import (
	"mlp/internal/kernel"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var _ = register("batch_ensemble", "BatchEnsemble",
	"dense layers of several members side by side, which share their kernel but for factors of inputs and outputs (Wen et al. 2020; TabM, arXiv:2410.24210)",
	func(f *spec.Fields) Layer {
		return &BatchEnsemble{
			Units:     f.NeedInt("units", "number of outputs of each member", spec.In(1, 1<<20)),
			Members:   f.Int("members", 32, "how many members there are", spec.In(1, 4096)),
			Split:     f.Bool("split", false, "every member has a part of the input, as a layer like this leaves them; false: all read the whole input"),
			Shared:    f.Bool("shared", true, "the members share their kernel; false: each has one of its own, and no factors"),
			Average:   f.Bool("average", false, "the output is the mean of the members', before the activation; false: they stay side by side"),
			UseBias:   f.Bool("use_bias", true, "whether a bias is added, of each member"),
			activated: activated{Activation: spec.One(f, "activation", Activations, "linear", "applied to the weighted sums")},
			start: f.Enum("scaling_initializer", "auto", "how the factors of the inputs start, one for all inputs that are made of one column; auto: random_signs where the members read the same, which tells them apart, else ones",
				"auto", "random_signs", "standard_normal", "ones"),
		}
	})

// BatchEnsemble is, for member i, y_i = act(s_i ⊙ (r_i ⊙ x_i)·W + b_i), W being common to
// all; without Shared it is y_i = act(x_i·W_i + b_i). A row holds the members one after the
// other, so (batch, members·in) is (batch·members, in) in memory, and one product serves
// them all. In a network that members share (see Members), where batch·members rows come
// in, and go out, it takes the place of a dense layer, and has what that says of W and b.
type BatchEnsemble struct {
	Units, Members                  int
	Split, Shared, Average, UseBias bool
	activated
	start string

	dense    *Dense // whose place it takes; nil: a layer of its own, on a row for all members
	unscaled bool   // r is 1: the inputs are scaled before

	in        int // of each member
	kernels   int // how many there are
	kernel    ParamID
	r, s      ParamID // factors of inputs and outputs
	bias      ParamID
	summed    []ParamID // those of r, s and b that there are: their gradients are added up row by row
	x         InputID
	rx, drx   BufID // r ⊙ x and its gradient (batch·members, in); of own kernels (members, batch, in)
	z, dz     BufID // products (batch·members, units), and the gradient; of own kernels (members, batch, units)
	sums      BufID // before the activation, as wide as the output
	y, dx     BufID
	factor    float32 // of the sums, as Dense has it; 0 stands for 1
	divides   bool    // the kernel is data_dependent
	kinks     *hePlus // how the bias starts, if so
	inputGrad bool
}

// width is that of the output.
func (e *BatchEnsemble) width() int {
	if e.Average || e.dense != nil {
		return e.Units
	}
	return e.Members * e.Units
}

// buffer declares one that has width numbers for each member of each row.
func (e *BatchEnsemble) buffer(p *Plan, width int) BufID {
	if e.dense == nil {
		width *= e.Members
	}
	return p.Buffer(width)
}

// rows is how many rows of a table are behind those of the batch.
func (e *BatchEnsemble) rows(x tensor.Mat) int {
	if e.dense != nil {
		return x.Rows / e.Members
	}
	return x.Rows
}

// Plan declares W (in, units), or one below the other those of the members, the factors r
// (members, in) and s (members, units), and b (members, units).
func (e *BatchEnsemble) Plan(p *Plan, in int) int {
	e.in = in
	if e.Split && e.dense == nil {
		if in%e.Members != 0 {
			p.Problem("let a layer of as many members stand before it, or drop `split`", "%d inputs cannot be split among %d members", in, e.Members)
		}
		e.in = max(1, in/e.Members)
	}
	e.planParams(p)
	e.activated.plan(p, e.width())
	e.x = p.Input()
	e.rx, e.z, e.dz = e.buffer(p, e.in), e.buffer(p, e.Units), e.buffer(p, e.Units)
	e.sums, e.y = p.Buffer(e.width()), p.Buffer(e.width())
	if e.inputGrad = p.InputGrad(); e.inputGrad || e.Shared {
		e.drx = e.buffer(p, e.in)
	}
	if e.inputGrad {
		e.dx = p.Buffer(in)
	}
	return e.width()
}

// part returns what member m reads of row i.
func (e *BatchEnsemble) part(x tensor.Mat, i, m int) []float32 {
	if e.Split {
		return x.Data[(i*e.Members+m)*e.in:][:e.in:e.in]
	}
	return x.Row(i)
}

// scale returns r of member m; nil where it is 1.
func (e *BatchEnsemble) scale(w *Workspace, m int) []float32 {
	if !e.Shared || e.unscaled {
		return nil
	}
	return w.Param(e.r).Row(m)
}

// at is where row i of n and member m stand among rows of products.
func (e *BatchEnsemble) at(n, i, m int) int {
	if e.Shared {
		return i*e.Members + m
	}
	return m*n + i
}

// products computes z = f·(r ⊙ x)·W, or f·x·W_i, and returns for how many rows of a table.
func (e *BatchEnsemble) products(w *Workspace, x tensor.Mat) (n int) {
	n = e.rows(x)
	rx, z := w.values(e.rx, x.Rows), w.values(e.z, x.Rows)
	for i := range n {
		for m := range e.Members {
			affineRow(rx[e.at(n, i, m)*e.in:][:e.in], e.part(x, i, m), e.scale(w, m), nil)
		}
	}
	if e.factor != 0 {
		w.K.Affine(rx, rx, e.factor, 0)
	}
	for k := range e.kernels {
		x, kern, z := e.block(rx, n, k, e.in), e.kernelOf(w.Param(e.kernel), k), e.block(z, n, k, e.Units)
		w.K.Gemm(kernel.NN, len(x)/e.in, e.Units, e.in, x, kern.Data, 0, z)
	}
	return n
}

// kernelOf returns kernel k.
func (e *BatchEnsemble) kernelOf(all tensor.Mat, k int) tensor.Mat {
	return all.Slice(k*e.in, (k+1)*e.in)
}

// block returns the rows, of n rows of a table, that kernel k is for.
func (e *BatchEnsemble) block(all []float32, n, k, width int) []float32 {
	each := n * e.Members / e.kernels * width
	return all[k*each : (k+1)*each]
}

// Forward computes z and s ⊙ z + b, and what the activation makes of it.
func (e *BatchEnsemble) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	w.Keep(e.x, x)
	n, z := e.products(w, x), w.values(e.z, x.Rows)
	sums := w.Buf(e.sums, x.Rows) // (batch, members·units), (batch·members, units) or (batch, units)
	clear(sums.Data)
	for i := range n {
		for m := range e.Members {
			e.add(w, e.place(sums, i, m), z[e.at(n, i, m)*e.Units:][:e.Units], m)
		}
	}
	if e.linear() {
		return sums
	}
	y := w.Buf(e.y, x.Rows)
	e.forward(w, y, sums)
	return y
}

// place returns the place of member m of row i in the output.
func (e *BatchEnsemble) place(y tensor.Mat, i, m int) []float32 {
	if e.Average {
		return y.Row(i)
	}
	return y.Data[(i*e.Members+m)*e.Units:][:e.Units:e.Units]
}

// add adds what member m makes of its products to its place in the output.
func (e *BatchEnsemble) add(w *Workspace, to, z []float32, m int) {
	var s, b []float32
	if e.Shared {
		s = w.Param(e.s).Row(m)
	}
	if e.UseBias {
		b = w.Param(e.bias).Row(m)
	}
	if !e.Average {
		affineRow(to, z, s, b)
		return
	}
	share := 1 / float32(e.Members)
	for j, v := range z {
		if s != nil {
			v *= s[j]
		}
		if b != nil {
			v += b[j]
		}
		to[j] += float32(v * share)
	}
}

// Backward computes, with d = ∂loss/∂(s ⊙ z + b), db = Σ d, ds = Σ d ⊙ z, dz = d ⊙ s, dW =
// f·(r ⊙ x)ᵀ·dz, d(r ⊙ x) = f·dz·Wᵀ, of which dr = Σ d(r ⊙ x) ⊙ x and dx = Σ d(r ⊙ x) ⊙ r.
// Sums over rows go in their order, and over members in theirs.
func (e *BatchEnsemble) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	if !e.linear() {
		e.backward(w, dy, w.Buf(e.sums, dy.Rows), w.Buf(e.y, dy.Rows)) // d takes the place of dy
	}
	n := e.rows(dy)
	z, dz, rx, drx := w.values(e.z, dy.Rows), w.values(e.dz, dy.Rows), w.values(e.rx, dy.Rows), []float32(nil)
	kern, g := w.Param(e.kernel), w.Grad(e.kernel)
	learns := !g.Empty()
	for _, id := range e.summed {
		clear(w.Grad(id).Data)
	}
	for i := range n {
		for m := range e.Members {
			at := e.at(n, i, m) * e.Units
			e.backRow(w, e.place(dy, i, m), z[at:at+e.Units], dz[at:at+e.Units], m, learns)
		}
	}
	if e.inputGrad || learns && e.Shared && !e.unscaled {
		drx = w.values(e.drx, dy.Rows)
	}
	for k := range e.kernels {
		x, d := e.block(rx, n, k, e.in), e.block(dz, n, k, e.Units)
		if learns {
			w.K.Gemm(kernel.TN, e.in, e.Units, len(x)/e.in, x, d, 0, e.kernelOf(g, k).Data)
		}
		if drx != nil {
			w.K.Gemm(kernel.NT, len(x)/e.in, e.in, e.Units, d, e.kernelOf(kern, k).Data, 0, e.block(drx, n, k, e.in))
		}
	}
	if drx == nil {
		return tensor.Mat{}
	}
	if e.factor != 0 {
		w.K.Affine(drx, drx, e.factor, 0)
	}
	return e.backInputs(w, drx, n, learns)
}

// backRow takes one row of one member back to its products, and adds it to the sums. Of a
// mean every member has its share.
func (e *BatchEnsemble) backRow(w *Workspace, d, z, dz []float32, m int, learns bool) {
	share := float32(1)
	if e.Average {
		share /= float32(e.Members)
	}
	w.K.Affine(dz, d, share, 0)
	if learns && e.UseBias {
		w.K.Axpy(1, dz, w.Grad(e.bias).Row(m))
	}
	if !e.Shared {
		return
	}
	if learns {
		w.K.AddProducts(w.Grad(e.s).Row(m), dz, z)
	}
	w.K.Mul(dz, dz, w.Param(e.s).Row(m))
}

// backInputs takes the gradient of r ⊙ x, or of each member's x, to r and to x.
func (e *BatchEnsemble) backInputs(w *Workspace, drx []float32, n int, learns bool) tensor.Mat {
	dx, x := tensor.Mat{}, w.Kept(e.x)
	if e.inputGrad {
		dx = w.Buf(e.dx, x.Rows) // as x
		clear(dx.Data)
	}
	for i := range n {
		for m := range e.Members {
			d, r := drx[e.at(n, i, m)*e.in:][:e.in], e.scale(w, m)
			if learns && r != nil {
				w.K.AddProducts(w.Grad(e.r).Row(m), d, e.part(x, i, m))
			}
			if !e.inputGrad {
				continue
			}
			if to := e.part(dx, i, m); r != nil {
				w.K.AddProducts(to, d, r)
			} else {
				w.K.Axpy(1, d, to)
			}
		}
	}
	return dx
}
