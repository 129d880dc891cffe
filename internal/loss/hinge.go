package loss

import (
	"mlp/internal/spec"
	"mlp/internal/stats"
)

var (
	_ = Losses.Add("hinge",
		"mean over the outputs of max(1 − t·p, 0), t being −1 or +1; targets 0 and 1 are turned into signs",
		func(f *spec.Fields) Loss {
			return pointwise{reduction: readReduction(f), wants: Binary, signs: true, takes: signs, f: func(t, p float64) (v, dp float64) {
				switch m := 1 - float64(t*p); {
				case m > 0:
					return m, -t
				case m == 0: // on the edge half of either side, as in Keras
					return 0, -0.5 * t
				default:
					return max(m, 0), 0
				}
			}}
		})

	_ = Losses.Add("squared_hinge",
		"mean over the outputs of max(1 − t·p, 0)², t being −1 or +1; targets 0 and 1 are turned into "+
			"signs",
		func(f *spec.Fields) Loss {
			return pointwise{reduction: readReduction(f), wants: Binary, signs: true, takes: signs, f: func(t, p float64) (v, dp float64) {
				m := 1 - float64(t*p)
				if m <= 0 {
					return 0, 0
				}
				return m * m, -2 * m * t
			}}
		})

	_ = Losses.Add("categorical_hinge",
		"max(0, 1 + the best wrong class's p − the true class's p)",
		func(f *spec.Fields) Loss {
			return categoricalHinge{readReduction(f)}
		})
)

// Margins reports whether a loss takes outputs for margins: it wants them above 0 for a
// label and below for its opposite, of several classes the true one's above the others'.
func Margins(l Loss) bool {
	switch l := l.(type) {
	case pointwise:
		return l.signs
	case categoricalHinge:
		return true
	}
	return false
}

// signs are targets of −1 and 1, or of 0 and 1.
var signs = Domain{stats.Interval{Low: -1, High: 1}, true}

// categoricalHinge is max(0, max_j (1 − t_j)·p_j − Σ t_j·p_j + 1) for one-hot t.
type categoricalHinge struct{ reduction }

// Wants implements Loss.
func (categoricalHinge) Wants() Target { return OneHot }

// Eval implements Loss. Wrong classes that share the maximum share its gradient, and so do
// the loss and 0 on the edge between them, as in Keras.
func (l categoricalHinge) Eval(b *Batch) float64 {
	clear(b.Grad.Data)
	div := l.divisor(b)
	if div == 0 {
		return 0
	}
	total := 0.0
	for i := range b.Pred.Rows {
		t, p, weight := b.Target.Row(i), b.Pred.Row(i), b.weight(i) // (classes), (classes), a number
		right, wrong, ties := 0.0, 0.0, 0.0
		for j := range p {
			right += float64(float64(t[j]) * float64(p[j]))
			switch v := (1 - float64(t[j])) * float64(p[j]); {
			case j == 0 || v > wrong:
				wrong, ties = v, 1
			case v == wrong:
				ties++
			}
		}
		v := wrong - right + 1
		if v < 0 {
			continue
		}
		total += float64(weight * v)
		if b.Grad.Empty() {
			continue
		}
		grad, step := b.Grad.Row(i), weight/div
		if v == 0 {
			step /= 2
		}
		for j := range p {
			g := -float64(t[j])
			if (1-float64(t[j]))*float64(p[j]) == wrong {
				g += (1 - float64(t[j])) / ties
			}
			grad[j] = float32(g * step)
		}
	}
	return total / div
}
