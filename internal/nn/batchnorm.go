package nn

import (
	"math"

	"mlp/internal/form"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var _ = register("batch_normalization", "BatchNormalization",
	"γ(x − μ)/√(σ² + ε) + β over the batch (Ioffe & Szegedy 2015)",
	func(f *spec.Fields) Layer {
		lastAxis(f)
		f.Moot("renorm", "the statistics are those of the batch", "false")
		f.Moot("renorm_clipping", "there is no renorm", "null")
		f.Moot("renorm_momentum", "there is no renorm")
		f.Moot("synchronized", "one machine trains")
		return &BatchNormalization{
			Momentum:            f.Float("momentum", 0.99, "share of the moving statistics that is kept at each step", spec.In(0, 1)),
			Epsilon:             f.Float("epsilon", 1e-3, "added to the variance", spec.Positive),
			affine:              readAffine(f),
			MeanInitializer:     spec.One(f, "moving_mean_initializer", Initializers, "zeros", "how the moving mean starts"),
			VarianceInitializer: spec.One(f, "moving_variance_initializer", Initializers, "ones", "how the moving variance starts"),
		}
	})

// BatchNormalization normalises each column. In training it uses the mean and
// the biased variance (÷ rows) of the batch, two passes in float64, and moves its
// statistics towards them; otherwise, and when it is frozen, it uses the moving
// statistics.
type BatchNormalization struct {
	Momentum, Epsilon                    float64
	MeanInitializer, VarianceInitializer Initializer
	affine

	mean, variance ParamID
	y, xhat        BufID
	mu, inv        WideID // of a batch: means and 1/√(σ² + ε); Backward reuses mu
	frozen         bool
}

// Plan declares γ, β and the moving statistics, and keeps the width.
func (b *BatchNormalization) Plan(p *Plan, in int) int {
	b.affine.plan(p, in)
	b.mean = p.Param("moving_mean", Param{Rows: 1, Cols: in, Vector: true, Init: b.MeanInitializer})
	b.variance = p.Param("moving_variance", Param{Rows: 1, Cols: in, Vector: true, Init: b.VarianceInitializer})
	b.y, b.xhat = p.Buffer(in), p.Buffer(in)
	b.mu, b.inv = p.Wide(in), p.Wide(in)
	b.frozen = !p.Trainable()
	return in
}

// Forward computes x̂ = (x − μ)·inv and y = γ·x̂ + β.
func (b *BatchNormalization) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	mu, inv := w.Wide(b.mu), w.Wide(b.inv) // (in)
	if w.Training && !b.frozen {
		b.measure(w, x, mu, inv)
	} else {
		mean := w.Param(b.mean).Data
		for j, v := range w.Param(b.variance).Data {
			mu[j] = float64(mean[j])
			inv[j] = 1 / math.Sqrt(float64(v)+b.Epsilon)
		}
	}
	xhat, y := w.Buf(b.xhat, x.Rows), w.Buf(b.y, x.Rows) // (batch, in)
	gamma, beta := b.scales(w), b.shifts(w)              // (in)
	for i := range x.Rows {
		hat := xhat.Row(i)
		for j, v := range x.Row(i) {
			hat[j] = float32((float64(v) - mu[j]) * inv[j])
		}
		affineRow(y.Row(i), hat, gamma, beta)
	}
	return y
}

// measure computes the statistics (in) of a batch x (batch, in) and updates the
// moving ones.
func (b *BatchNormalization) measure(w *Workspace, x tensor.Mat, mu, inv []float64) {
	variance := inv // becomes 1/√(σ² + ε) at the end
	columnMoments(mu, variance, x)
	mean, moving := w.Param(b.mean).Data, w.Param(b.variance).Data // (in)
	for j, m := range mu {
		mean[j] = float32(float64(b.Momentum*float64(mean[j])) + float64((1-b.Momentum)*m))
		moving[j] = float32(float64(b.Momentum*float64(moving[j])) + float64((1-b.Momentum)*variance[j]))
		inv[j] = 1 / math.Sqrt(variance[j]+b.Epsilon)
	}
}

// columnMoments computes the mean and the biased variance, both (in), of the columns
// of x (rows, in), over the rows in order.
func columnMoments(mean, variance []float64, x tensor.Mat) {
	n := float64(x.Rows)
	clear(mean)
	clear(variance)
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			mean[j] += float64(v)
		}
	}
	for j := range mean {
		mean[j] /= n
	}
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			d := float64(v) - mean[j]
			variance[j] += float64(d * d)
		}
	}
	for j := range variance {
		variance[j] /= n
	}
}

// Backward computes dγ = Σ dy·x̂, dβ = Σ dy and, with n rows,
// dx = γ·inv·(dy − Σdy/n − x̂·Σ(dy·x̂)/n); with moving statistics dx = γ·inv·dy.
func (b *BatchNormalization) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	xhat := w.Buf(b.xhat, dy.Rows)       // (batch, in)
	meanD, meanDX := b.sums(w, dy, xhat) // (in), sums until divided by n
	n := float64(dy.Rows)
	factor := w.Wide(b.mu) // mu is not needed any more
	copy(factor, w.Wide(b.inv))
	for j, g := range b.scales(w) {
		factor[j] *= float64(g)
	}
	if !w.Training || b.frozen {
		for i := range dy.Rows {
			out := dy.Row(i)
			for j, d := range out {
				out[j] = float32(float64(d) * factor[j])
			}
		}
		return dy
	}
	for j := range meanD {
		meanD[j] /= n
		meanDX[j] /= n
	}
	for i := range dy.Rows { // dx takes the place of dy (batch, in)
		hat, out := xhat.Row(i), dy.Row(i)
		for j, d := range out {
			out[j] = float32((float64(d) - meanD[j] - float64(float64(hat[j])*meanDX[j])) * factor[j])
		}
	}
	return dy
}

// Express writes down what the moving statistics make of x.
func (b *BatchNormalization) Express(to *form.Builder, w *Workspace, x form.Value) form.Value {
	mu, inv := make([]float64, to.Len(x)), make([]float64, to.Len(x))
	for j, v := range w.Param(b.variance).Data {
		mu[j], inv[j] = float64(w.Param(b.mean).Data[j]), 1/math.Sqrt(float64(v)+b.Epsilon)
	}
	return b.affine.express(to, w, wider(to, x, mu, inv))
}
