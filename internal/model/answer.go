package model

import (
	"math"
	"slices"

	"mlp/internal/kernel"
	"mlp/internal/parallel"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// predicted is how many numbers a layer computes at a time in Predict, if that
// is more than EvalRows rows: enough for several threads, and for the cache.
const predicted = 1 << 16

// Predict writes the network's outputs for x to out, rows × outputs: the last
// activation applied, probabilities at the model's temperature, regression targets in
// their own units.
func (m *Model) Predict(x, out tensor.Mat) { m.PredictGroups(x, out, nil, nil) }

// PredictGroups is Predict, and writes to own[g] what the members of group g answer, an
// average by their weights like that of all: groups are lists of their numbers.
func (m *Model) PredictGroups(x, out tensor.Mat, groups [][]int, own []tensor.Mat) {
	block := max(EvalRows, min(predicted/slices.Max(m.Net.Widths), x.Rows/4))
	if m.Members == nil {
		for lo := 0; lo < x.Rows; lo += block {
			hi := min(lo+block, x.Rows)
			_, pred := m.answer(x.Slice(lo, hi), block, false)
			copy(out.Slice(lo, hi).Data, pred.Data)
		}
	} else {
		m.predictMembers(x, out, block, groups, own)
	}
	for _, pred := range append([]tensor.Mat{out}, own...) {
		if m.Pipeline.Task() == task.Regression {
			m.Pipeline.Unscale(pred)
		}
		if m.Calibration != nil {
			m.Calibration.Apply(pred)
		}
	}
}

// atOnce is how many rows a member of an ensemble answers before the members are
// averaged: so many that waiting for the slowest is rare.
const atOnce = 16 * EvalRows

// predictMembers lets each member answer many rows, block by block, on a thread of its
// own.
func (m *Model) predictMembers(x, out tensor.Mat, block int, groups [][]int, own []tensor.Mat) {
	at := map[int]int{}
	weights := make([]float64, len(m.Members))
	for i, one := range m.Members {
		at[one.Number], weights[i] = i, one.Weight
		one.combined.reserve(min(atOnce, x.Rows), m.Net.Out)
	}
	to := Answered{Logits: tensor.New(min(atOnce, x.Rows), m.Net.Out)} // room that is not looked at
	average := func(parts []Answered, weights []float64, pred tensor.Mat) {
		m.Average(parts, weights, Answered{to.Logits.Slice(0, pred.Rows), pred}, false)
	}
	for lo := 0; lo < x.Rows; lo += atOnce {
		hi := min(lo+atOnce, x.Rows)
		parts := make([]Answered, len(m.Members))
		parallel.Each(len(m.Members), m.Engine.Threads(), func(i int) {
			one := m.Members[i]
			parts[i] = Answered{one.combined.logits.Slice(0, hi-lo), one.combined.pred.Slice(0, hi-lo)}
			for from := lo; from < hi; from += block {
				till := min(from+block, hi)
				logits, pred := one.answer(x.Slice(from, till), block, false)
				copy(parts[i].Logits.Slice(from-lo, till-lo).Data, logits.Data)
				copy(parts[i].Pred.Slice(from-lo, till-lo).Data, pred.Data)
			}
		})
		average(parts, weights, out.Slice(lo, hi))
		for g, numbers := range groups {
			of, shares, total := make([]Answered, len(numbers)), make([]float64, len(numbers)), 0.0
			for k, number := range numbers {
				of[k], shares[k] = parts[at[number]], weights[at[number]]
				total += shares[k]
			}
			for k := range shares {
				shares[k] /= total
			}
			average(of, shares, own[g].Slice(lo, hi))
		}
	}
}

// Answer runs the network, or every member of an ensemble, over at most EvalRows rows.
// logits and pred (rows × outputs) are what comes before and after the last
// activation, regression targets still scaled; they live until the next call.
func (m *Model) Answer(x tensor.Mat) (logits, pred tensor.Mat) { return m.answer(x, EvalRows, true) }

// answer does so for up to rows rows. Without loss, logits that only the loss takes
// may be left out.
func (m *Model) answer(x tensor.Mat, rows int, loss bool) (logits, pred tensor.Mat) {
	if m.Members == nil {
		m.reserve(max(rows, EvalRows))
		m.Work.Training = false
		return m.Net.Forward(m.Work, x)
	}
	m.reserve(EvalRows) // the loss has its room from there
	parts := make([]Answered, len(m.Members))
	weights := make([]float64, len(m.Members))
	parallel.Each(len(m.Members), m.Engine.Threads(), func(i int) {
		parts[i].Logits, parts[i].Pred = m.Members[i].answer(x, rows, loss)
	})
	for i, one := range m.Members {
		weights[i] = one.Weight
	}
	m.combined.reserve(x.Rows, m.Net.Out)
	c := Answered{m.combined.logits.Slice(0, x.Rows), m.combined.pred.Slice(0, x.Rows)}
	m.Average(parts, weights, c, loss)
	return c.Logits, c.Pred
}

// Penalty is what regularisation adds to the loss of the rows of the last Answer.
// ofRows says that it differs with the rows.
func (m *Model) Penalty() (value float64, ofRows bool) {
	if m.Members == nil {
		return m.Net.Penalty(m.Work, false), m.Work.AddedLoss() != 0
	}
	for _, one := range m.Members {
		v, some := one.Penalty()
		value += float64(one.Weight * v)
		ofRows = ofRows || some
	}
	return value, ofRows
}

// Answered is what a network gives for rows, (rows, outputs), before and after its
// last activation, regression targets still scaled.
type Answered struct{ Logits, Pred tensor.Mat }

// Average averages answers of several networks to the same rows, with weights that
// add up to 1, into to. Of probabilities p the logits are those that the last
// activation makes the average of: of a sigmoid log Σwp − log Σw(1−p), of a softmax
// log Σwp. They are computed from the members' logits, so that they stay finite where
// a float32 is 0 or 1. Without loss they are left out where pred does not need them.
func (m *Model) Average(parts []Answered, weights []float64, to Answered, loss bool) {
	last, average := m.Net.Last.Name, Probability
	if m.Config.Ensemble != nil {
		average = m.Config.Ensemble.Average
	}
	bounded := last == "sigmoid" || last == "softmax"
	if !bounded || average == Logit {
		mean(to.Logits, weights, func(i int) tensor.Mat { return parts[i].Logits })
	}
	switch {
	case !bounded:
		mean(to.Pred, weights, func(i int) tensor.Mat { return parts[i].Pred })
	case average == Logit:
		for r := range to.Pred.Rows {
			logDensities(last, to.Logits.Row(r), func(j int, p, _ float64) { to.Pred.Row(r)[j] = float32(kernel.Exp64(p)) })
		}
	default:
		mean(to.Pred, weights, func(i int) tensor.Mat { return parts[i].Pred })
		if loss && m.objective.absorbs {
			averageLogits(last, parts, weights, to.Logits)
		}
	}
}

// mean adds up in the order of the members.
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
