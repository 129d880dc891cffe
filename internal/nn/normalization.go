package nn

import (
	"math"
	"slices"

	"mlp/internal/form"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var _ = register("normalization", "Normalization",
	"(x − mean)/√variance for each column, by the training rows or by numbers given",
	func(f *spec.Fields) Layer {
		lastAxis(f)
		n := &Normalization{
			Mean:     f.Floats("mean", nil, "the mean of each column, or one for all; empty: taken from the training rows"),
			Variance: f.Floats("variance", nil, "the variance of each column, or one for all; goes with mean", spec.NonNegative),
			Invert:   f.Bool("invert", false, "true turns normalised numbers back: x·√variance + mean"),
		}
		if (len(n.Mean) == 0) != (len(n.Variance) == 0) {
			f.Problem("mean", "give both or neither", "mean and variance go together")
		}
		return n
	})

// Normalization subtracts the mean of each column and divides by its standard
// deviation, which stand for the training rows and are not trained. A column
// that was constant in training is only shifted: Keras divides it by 1e-7, so
// that the first other value explodes. Statistics given in the spec are used as
// Keras does, and are no parameters.
type Normalization struct {
	Mean, Variance []float64
	Invert         bool

	mean, variance ParamID // where they are learned
	y              BufID
	factor, shift  WideID // y = (x − shift)·factor; inverted y = x·factor + shift
}

// Plan declares mean and variance, unless they are given, and keeps the width.
func (n *Normalization) Plan(p *Plan, in int) int {
	for _, given := range [][]float64{n.Mean, n.Variance} {
		if k := len(given); k > 1 && k != in {
			p.Problem("give one number for each column, or one for all", "%d numbers for %d columns", k, in)
		}
	}
	if n.learned() {
		n.mean = p.Param("mean", Param{Rows: 1, Cols: in, Vector: true, Init: constant(0)})
		n.variance = p.Param("variance", Param{Rows: 1, Cols: in, Vector: true, Init: constant(1)})
	}
	n.y = p.Buffer(in)
	n.factor, n.shift = p.Wide(in), p.Wide(in)
	return in
}

// learned reports whether the statistics come from the training rows.
func (n *Normalization) learned() bool { return len(n.Mean) == 0 }

// Adapts reports whether they do.
func (n *Normalization) Adapts() Rows {
	if n.learned() {
		return AllRows
	}
	return NoRows
}

// Adapt computes the mean and the biased variance of each column of x (rows, in).
func (n *Normalization) Adapt(w *Workspace, x tensor.Mat) {
	mean, variance := w.Wide(n.factor), w.Wide(n.shift)
	columnMoments(mean, variance, x)
	narrow(w.Param(n.mean).Data, mean)
	narrow(w.Param(n.variance).Data, variance)
}

// coefficients computes factor and shift, both (in), from the statistics.
func (n *Normalization) coefficients(w *Workspace) (factor, shift []float64) {
	const fuzz = 1e-7 // the least standard deviation of a column whose statistics are given
	factor, shift = w.Wide(n.factor), w.Wide(n.shift)
	for j := range factor {
		var sd float64
		if n.learned() {
			shift[j], sd = float64(w.Param(n.mean).Data[j]), math.Sqrt(float64(w.Param(n.variance).Data[j]))
			if sd == 0 {
				sd = 1
			}
		} else {
			shift[j], sd = n.Mean[min(j, len(n.Mean)-1)], math.Sqrt(n.Variance[min(j, len(n.Variance)-1)])
		}
		factor[j] = math.Max(sd, fuzz)
		if !n.Invert {
			factor[j] = 1 / factor[j]
		}
	}
	return factor, shift
}

// Forward computes y.
func (n *Normalization) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	factor, shift := n.coefficients(w) // (in)
	y := w.Buf(n.y, x.Rows)            // (batch, in)
	for i := range x.Rows {
		out := y.Row(i)
		if n.Invert {
			for j, v := range x.Row(i) {
				out[j] = float32(float64(float64(v)*factor[j]) + shift[j])
			}
			continue
		}
		for j, v := range x.Row(i) {
			out[j] = float32((float64(v) - shift[j]) * factor[j])
		}
	}
	return y
}

// Backward computes dx = dy·factor.
func (n *Normalization) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	factor := w.Wide(n.factor) // (in), of the last Forward
	for i := range dy.Rows {   // dx takes the place of dy (batch, in)
		row := dy.Row(i)
		for j, d := range row {
			row[j] = float32(float64(d) * factor[j])
		}
	}
	return dy
}

// Express writes down y.
func (n *Normalization) Express(b *form.Builder, w *Workspace, x form.Value) form.Value {
	factor, shift := n.coefficients(w)
	factor, shift = slices.Clone(factor), slices.Clone(shift)
	if n.Invert {
		return b.To(form.F32, b.Add(b.Mul(b.To(form.F64, x), b.Const64(factor...)), b.Const64(shift...)))
	}
	return wider(b, x, shift, factor)
}
