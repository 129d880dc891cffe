package ensemble

import (
	"math"

	"mlp/internal/average"
	"mlp/internal/evaluate"
	"mlp/internal/kernel"
	"mlp/internal/model"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// Rounds is how many times greedy selection adds a variant at most.
const Rounds = 30

// Greedy chooses among variants by their answers to the same rows (Caruana et al.
// 2004): from nothing on, the one is added, again and again and perhaps the same, with
// which the mean of those chosen has the least loss. It returns how often each is in
// the best of these means, the shortest of equal ones. Of equal variants the first is
// added.
func Greedy(candidates []tensor.Mat, loss func(mean tensor.Mat) float64) []int {
	shape := candidates[0]
	sum, trial := make([]float64, len(shape.Data)), tensor.New(shape.Rows, shape.Cols)
	count, best, least := make([]int, len(candidates)), make([]int, len(candidates)), math.Inf(1)
	for k := 1; k <= Rounds; k++ {
		chosen, value := 0, math.Inf(1)
		for c, answers := range candidates {
			for i, v := range answers.Data {
				trial.Data[i] = float32((sum[i] + float64(v)) / float64(k))
			}
			if l := loss(trial); l < value {
				chosen, value = c, l
			}
		}
		for i, v := range candidates[chosen].Data {
			sum[i] += float64(v)
		}
		if count[chosen]++; value < least {
			least = value
			copy(best, count)
		}
	}
	if math.IsInf(least, 1) { // no answer has a loss
		best[0] = 1
	}
	return best
}

// lossOf returns what greedy selection minimises: the log loss of probabilities, which
// answers are, or of what they are computed from under average: logit; the loss itself of
// margins; else the mean squared error of scaled values.
func lossOf(m *model.Model, p *model.Part) func(tensor.Mat) float64 {
	if m.Meaning() == task.Margin {
		m.Reserve(0)
		return func(mean tensor.Mat) float64 { return evaluate.Loss(m, tensor.Mat{}, mean, p) }
	}
	last, classes := m.Net.Last.Name, m.Pipeline.Task().Classes()
	bounded := last == "sigmoid" || last == "softmax"
	averaged := tensor.New(p.X.Rows, m.Net.Out)
	logits := m.Config.Ensemble.Average == model.Logit
	return func(mean tensor.Mat) float64 {
		pred := mean
		if logits && bounded {
			pred = averaged
			m.Average([]average.Answered{{Logits: mean, Pred: mean}}, []float64{1}, average.Answered{Logits: tensor.New(mean.Rows, mean.Cols), Pred: pred}, false)
		}
		total, weights := 0.0, 0.0
		for i := range pred.Rows {
			w := 1.0
			if p.Weight != nil {
				w = float64(p.Weight[i])
			}
			weights += w
			row, l := pred.Row(i), 0.0
			switch {
			case bounded && len(row) > 1 && last == "softmax" && classes:
				l = minusLog(row[int(p.Truth.At(i, 0))])
			case bounded:
				for j, v := range p.Target.Row(i) {
					l += float64(float64(v)*minusLog(row[j])) + float64((1-float64(v))*minusLog(1-row[j]))
				}
			default:
				for j, v := range p.Target.Row(i) {
					d := float64(row[j]) - float64(v)
					l += float64(d * d)
				}
			}
			total += float64(w * l)
		}
		return total / max(weights, math.SmallestNonzeroFloat64)
	}
}

// minusLog keeps a probability of 0 from outweighing every other row, as Keras does.
func minusLog(p float32) float64 { return -kernel.Log64(max(float64(p), 1e-7)) }
