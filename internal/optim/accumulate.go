package optim

import "mlp/internal/spec"

// accumulator sums the gradients of several batches; the update is by their mean.
// A sum that is incomplete at the end of an epoch is continued in the next one, and
// a short batch counts as much as a full one. Both are Keras's rules.
type accumulator struct {
	steps int // batches an update; 0: one
	sum   []float32
}

func readAccumulator(f *spec.Fields) accumulator {
	return accumulator{steps: f.OptInt("gradient_accumulation_steps", "updates the weights once every so many batches, on the mean gradient", spec.AtLeast(2))}
}

func (a *accumulator) init(n int) {
	if a.steps > 1 {
		a.sum = make([]float32, n)
	}
}

// ready takes the gradient of one batch, counted from 0. It reports whether an
// update is due, and then leaves its gradient in g.
func (a *accumulator) ready(g []float32, batch int64) bool {
	if a.steps <= 1 {
		return true
	}
	if (batch+1)%int64(a.steps) != 0 {
		for i, gi := range g {
			a.sum[i] += gi
		}
		return false
	}
	n := float32(a.steps)
	for i, gi := range g {
		g[i] = (gi + a.sum[i]) / n
	}
	clear(a.sum)
	return true
}
