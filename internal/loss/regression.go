package loss

import (
	"math"

	"mlp/internal/kernel"
	"mlp/internal/spec"
	"mlp/internal/stats"
)

// fuzz is Keras's epsilon in float32, which keeps divisors and logarithms from zero.
const fuzz = float64(float32(1e-7))

var (
	_ = Losses.Add("mean_squared_error", "mean over the outputs of (t − p)²", func(f *spec.Fields) Loss {
		return real(f, func(t, p float64) (v, dp float64) {
			e := p - t
			return e * e, 2 * e
		})
	}, "mse")

	_ = Losses.Add("mean_absolute_error", "mean over the outputs of |t − p|", func(f *spec.Fields) Loss {
		return real(f, func(t, p float64) (v, dp float64) {
			e := p - t
			return math.Abs(e), sign(e)
		})
	}, "mae")

	_ = Losses.Add("mean_absolute_percentage_error",
		"100 · mean over the outputs of |t − p| / max(|t|, 1e-7)",
		func(f *spec.Fields) Loss {
			return realOn(f, Domain{AsIs: true}, func(t, p float64) (v, dp float64) {
				e, size := p-t, max(math.Abs(t), fuzz)
				return 100 * math.Abs(e) / size, 100 * sign(e) / size
			})
		}, "mape")

	_ = Losses.Add("mean_squared_logarithmic_error",
		"mean over the outputs of (ln(1 + p) − ln(1 + t))², with p and t at least 1e-7",
		func(f *spec.Fields) Loss {
			return realOn(f, amounts, func(t, p float64) (v, dp float64) {
				e := kernel.Log1p64(max(p, fuzz)) - kernel.Log1p64(max(t, fuzz))
				if p > fuzz {
					dp = 2 * e / (1 + p)
				}
				return e * e, dp
			})
		}, "msle")

	_ = Losses.Add("huber",
		"mean over the outputs of ½e² where |e| ≤ delta, else delta·|e| − ½delta²; e = p − t (Huber 1964)",
		func(f *spec.Fields) Loss {
			delta := f.Float("delta", 1, "error at which the square turns into a straight line", spec.Positive)
			return real(f, func(t, p float64) (v, dp float64) {
				e := p - t
				if math.Abs(e) <= delta {
					return float64(0.5*e) * e, e
				}
				return float64(delta*math.Abs(e)) - float64(float64(0.5*delta)*delta), delta * sign(e)
			})
		}, "huber_loss")

	_ = Losses.Add("log_cosh",
		"mean over the outputs of ln cosh e = e + softplus(−2e) − ln 2; e = p − t",
		func(f *spec.Fields) Loss {
			return real(f, func(t, p float64) (v, dp float64) {
				e := p - t
				a := math.Abs(e) // ln cosh is even; so nothing overflows
				return a + kernel.Log1p64(kernel.Exp64(-2*a)) - math.Ln2, kernel.Tanh64(e)
			})
		})

	_ = Losses.Add("quantile",
		"pinball loss, the mean over the outputs of max(q·e, (q − 1)·e), e = t − p; its minimum is the "+
			"q-quantile (Koenker & Bassett 1978)",
		func(f *spec.Fields) Loss {
			q := f.Float("quantile", 0.5, "which quantile is predicted", spec.Between(0, 1))
			if parts := readQuantiles(f, q); parts != nil {
				return quantiles{readReduction(f), parts}
			}
			return real(f, func(t, p float64) (v, dp float64) { return pinball(q, t, p) })
		}, "pinball")

	_ = Losses.Add("poisson",
		"mean over the outputs of p − t·ln(p + 1e-7), for counts t and rates p > 0",
		func(f *spec.Fields) Loss {
			return rates{pointwise{reduction: readReduction(f), wants: Real, takes: amounts, f: func(t, p float64) (v, dp float64) {
				return p - float64(t*kernel.Log64(p+fuzz)), 1 - t/(p+fuzz)
			}}}
		})
)

// real makes a pointwise loss on numbers.
func real(f *spec.Fields, of func(t, p float64) (v, dp float64)) Loss {
	return realOn(f, Domain{}, of)
}

// realOn makes one of targets that lie in a domain.
func realOn(f *spec.Fields, takes Domain, of func(t, p float64) (v, dp float64)) Loss {
	return pointwise{reduction: readReduction(f), wants: Real, takes: takes, f: of}
}

// amounts are targets that are counted or measured from zero.
var amounts = Domain{stats.From(0), true}

// sign returns −1, 0 or 1: where |e| has a corner its derivative is taken as 0.
func sign(e float64) float64 {
	switch {
	case e > 0:
		return 1
	case e < 0:
		return -1
	}
	return e // 0 or NaN
}
