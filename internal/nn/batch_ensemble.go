package nn

import (
	"math"

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
// them all.
type BatchEnsemble struct {
	Units, Members                  int
	Split, Shared, Average, UseBias bool
	activated
	start string

	in        int // of each member
	kernel    ParamID
	r, s      ParamID // factors of inputs and outputs
	bias      ParamID
	x         InputID
	rx, drx   BufID // r ⊙ x and its gradient (batch·members, in); of own kernels (members, batch, in)
	z, dz     BufID // products (batch·members, units), and the gradient; of own kernels (members, batch, units)
	sums      BufID // before the activation, as wide as the output
	y, dx     BufID
	inputGrad bool
}

// width is that of the output.
func (e *BatchEnsemble) width() int {
	if e.Average {
		return e.Units
	}
	return e.Members * e.Units
}

// Plan declares W (in, units), or one below the other those of the members, the factors r
// (members, in) and s (members, units), and b (members, units).
func (e *BatchEnsemble) Plan(p *Plan, in int) int {
	e.in = in
	if e.Split {
		if in%e.Members != 0 {
			p.Problem("let a layer of as many members stand before it, or drop `split`", "%d inputs cannot be split among %d members", in, e.Members)
		}
		e.in = max(1, in/e.Members)
	}
	start, kernels := uniformWithin(1/math.Sqrt(float64(e.in))), 1
	if !e.Shared {
		kernels = e.Members
	}
	e.kernel = p.Param("kernel", Param{Rows: kernels * e.in, Cols: e.Units, Trainable: true, Decay: true, Init: start})
	if e.Shared {
		e.r = p.Param("input_scale", Param{Rows: e.Members, Cols: e.in, Trainable: true, Init: e.startScale(p.columns)})
		e.s = p.Param("output_scale", Param{Rows: e.Members, Cols: e.Units, Trainable: true, Init: constant(1)})
	}
	if e.UseBias {
		e.bias = p.Param("bias", Param{Rows: e.Members, Cols: e.Units, Trainable: true, Init: alike(start, e.Units, e.Shared)})
	}
	e.activated.plan(p, e.width())
	e.x = p.Input()
	e.rx, e.z, e.dz = p.Buffer(e.Members*e.in), p.Buffer(e.Members*e.Units), p.Buffer(e.Members*e.Units)
	e.sums, e.y = p.Buffer(e.width()), p.Buffer(e.width())
	if e.inputGrad = p.InputGrad(); e.inputGrad || e.Shared {
		e.drx = p.Buffer(e.Members * e.in)
	}
	if e.inputGrad {
		e.dx = p.Buffer(in)
	}
	return e.width()
}

// part returns what member m reads of a row.
func (e *BatchEnsemble) part(row []float32, m int) []float32 {
	if e.Split {
		return row[m*e.in : (m+1)*e.in]
	}
	return row
}

// Forward computes z = (r ⊙ x)·W and s ⊙ z + b, or x·W_i + b_i, and what the activation
// makes of it.
func (e *BatchEnsemble) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	w.Keep(e.x, x)
	rx, z, n := w.values(e.rx, x.Rows), w.values(e.z, x.Rows), x.Rows
	for i := range n {
		for m := range e.Members {
			from := e.part(x.Row(i), m)
			if e.Shared {
				affineRow(rx[(i*e.Members+m)*e.in:][:e.in], from, w.Param(e.r).Row(m), nil)
			} else {
				copy(rx[(m*n+i)*e.in:][:e.in], from)
			}
		}
	}
	kern := w.Param(e.kernel)
	if e.Shared {
		w.K.Gemm(kernel.NN, n*e.Members, e.Units, e.in, rx, kern.Data, 0, z)
	} else {
		for m := range e.Members {
			w.K.Gemm(kernel.NN, n, e.Units, e.in, rx[m*n*e.in:(m+1)*n*e.in], kern.Slice(m*e.in, (m+1)*e.in).Data, 0, z[m*n*e.Units:(m+1)*n*e.Units])
		}
	}
	sums := w.Buf(e.sums, n) // (batch, members·units), or (batch, units)
	clear(sums.Data)
	for i := range n {
		for m := range e.Members {
			e.add(w, sums.Row(i), e.product(z, n, i, m), m)
		}
	}
	if e.linear() {
		return sums
	}
	y := w.Buf(e.y, n)
	e.forward(w, y, sums)
	return y
}

// product returns z of row i of n and member m.
func (e *BatchEnsemble) product(z []float32, n, i, m int) []float32 {
	at := i*e.Members + m
	if !e.Shared {
		at = m*n + i
	}
	return z[at*e.Units : (at+1)*e.Units]
}

