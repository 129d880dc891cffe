package nn

import (
	"math"

	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var _ = register("batch_normalization", "BatchNormalization", "γ(x − μ)/√(σ² + ε) + β over the batch (Ioffe & Szegedy 2015)", func(f *spec.Fields) Layer {
	return &BatchNormalization{
		Momentum:            f.Float("momentum", 0.99, "share of the moving statistics that is kept at each step", spec.In(0, 1)),
		Epsilon:             f.Float("epsilon", 1e-3, "added to the variance", spec.Positive),
		Center:              f.Bool("center", true, "whether β is learned"),
		Scale:               f.Bool("scale", true, "whether γ is learned"),
		BetaInitializer:     spec.One(f, "beta_initializer", Initializers, "zeros", "how β starts"),
		GammaInitializer:    spec.One(f, "gamma_initializer", Initializers, "ones", "how γ starts"),
		MeanInitializer:     spec.One(f, "moving_mean_initializer", Initializers, "zeros", "how the moving mean starts"),
		VarianceInitializer: spec.One(f, "moving_variance_initializer", Initializers, "ones", "how the moving variance starts"),
		BetaRegularizer:     spec.One(f, "beta_regularizer", Regularizers, "", "penalty on β"),
		GammaRegularizer:    spec.One(f, "gamma_regularizer", Regularizers, "", "penalty on γ"),
		BetaConstraint:      spec.One(f, "beta_constraint", Constraints, "", "projection of β after each update"),
		GammaConstraint:     spec.One(f, "gamma_constraint", Constraints, "", "projection of γ after each update"),
	}
})

// BatchNormalization normalises each column. In training it uses the mean and
// the biased variance (÷ rows) of the batch, two passes in float64, and moves its
// statistics towards them; otherwise, and when it is frozen, it uses the moving
// statistics.
type BatchNormalization struct {
	Momentum, Epsilon                    float64
	Center, Scale                        bool
	BetaInitializer, GammaInitializer    Initializer
	MeanInitializer, VarianceInitializer Initializer
	BetaRegularizer, GammaRegularizer    Regularizer
	BetaConstraint, GammaConstraint      Constraint

	gamma, beta, mean, variance ParamID
	y, dx, xhat                 BufID
	mu, inv, sumD, sumDX        WideID // of a batch: means, 1/√(σ² + ε), Σdy, Σdy·x̂
	frozen                      bool
}

// Plan declares γ, β and the moving statistics, and keeps the width.
func (b *BatchNormalization) Plan(p *Plan, in int) int {
	vector := Param{Rows: 1, Cols: in, Vector: true}
	if b.Scale {
		g := vector
		g.Init, g.Regularizer, g.Constraint, g.Trainable = b.GammaInitializer, b.GammaRegularizer, b.GammaConstraint, true
		b.gamma = p.Param("gamma", g)
	}
	if b.Center {
		g := vector
		g.Init, g.Regularizer, g.Constraint, g.Trainable = b.BetaInitializer, b.BetaRegularizer, b.BetaConstraint, true
		b.beta = p.Param("beta", g)
	}
	m, v := vector, vector
	m.Init, v.Init = b.MeanInitializer, b.VarianceInitializer
	b.mean, b.variance = p.Param("moving_mean", m), p.Param("moving_variance", v)
	b.y, b.dx, b.xhat = p.Buffer(in), p.Buffer(in), p.Buffer(in)
	b.mu, b.inv, b.sumD, b.sumDX = p.Wide(in), p.Wide(in), p.Wide(in), p.Wide(in)
	b.frozen = !p.Trainable()
	return in
}

// Forward computes x̂ = (x − μ)·inv and y = γ·x̂ + β.
func (b *BatchNormalization) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	mu, inv := w.Wide(b.mu), w.Wide(b.inv)
	if w.Training && !b.frozen {
		b.measure(w, x, mu, inv)
	} else {
		for j, v := range w.Param(b.variance).Data {
			mu[j] = float64(w.Param(b.mean).Data[j])
			inv[j] = 1 / math.Sqrt(float64(v)+b.Epsilon)
		}
	}
	xhat, y := w.Buf(b.xhat, x.Rows), w.Buf(b.y, x.Rows)
	for i := range x.Rows {
		row, hat := x.Row(i), xhat.Row(i)
		for j, v := range row {
			hat[j] = float32((float64(v) - mu[j]) * inv[j])
		}
	}
	copy(y.Data, xhat.Data)
	if b.Scale {
		scaleColumns(y, w.Param(b.gamma).Data)
	}
	if b.Center {
		w.K.AddRow(y.Data, y.Rows, y.Cols, w.Param(b.beta).Data)
	}
	return y
}

// measure takes the statistics of a batch and moves the moving ones.
func (b *BatchNormalization) measure(w *Workspace, x tensor.Mat, mu, inv []float64) {
	n := float64(x.Rows)
	variance := inv // becomes 1/√(σ² + ε) at the end
	clear(mu)
	clear(variance)
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			mu[j] += float64(v)
		}
	}
	for j := range mu {
		mu[j] /= n
	}
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			d := float64(v) - mu[j]
			variance[j] += float64(d * d)
		}
	}
	mean, moving := w.Param(b.mean).Data, w.Param(b.variance).Data
	for j := range mu {
		variance[j] /= n
		mean[j] = float32(float64(b.Momentum*float64(mean[j])) + float64((1-b.Momentum)*mu[j]))
		moving[j] = float32(float64(b.Momentum*float64(moving[j])) + float64((1-b.Momentum)*variance[j]))
		inv[j] = 1 / math.Sqrt(variance[j]+b.Epsilon)
	}
}

// scaleColumns multiplies column j by by[j].
func scaleColumns(m tensor.Mat, by []float32) {
	for i := range m.Rows {
		row := m.Row(i)
		for j, s := range by {
			row[j] *= s
		}
	}
}

// Backward computes dγ = Σ dy·x̂, dβ = Σ dy and, with n rows and g = dy·γ,
// dx = inv·(g − Σg/n − x̂·Σ(g·x̂)/n); with moving statistics dx = inv·g.
func (b *BatchNormalization) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	inv, sumD, sumDX := w.Wide(b.inv), w.Wide(b.sumD), w.Wide(b.sumDX)
	xhat, dx := w.Buf(b.xhat, dy.Rows), w.Buf(b.dx, dy.Rows)
	clear(sumD)
	clear(sumDX)
	for i := range dy.Rows {
		hat := xhat.Row(i)
		for j, d := range dy.Row(i) {
			sumD[j] += float64(d)
			sumDX[j] += float64(float64(d) * float64(hat[j]))
		}
	}
	b.paramGrads(w, sumD, sumDX)
	n := float64(dy.Rows)
	batch := w.Training && !b.frozen
	for i := range dy.Rows {
		hat, out := xhat.Row(i), dx.Row(i)
		for j, d := range dy.Row(i) {
			g := float64(d)
			if batch {
				g -= sumD[j]/n + float64(float64(hat[j])*(sumDX[j]/n))
			}
			out[j] = float32(g * inv[j])
		}
	}
	if b.Scale {
		scaleColumns(dx, w.Param(b.gamma).Data)
	}
	return dx
}

func (b *BatchNormalization) paramGrads(w *Workspace, sumD, sumDX []float64) {
	store := func(g tensor.Mat, sums []float64) {
		for j := range g.Data {
			g.Data[j] = float32(sums[j])
		}
	}
	if b.Scale {
		store(w.Grad(b.gamma), sumDX)
	}
	if b.Center {
		store(w.Grad(b.beta), sumD)
	}
}
