// Package average joins the answers of several networks to the same rows: in go what each
// gives before and after its last activation, and its weight; out comes the average of
// both.
package average

import (
	"math"

	"mlp/internal/kernel"
	"mlp/internal/tensor"
)

// Answered is what a network gives for rows, (rows, outputs), before and after its
// last activation, regression targets still scaled.
type Answered struct{ Logits, Pred tensor.Mat }

// A Rule says what is averaged.
type Rule struct {
	Last     string // the activation that the networks end in
	OfLogits bool   // the average is taken before it; else of probabilities, and of numbers
}

// Average averages answers with weights that add up to 1 into to. Of probabilities p the
// logits are those that the last activation makes the average of: of a sigmoid log Σwp −
// log Σw(1−p), of a softmax log Σwp. They are computed from the networks' logits, so that
// they stay finite where a float32 is 0 or 1. Without logits they are left out where the
// predictions do not need them.
func (r Rule) Average(parts []Answered, weights []float64, to Answered, logits bool) {
	bounded := r.Last == "sigmoid" || r.Last == "softmax"
	if !bounded || r.OfLogits {
		mean(to.Logits, weights, func(i int) tensor.Mat { return parts[i].Logits })
	}
	switch {
	case !bounded:
		mean(to.Pred, weights, func(i int) tensor.Mat { return parts[i].Pred })
	case r.OfLogits:
		for i := range to.Pred.Rows {
			logDensities(r.Last, to.Logits.Row(i), func(j int, p, _ float64) { to.Pred.Row(i)[j] = float32(kernel.Exp64(p)) })
		}
	default:
		mean(to.Pred, weights, func(i int) tensor.Mat { return parts[i].Pred })
		if logits {
			averageLogits(r.Last, parts, weights, to.Logits)
		}
	}
}

// mean adds up in the order of the networks.
func mean(to tensor.Mat, weights []float64, part func(i int) tensor.Mat) {
	for k := range to.Data {
		sum := 0.0
		for i, w := range weights {
			sum += float64(w * float64(part(i).Data[k]))
		}
		to.Data[k] = float32(sum)
	}
}

// logDensities visits the logarithms of each probability p of a row and of 1 − p
// (sigmoid only).
func logDensities(last string, logits []float32, visit func(j int, p, q float64)) {
	if last == "sigmoid" {
		for j, z := range logits {
			// log σ(z) = −log(1 + e⁻ᶻ), and log(1 − σ(z)) is that less z.
			z := float64(z)
			tail := kernel.Log1p64(kernel.Exp64(-math.Abs(z)))
			visit(j, min(z, 0)-tail, min(-z, 0)-tail)
		}
		return
	}
	top := float64(logits[0])
	for _, z := range logits {
		top = max(top, float64(z))
	}
	sum := 0.0
	for _, z := range logits {
		sum += kernel.Exp64(float64(z) - top)
	}
	norm := top + kernel.Log64(sum)
	for j, z := range logits {
		visit(j, float64(z)-norm, math.Inf(-1))
	}
}

func averageLogits(last string, parts []Answered, weights []float64, to tensor.Mat) {
	out := to.Cols
	p, q := make([]float64, out*len(parts)), make([]float64, out*len(parts)) // [output][member]
	for r := range to.Rows {
		for i, part := range parts {
			logDensities(last, part.Logits.Row(r), func(j int, logP, logQ float64) { p[j*len(parts)+i], q[j*len(parts)+i] = logP, logQ })
		}
		for j := range out {
			lo, hi := j*len(parts), (j+1)*len(parts)
			z := logSum(p[lo:hi], weights)
			if last == "sigmoid" {
				z -= logSum(q[lo:hi], weights)
			}
			to.Row(r)[j] = float32(z)
		}
	}
}

// logSum returns log Σ weights·exp(x), which no x overflows.
func logSum(x, weights []float64) float64 {
	top := x[0]
	for _, v := range x {
		top = max(top, v)
	}
	sum := 0.0
	for i, v := range x {
		sum += float64(weights[i] * kernel.Exp64(v-top))
	}
	return top + kernel.Log64(sum)
}
