package loss

import (
	"math"

	"mlp/internal/kernel"
	"mlp/internal/spec"
	"mlp/internal/stats"
)

// rowwise is a loss of one row at a time that is not a mean over its outputs.
type rowwise struct {
	reduction
	wants Target
	takes Domain

	// f returns the loss of one row and stores step times its gradient in grad, all
	// (outputs). grad is zero before, and nil if only the value is needed.
	f func(target, pred, grad []float32, step float64) float64
}

// Wants implements Loss.
func (l rowwise) Wants() Target { return l.wants }

// Domain returns the targets that the loss is made for.
func (l rowwise) Domain() Domain { return l.takes }

// Eval implements Loss.
func (l rowwise) Eval(b *Batch) float64 {
	clear(b.Grad.Data)
	div := l.divisor(b)
	if div == 0 {
		return 0
	}
	total := 0.0
	for i := range b.Pred.Rows {
		weight := b.weight(i)
		total += float64(weight * l.f(b.Target.Row(i), b.Pred.Row(i), gradRow(b.Grad, i), weight/div))
	}
	return total / div
}

var (
	_ = Losses.Add("kl_divergence",
		"Σ t·ln(t/p) over the outputs, with t and p cut to [1e-7, 1] (Kullback & Leibler 1951)",
		func(f *spec.Fields) Loss {
			return rowwise{readReduction(f), OneHot, Domain{stats.Interval{Low: 0, High: 1}, true}, klDivergence}
		}, "kld", "kullback_leibler_divergence")

	_ = Losses.Add("cosine_similarity",
		"−Σ t·p / (‖t‖·‖p‖): −1 for equal directions, 0 where one of them is zero",
		func(f *spec.Fields) Loss {
			return rowwise{readReduction(f), Real, Domain{AsIs: true}, cosine}
		}, "cosine_proximity")
)

func klDivergence(target, pred, grad []float32, step float64) float64 {
	v := 0.0
	for j, pj := range pred {
		t := min(max(float64(target[j]), lowest), 1)
		p := min(max(float64(pj), lowest), 1)
		v += float64(t * (kernel.Log64(t) - kernel.Log64(p)))
		if grad != nil && p == float64(pj) {
			grad[j] = float32(-t / p * step)
		}
	}
	return v
}

// cosine has the gradient −(t̂ − (t̂·p̂)·p̂)/‖p‖, where x̂ is x/‖x‖. A vector
// shorter than 1e-7 is divided by that instead, and so has the gradient −t̂/1e-7.
func cosine(target, pred, grad []float32, step float64) float64 {
	tt := math.Sqrt(max(kernel.SumSquares(target), fuzz*fuzz))
	pp := kernel.SumSquares(pred)
	short := pp < fuzz*fuzz
	pp = math.Sqrt(max(pp, fuzz*fuzz))
	c := kernel.Dot(target, pred) / (tt * pp)
	for j := range grad {
		along := 0.0
		if !short {
			along = float64(c * (float64(pred[j]) / pp))
		}
		grad[j] = float32(-(float64(target[j])/tt - along) / pp * step)
	}
	return -c
}
