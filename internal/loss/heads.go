package loss

import (
	"slices"

	"mlp/internal/kernel"
	"mlp/internal/spec"
	"mlp/internal/task"
)

// Losses of several outputs for one target: Pred is (batch, outputs), Target (batch, 1).

// HeadOf returns what the outputs of a network are under a loss.
func HeadOf(l Loss) task.Head {
	if h, ok := l.(interface{ head() task.Head }); ok {
		return h.head()
	}
	return task.Head{}
}

// readQuantiles reads the field of that name; nil if it is not given.
func readQuantiles(f *spec.Fields, quantile float64) []float64 {
	parts := f.Floats("quantiles", nil, "several quantiles of one target, rising and 0.5 among them, in the place of quantile: "+
		"the network ends in a unit for each, under activation `ordered`, so that none is above the next", spec.Between(0, 1))
	f.Unsaid("quantiles")
	switch {
	case parts == nil:
		return nil
	case quantile != 0.5: // which every spec has that was written out
		f.Problem("quantiles", "drop quantile", "quantile and quantiles are both given")
	case !slices.IsSorted(parts) || len(slices.Compact(slices.Clone(parts))) < len(parts):
		f.Problem("quantiles", "write, for example, [0.1, 0.5, 0.9]", "quantiles rise, each above the one before it")
	case !slices.Contains(parts, 0.5):
		f.Problem("quantiles", "add 0.5", "the median, 0.5, is not among the quantiles: it is the answer where one number is wanted")
	case len(parts) == 1:
		f.Problem("quantiles", "write `quantile: 0.5`, or [0.1, 0.5, 0.9]", "there is one quantile only")
	}
	return parts
}

// pinball is the loss of the q-quantile p and its slope.
func pinball(q, t, p float64) (v, dp float64) {
	switch e := t - p; {
	case e > 0:
		return q * e, -q
	case e < 0:
		return (q - 1) * e, 1 - q
	default:
		return e, 0 // e is 0 or NaN
	}
}

// quantiles is the mean of the pinball losses of several quantiles of one target.
type quantiles struct {
	reduction
	parts []float64
}

// Wants implements Loss.
func (l quantiles) Wants() Target { return Real }

func (l quantiles) head() task.Head { return task.Head{Form: task.Quantiles, Parts: l.parts} }

// Eval implements Loss.
func (l quantiles) Eval(b *Batch) float64 {
	return perRow(b, l.divisor(b), func(t float64, pred, grad []float32, step float64) float64 {
		sum, n := 0.0, float64(len(pred))
		for j, p := range pred {
			v, dp := pinball(l.parts[j], t, float64(p))
			sum += v
			if grad != nil {
				grad[j] = float32(dp * (step / n))
			}
		}
		return sum / n
	})
}

// gaussian is the negative logarithm of the normal density of mean μ and standard
// deviation σ, ln σ + ½((t − μ)/σ)² + ½ln 2π; by μ it has the slope −(t − μ)/σ², by σ
// (1 − ((t − μ)/σ)²)/σ.
type gaussian struct{ reduction }

// Wants implements Loss.
func (l gaussian) Wants() Target { return Real }

func (l gaussian) head() task.Head { return task.Head{Form: task.MeanSD} }

// halfLogTwoPi is ½ln 2π.
const halfLogTwoPi = 0.91893853320467274178

// Eval implements Loss.
func (l gaussian) Eval(b *Batch) float64 {
	return perRow(b, l.divisor(b), func(t float64, pred, grad []float32, step float64) float64 {
		sd := max(float64(pred[1]), fuzz) // NaN stays NaN
		z := (t - float64(pred[0])) / sd
		if grad != nil {
			grad[0] = float32(-z / sd * step)
			if grad[1] = 0; float64(pred[1]) >= fuzz {
				grad[1] = float32((1 - float64(z*z)) / sd * step)
			}
		}
		return kernel.Log64(sd) + float64(0.5*float64(z*z)) + halfLogTwoPi
	})
}

// rates is a loss of the means of Poisson distributions.
type rates struct{ pointwise }

func (l rates) head() task.Head { return task.Head{Form: task.Rate} }

// perRow adds up the weighted losses of rows that have one target each.
func perRow(b *Batch, div float64, f func(t float64, pred, grad []float32, step float64) float64) float64 {
	if div == 0 {
		clear(b.Grad.Data)
		return 0
	}
	total := 0.0
	for i := range b.Pred.Rows {
		weight := b.weight(i)
		total += float64(weight * f(float64(b.Target.At(i, 0)), b.Pred.Row(i), gradRow(b.Grad, i), weight/div))
	}
	return total / div
}

var _ = Losses.Add("gaussian_nll",
	"ln σ + ½((t − μ)/σ)² + ½ln 2π, the negative log density of a normal distribution whose mean μ and standard deviation σ "+
		"are two outputs for one target, under activation `mean_sd` (Nix & Weigend 1994)",
	func(f *spec.Fields) Loss { return gaussian{readReduction(f)} }, "gaussian_negative_log_likelihood")