// share is the part of a mean that one member has.
func (e *BatchEnsemble) share() float32 {
	if e.Average {
		return 1 / float32(e.Members)
	}
	return 1
}

// place returns the place of member m in a row of the output.
func (e *BatchEnsemble) place(row []float32, m int) []float32 {
	if e.Average {
		return row
	}
	return row[m*e.Units : (m+1)*e.Units]
}

// add adds what member m makes of its products to a row of the output.
func (e *BatchEnsemble) add(w *Workspace, row, z []float32, m int) {
	to, share := e.place(row, m), e.share()
	for j, v := range z {
		if e.Shared {
			v *= w.Param(e.s).At(m, j)
		}
		if e.UseBias {
			v += w.Param(e.bias).At(m, j)
		}
		to[j] += float32(v * share)
	}
}

// Backward computes, with d = ∂loss/∂(s ⊙ z + b), db = Σ d, ds = Σ d ⊙ z, dz = d ⊙ s, dW =
// (r ⊙ x)ᵀ·dz, d(r ⊙ x) = dz·Wᵀ, of which dr = Σ d(r ⊙ x) ⊙ x and dx = Σ d(r ⊙ x) ⊙ r. Sums
// over rows go in their order, and over members in theirs.
func (e *BatchEnsemble) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	n := dy.Rows
	if !e.linear() {
		e.backward(w, dy, w.Buf(e.sums, n), w.Buf(e.y, n)) // d takes the place of dy
	}
	z, dz, rx := w.values(e.z, n), w.values(e.dz, n), w.values(e.rx, n)
	learns := !w.Grad(e.kernel).Empty()
	if learns {
		e.clearSums(w)
	}
	for i := range n {
		for m := range e.Members {
			e.backRow(w, e.place(dy.Row(i), m), e.product(z, n, i, m), e.product(dz, n, i, m), m, learns)
		}
	}
	kern, g := w.Param(e.kernel), w.Grad(e.kernel)
	products, each := 1, n*e.Members // of how many rows
	if !e.Shared {
		products, each = e.Members, n
	}
	for m := range products {
		x, d := rx[m*each*e.in:(m+1)*each*e.in], dz[m*each*e.Units:(m+1)*each*e.Units]
		if learns {
			w.K.Gemm(kernel.TN, e.in, e.Units, each, x, d, 0, g.Slice(m*e.in, (m+1)*e.in).Data)
		}
		if e.inputGrad || learns && e.Shared {
			w.K.Gemm(kernel.NT, each, e.in, e.Units, d, kern.Slice(m*e.in, (m+1)*e.in).Data, 0, w.values(e.drx, n)[m*each*e.in:(m+1)*each*e.in])
		}
	}
	return e.backInputs(w, n, learns)
}

func (e *BatchEnsemble) clearSums(w *Workspace) {
	if e.UseBias {
		clear(w.Grad(e.bias).Data)
	}
	if e.Shared {
		clear(w.Grad(e.s).Data)
		clear(w.Grad(e.r).Data)
	}
}

// backRow takes one row of one member back to its products, and adds it to the sums.
func (e *BatchEnsemble) backRow(w *Workspace, d, z, dz []float32, m int, learns bool) {
	share := e.share()
	for j, v := range d {
		v *= share
		dz[j] = v
		if e.Shared {
			dz[j] = v * w.Param(e.s).At(m, j)
			if learns {
				w.Grad(e.s).Row(m)[j] += float32(v * z[j])
			}
		}
		if learns && e.UseBias {
			w.Grad(e.bias).Row(m)[j] += v
		}
	}
}

// backInputs takes the gradient of r ⊙ x, or of each member's x, to r and to x.
func (e *BatchEnsemble) backInputs(w *Workspace, n int, learns bool) tensor.Mat {
	dx := tensor.Mat{}
	if e.inputGrad {
		dx = w.Buf(e.dx, n) // (batch, in) or (batch, members·in)
		clear(dx.Data)
	} else if !learns || !e.Shared {
		return dx
	}
	drx, x := w.values(e.drx, n), w.Kept(e.x)
	for i := range n {
		for m := range e.Members {
			at := m*n + i
			if e.Shared {
				at = i*e.Members + m
			}
			d := drx[at*e.in : (at+1)*e.in]
			if learns && e.Shared {
				dr, from := w.Grad(e.r).Row(m), e.part(x.Row(i), m)
				for j, v := range d {
					dr[j] += float32(v * from[j])
				}
			}
			if !e.inputGrad {
				continue
			}
			to := e.part(dx.Row(i), m)
			for j, v := range d {
				if e.Shared {
					v *= w.Param(e.r).At(m, j)
				}
				to[j] += v
			}
		}
	}
	return dx
}
