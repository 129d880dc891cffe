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
				m := 1 - float64(t*p)
				if m <= 0 {
					return 0, 0
				}
				return m, -t
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

// Eval implements Loss. Where several classes share the maximum, the first of
// them carries its gradient.
func (l categoricalHinge) Eval(b *Batch) float64 {
	clear(b.Grad.Data)
	div := l.divisor(b)
	if div == 0 {
		return 0
	}
	total := 0.0
	for i := range b.Pred.Rows {
		t, p, weight := b.Target.Row(i), b.Pred.Row(i), b.weight(i) // (classes), (classes), a number
		right, wrong, worst := 0.0, 0.0, 0
		for j := range p {
			right += float64(float64(t[j]) * float64(p[j]))
			if v := (1 - float64(t[j])) * float64(p[j]); j == 0 || v > wrong {
				wrong, worst = v, j
			}
		}
		v := wrong - right + 1
		if v <= 0 {
			continue
		}
		total += float64(weight * v)
		if b.Grad.Empty() {
			continue
		}
		grad, step := b.Grad.Row(i), weight/div
		for j := range p {
			grad[j] = float32(-float64(t[j]) * step)
		}
		grad[worst] = float32((1 - 2*float64(t[worst])) * step)
	}
	return total / div
}
