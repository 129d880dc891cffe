package metric

import (
	"math"

	"mlp/internal/kernel"
	"mlp/internal/spec"
)

// fuzz is Keras's epsilon in float32, which keeps divisors and logarithms from zero.
const fuzz = float64(float32(1e-7))

func square(t, p float64) float64   { return float64((t - p) * (t - p)) }
func distance(t, p float64) float64 { return math.Abs(t - p) }

// pointwise registers the mean over rows and outputs of an error f.
func pointwise(name, doc string, f func(t, p float64) float64, aliases ...string) spec.Registered {
	return addMean(name, doc, Lower, overOutputs(f), aliases...)
}

var (
	_ = pointwise("mean_squared_error", "mean of (t − p)²", square, "mse")
	_ = pointwise("mean_absolute_error", "mean of |t − p|", distance, "mae")
	_ = pointwise("mean_absolute_percentage_error", "100 · mean of |t − p| / max(|t|, 1e-7)",
		func(t, p float64) float64 { return 100 * math.Abs(t-p) / max(math.Abs(t), fuzz) }, "mape")
	_ = pointwise("mean_squared_logarithmic_error", "mean of (ln(1 + p) − ln(1 + t))², with p and t at least 1e-7",
		func(t, p float64) float64 { return square(kernel.Log1p64(max(p, fuzz)), kernel.Log1p64(max(t, fuzz))) }, "msle")
	_ = pointwise("log_cosh_error", "mean of ln cosh(p − t)",
		func(t, p float64) float64 {
			a := math.Abs(p - t)
			return a + kernel.Log1p64(kernel.Exp64(-2*a)) - math.Ln2
		}, "log_cosh")
	_ = pointwise("poisson", "mean of p − t·ln(p + 1e-7), for counts t and rates p",
		func(t, p float64) float64 { return p - float64(t*kernel.Log64(p+fuzz)) })

	_ = Metrics.Add("root_mean_squared_error",
		"root of the mean of (t − p)² over all rows",
		func(*spec.Fields) Metric {
			return &mean{goal: Lower, row: overOutputs(square), finish: math.Sqrt}
		}, "rmse")

	_ = Metrics.Add("huber",
		"mean of ½e² where |e| ≤ delta, else delta·|e| − ½delta²; e = p − t",
		func(f *spec.Fields) Metric {
			delta := f.Float("delta", 1, "error at which the square turns into a straight line", spec.Positive)
			return &mean{goal: Lower, row: overOutputs(func(t, p float64) float64 {
				e := math.Abs(p - t)
				if e <= delta {
					return 0.5 * float64(e*e)
				}
				return float64(delta * (e - float64(0.5*delta)))
			})}
		})

	_ = addMean("cosine_similarity",
		"mean of Σ t·p / (‖t‖·‖p‖); the loss of that name has the opposite sign",
		Higher, cosine)
)

// cosine is Σ t·p / (‖t‖·‖p‖) of one row, each norm at least 1e-7.
func cosine(pred, target []float32) float64 {
	var tp, tt, pp float64
	for j, v := range pred {
		t, p := targetOf(target, j, len(pred)), float64(v)
		tp, tt, pp = tp+float64(t*p), tt+float64(t*t), pp+float64(p*p)
	}
	return tp / math.Sqrt(max(tt, fuzz*fuzz)) / math.Sqrt(max(pp, fuzz*fuzz))
}
