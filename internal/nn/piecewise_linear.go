package nn

import (
	"math"
	"slices"

	"mlp/internal/embedding"
	"mlp/internal/kernel"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var _ = register("piecewise_linear", "PiecewiseLinear",
	"the pieces of single columns between quantiles of the training rows, mixed for each column by itself (arXiv:2203.05556, version B of arXiv:2410.24210)",
	func(f *spec.Fields) Layer {
		e := &PiecewiseLinear{PiecewiseLinear: embedding.ReadPiecewiseLinear(f), places: places(f)}
		if e.Dim == 0 {
			f.Problem("dim", "give it a number, or write the encoder under `data.numeric.encode`", "a layer needs something to learn")
			e.Dim = 1
		}
		return e
	})

// PiecewiseLinear makes of every embedded column x its components h_t, which rise from 0
// to 1 within the piece t, and of these e = V·h + u·x + b. V starts at 0: the embedding
// is linear at first, and the pieces are learned in. A row of the output holds the
// inputs that are not embedded, then e of each embedded column. Every column has ends and
// weights of its own.
type PiecewiseLinear struct {
	embedding.PiecewiseLinear
	Ends [][]float32 // of the pieces of each column; nil: taken from the training rows

	places []int // embedded columns, counted from 0; empty: all

	in                        embedded
	ends, kernel, slope, bias ParamID
	pieces, dpieces, mixed    BufID
}

// Plan declares the ends (columns, bins + 1) if they are learned, each row filled up by
// repeating the last one, the kernel V, of each column dim × bins, the slope u and the
// bias b, both (columns, dim).
func (e *PiecewiseLinear) Plan(p *Plan, in int) int {
	e.in.plan(p, e.places, in, false, e.Dim)
	n := len(e.in.places)
	if e.Ends == nil {
		e.ends = p.Param("ends", Param{Rows: n, Cols: e.Bins + 1, Init: constant(0)})
	}
	start := uniformWithin(1 / math.Sqrt(float64(e.Dim)))
	e.kernel = p.Param("kernel", Param{Rows: n * e.Dim, Cols: e.Bins, Trainable: true, Stacked: true, Decay: true, Init: constant(0)})
	e.slope = p.Param("slope", Param{Rows: n, Cols: e.Dim, Trainable: true, Stacked: true, Decay: true, Init: start})
	e.bias = p.Param("bias", Param{Rows: n, Cols: e.Dim, Trainable: true, Stacked: true, Init: start})
	e.pieces, e.mixed = p.Buffer(n*e.Bins), p.Buffer(n*e.Dim)
	if e.in.inputGrad {
		e.dpieces = p.Buffer(n * e.Bins)
	}
	return e.in.out
}

func (e *PiecewiseLinear) madeOf(columns []string) []string { return e.in.madeOf(columns) }

// Adapts says that the ends come from the training rows, unless they are given.
func (e *PiecewiseLinear) Adapts() Rows {
	if e.Ends != nil {
		return NoRows
	}
	return AllRows
}

// Adapt takes the quantiles of each embedded column of x (rows, in).
func (e *PiecewiseLinear) Adapt(w *Workspace, x tensor.Mat) {
	column := make([]float64, x.Rows)
	for j, from := range e.in.places {
		for i := range column {
			column[i] = float64(x.At(i, from))
		}
		slices.Sort(column)
		row := w.Param(e.ends).Row(j)
		n := copy(row, e.PiecewiseLinear.Ends(column))
		for t := n; t < len(row); t++ {
			row[t] = row[n-1]
		}
	}
}

// endsOf returns the ends of the pieces of column j, each once.
func (e *PiecewiseLinear) endsOf(w *Workspace, j int) []float32 {
	if e.Ends != nil {
		return e.Ends[j]
	}
	row := w.Param(e.ends).Row(j)
	n := len(row)
	for n > 1 && row[n-2] == row[n-1] {
		n--
	}
	return row[:n]
}

// Forward computes the components (of each column bins × batch), mixes them and adds the
// linear part (dim × batch), and lays the result out by rows.
func (e *PiecewiseLinear) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	n := x.Rows
	columns := e.in.gather(w, x)                              // (columns, batch)
	all, mixed := w.values(e.pieces, n), w.values(e.mixed, n) // (columns, bins, batch), (columns, dim, batch)
	kern, slope := w.Param(e.kernel), w.Param(e.slope)        // (columns·dim, bins), (columns, dim)
	for j := range columns.Rows {
		z, h, out := columns.Row(j), columnBlock(all, j, e.Bins, n), columnBlock(mixed, j, e.Dim, n)
		ends := e.endsOf(w, j)
		for t := range e.Bins {
			fillComponent(h[t*n:(t+1)*n], ends, t, z)
		}
		w.K.Gemm(kernel.NN, e.Dim, n, e.Bins, kern.Slice(j*e.Dim, (j+1)*e.Dim).Data, h, 0, out)
		for k, u := range slope.Row(j) {
			w.K.Axpy(u, z, out[k*n:(k+1)*n])
		}
	}
	return e.in.scatter(w, x, mixed, w.Param(e.bias), false)
}

// fillComponent writes component t of a column to h; one that the column has not is 0.
func fillComponent(h, ends []float32, t int, z []float32) {
	if t >= len(ends)-1 {
		clear(h)
		return
	}
	for i, v := range z {
		h[i], _ = embedding.Component(ends, t, v)
	}
}

// Backward computes, with d = ∂loss/∂e, db = Σ d, du = Σ d·x, dV = d·hᵀ, and dx = u·d +
// Σ h'(x)·(Vᵀ·d). Sums over rows go in their order.
func (e *PiecewiseLinear) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	n := dy.Rows
	columns := e.in.columns(w, n)                             // (columns, batch)
	mixed := e.in.collect(w, dy, w.values(e.mixed, n), false) // ∂loss/∂e (columns, dim, batch)
	all, kern, slope := w.values(e.pieces, n), w.Param(e.kernel), w.Param(e.slope)
	learns := !w.Grad(e.kernel).Empty()
	if learns {
		sumColumns(w.Grad(e.bias), mixed, n, false)
	}
	for j := range columns.Rows {
		z, d := columns.Row(j), columnBlock(mixed, j, e.Dim, n)
		if learns {
			w.K.Gemm(kernel.NT, e.Dim, e.Bins, n, d, columnBlock(all, j, e.Bins, n), 0, w.Grad(e.kernel).Slice(j*e.Dim, (j+1)*e.Dim).Data)
			w.K.Gemm(kernel.NN, e.Dim, 1, n, d, z, 0, w.Grad(e.slope).Row(j))
		}
		dz := e.in.grad(w, j, n)
		if len(dz) == 0 {
			continue
		}
		for k, u := range slope.Row(j) {
			w.K.Axpy(u, d[k*n:(k+1)*n], dz)
		}
		dh, ends := columnBlock(w.values(e.dpieces, n), j, e.Bins, n), e.endsOf(w, j)
		w.K.Gemm(kernel.TN, e.Bins, n, e.Dim, kern.Slice(j*e.Dim, (j+1)*e.Dim).Data, d, 0, dh)
		for t := range len(ends) - 1 {
			for i, v := range dh[t*n : (t+1)*n] {
				_, rises := embedding.Component(ends, t, z[i])
				dz[i] += float32(v * rises)
			}
		}
	}
	return e.in.back(w, dy)
}
