package nn

import (
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// affine is the last step of the normalising layers, y = γ·x̂ + β, with γ and β (in).
type affine struct {
	Center, Scale                     bool
	BetaInitializer, GammaInitializer Initializer
	BetaRegularizer, GammaRegularizer Regularizer
	BetaConstraint, GammaConstraint   Constraint

	gamma, beta ParamID
	sumD, sumDX WideID // of the last Backward: Σ dy, Σ dy·x̂ over the rows
}

// lastAxis lets an axis stand that is the one there is beside that of the rows.
func lastAxis(f *spec.Fields) {
	f.Moot("axis", "a row has one axis, which is 1 and the last", "-1", "1")
}

func readAffine(f *spec.Fields) affine {
	return affine{
		Center:           f.Bool("center", true, "whether β is learned"),
		Scale:            f.Bool("scale", true, "whether γ is learned"),
		BetaInitializer:  spec.One(f, "beta_initializer", Initializers, "zeros", "how β starts"),
		GammaInitializer: spec.One(f, "gamma_initializer", Initializers, "ones", "how γ starts"),
		BetaRegularizer:  spec.One(f, "beta_regularizer", Regularizers, "", "penalty on β"),
		GammaRegularizer: spec.One(f, "gamma_regularizer", Regularizers, "", "penalty on γ"),
		BetaConstraint:   spec.One(f, "beta_constraint", Constraints, "", "projection of β after each update"),
		GammaConstraint:  spec.One(f, "gamma_constraint", Constraints, "", "projection of γ after each update"),
	}
}

func (a *affine) plan(p *Plan, in int) {
	if a.Scale {
		a.gamma = p.Param("gamma", Param{Rows: 1, Cols: in, Vector: true, Trainable: true,
			Init: a.GammaInitializer, Regularizer: a.GammaRegularizer, Constraint: a.GammaConstraint})
	}
	if a.Center {
		a.beta = p.Param("beta", Param{Rows: 1, Cols: in, Vector: true, Trainable: true,
			Init: a.BetaInitializer, Regularizer: a.BetaRegularizer, Constraint: a.BetaConstraint})
	}
	a.sumD, a.sumDX = p.Wide(in), p.Wide(in)
}

// scales returns γ, nil where it is 1.
func (a *affine) scales(w *Workspace) []float32 {
	if !a.Scale {
		return nil
	}
	return w.Param(a.gamma).Data
}

// shifts returns β, nil where it is 0.
func (a *affine) shifts(w *Workspace) []float32 {
	if !a.Center {
		return nil
	}
	return w.Param(a.beta).Data
}

// affineRow computes y = γ·x̂ + β for one row.
func affineRow(y, xhat, gamma, beta []float32) {
	switch {
	case gamma != nil && beta != nil:
		for j, v := range xhat {
			y[j] = float32(v*gamma[j]) + beta[j]
		}
	case gamma != nil:
		for j, v := range xhat {
			y[j] = v * gamma[j]
		}
	case beta != nil:
		for j, v := range xhat {
			y[j] = v + beta[j]
		}
	default:
		copy(y, xhat)
	}
}

// sums returns Σ dy and Σ dy·x̂ over the rows in order, both (in), of dy and x̂
// (batch, in), and stores them as the gradients of β and γ.
func (a *affine) sums(w *Workspace, dy, xhat tensor.Mat) (sumD, sumDX []float64) {
	sumD, sumDX = w.Wide(a.sumD), w.Wide(a.sumDX)
	clear(sumD)
	clear(sumDX)
	for i := range dy.Rows {
		hat := xhat.Row(i)
		for j, d := range dy.Row(i) {
			sumD[j] += float64(d)
			sumDX[j] += float64(d) * float64(hat[j]) // exact in float64, so fusing changes nothing
		}
	}
	if a.Scale {
		narrow(w.Grad(a.gamma).Data, sumDX)
	}
	if a.Center {
		narrow(w.Grad(a.beta).Data, sumD)
	}
	return sumD, sumDX
}

// narrow rounds float64 sums into g; an empty g takes none.
func narrow(g []float32, sums []float64) {
	for j := range g {
		g[j] = float32(sums[j])
	}
}
