package loss

// pointwise is the mean over the outputs of a function of one target and one
// prediction. Most losses on numbers are of this kind.
type pointwise struct {
	reduction
	wants Target
	signs bool // targets 0 and 1 stand for −1 and +1
	takes Domain

	// f returns the loss v of a prediction p for a target t, and ∂v/∂p.
	f func(t, p float64) (v, dp float64)
}

// Wants implements Loss.
func (l pointwise) Wants() Target { return l.wants }

// Domain returns the targets that the loss is made for.
func (l pointwise) Domain() Domain { return l.takes }

// Eval implements Loss.
func (l pointwise) Eval(b *Batch) float64 {
	div := l.divisor(b)
	if div == 0 {
		clear(b.Grad.Data)
		return 0
	}
	signs := l.signs && zeroOrOne(b.Target.Data)
	cols := float64(b.Pred.Cols) // Pred, Target, Grad (batch, outputs)
	total := 0.0
	for i := range b.Pred.Rows {
		target, weight := b.Target.Row(i), b.weight(i)
		var grad []float32
		if !b.Grad.Empty() {
			grad = b.Grad.Row(i)
		}
		step := weight / float64(div*cols)
		sum := 0.0
		for j, p := range b.Pred.Row(i) {
			t := float64(target[j])
			if signs {
				t = 2*t - 1 // exact: t is 0 or 1
			}
			v, dp := l.f(t, float64(p))
			sum += v
			if grad != nil {
				grad[j] = float32(dp * step)
			}
		}
		total += float64(weight * (sum / cols))
	}
	return total / div
}

// zeroOrOne reports whether every target is exactly 0 or 1; only then, as in
// Keras, do they become −1 and +1.
func zeroOrOne(targets []float32) bool {
	for _, t := range targets {
		if t != 0 && t != 1 {
			return false
		}
	}
	return true
}
