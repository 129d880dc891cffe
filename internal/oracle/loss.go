package oracle

import (
	"maps"
	"math"
	"slices"
)

// A rowLoss is the loss of one row and its gradient by the prediction.
type rowLoss func(t, p []float64) (v float64, dp []float64)

// Loss returns Σ w·loss(row) divided by the number of rows, whatever the
// weights (nil: 1 each), and its gradient. name and settings are Keras's;
// pred holds logits where from_logits is set.
func Loss(name string, settings Params, target, pred Mat, weight []float64) (float64, Mat) {
	if name == "hinge" || name == "squared_hinge" {
		target = signed(target)
	}
	f, sum, grad, n := losses()[name](settings), 0.0, make(Mat, len(pred)), float64(len(pred))
	for b := range pred {
		w := 1.0
		if weight != nil {
			w = weight[b]
		}
		v, dp := f(target[b], pred[b])
		sum += w * v
		for j := range dp {
			dp[j] *= w / n
		}
		grad[b] = dp
	}
	return sum / n, grad
}

// Losses returns the names of all losses, sorted.
func Losses() []string { return slices.Sorted(maps.Keys(losses())) }

// signed maps targets 0 and 1 to −1 and 1, if there are no others.
func signed(t Mat) Mat {
	s := like(t)
	for b := range t {
		for j, v := range t[b] {
			if v != 0 && v != 1 {
				return t
			}
			s[b][j] = 2*v - 1
		}
	}
	return s
}

// mean makes a loss of f(t, p) and its derivative by p, averaged over a row.
func mean(f func(t, p float64) (v, dp float64)) rowLoss {
	return func(t, p []float64) (float64, []float64) {
		sum, grad, n := 0.0, make([]float64, len(p)), float64(len(p))
		for j := range p {
			v, d := f(t[j], p[j])
			sum += v / n
			grad[j] = d / n
		}
		return sum, grad
	}
}

func always(f rowLoss) func(Params) rowLoss { return func(Params) rowLoss { return f } }

// losses has a function per name: settings to the loss of a row.
func losses() map[string]func(Params) rowLoss {
	all := maps.Clone(rowLosses)
	maps.Copy(all, crossEntropies)
	return all
}

var rowLosses = map[string]func(Params) rowLoss{
	"mean_squared_error":  always(mean(func(t, p float64) (float64, float64) { return (p - t) * (p - t), 2 * (p - t) })),
	"mean_absolute_error": always(mean(func(t, p float64) (float64, float64) { return math.Abs(p - t), sign(p - t) })),
	"mean_absolute_percentage_error": always(mean(func(t, p float64) (float64, float64) {
		scale := 100 / math.Max(math.Abs(t), eps)
		return scale * math.Abs(p-t), scale * sign(p-t)
	})),
	"mean_squared_logarithmic_error": always(mean(func(t, p float64) (float64, float64) {
		d := math.Log(math.Max(p, eps)+1) - math.Log(math.Max(t, eps)+1)
		return d * d, 2 * d / (math.Max(p, eps) + 1) * inside(p, eps, math.Inf(1))
	})),
	"huber": func(s Params) rowLoss {
		delta := s.get("delta", 1)
		return mean(func(t, p float64) (float64, float64) {
			if e := p - t; math.Abs(e) > delta {
				return delta*math.Abs(e) - delta*delta/2, delta * sign(e)
			}
			return (p - t) * (p - t) / 2, p - t
		})
	},
	"log_cosh": always(mean(func(t, p float64) (float64, float64) {
		e := p - t
		return e + softplus(-2*e) - math.Ln2, math.Tanh(e)
	})),
	"poisson": always(mean(func(t, p float64) (float64, float64) { return p - t*math.Log(p+eps), 1 - t/(p+eps) })),
	"quantile": func(s Params) rowLoss {
		q := s.get("quantile", 0.5)
		if first, several := s["quantiles"]; several { // evenly from the first to its opposite
			return func(t, p []float64) (v float64, dp []float64) {
				n := float64(len(p))
				for j := range p {
					q := first + (1-2*first)*float64(j)/(n-1)
					v += math.Max(q*(t[0]-p[j]), (q-1)*(t[0]-p[j])) / n
					dp = append(dp, (inside(t[0], math.Inf(-1), p[j])-q)/n)
				}
				return v, dp
			}
		}
		return mean(func(t, p float64) (float64, float64) {
			if t > p {
				return q * (t - p), -q
			}
			return (1 - q) * (p - t), 1 - q
		})
	},
	"gaussian_nll": always(func(t, p []float64) (float64, []float64) {
		z := (t[0] - p[0]) / p[1]
		dp := make([]float64, len(p)) // by what is neither: 0
		dp[0], dp[1] = -z/p[1], (1-z*z)/p[1]
		return math.Log(p[1]*math.Sqrt(2*math.Pi)) + z*z/2, dp
	}),
	"hinge": always(mean(func(t, p float64) (float64, float64) {
		d := -t * inside(t*p, math.Inf(-1), 1)
		if t*p == 1 {
			d = -t / 2
		}
		return math.Max(1-t*p, 0), d
	})),
	"squared_hinge": always(mean(func(t, p float64) (float64, float64) {
		m := math.Max(1-t*p, 0)
		return m * m, -2 * t * m
	})),
	"categorical_hinge": always(func(t, p []float64) (float64, []float64) {
		var best []int // wrong classes
		score := func(j int) float64 { return (1 - t[j]) * p[j] }
		for j := range p {
			if len(best) > 0 && score(j) > score(best[0]) {
				best = nil
			}
			if len(best) == 0 || score(j) == score(best[0]) {
				best = append(best, j)
			}
		}
		v, dp, share := score(best[0])-dot(t, p)+1, make([]float64, len(p)), 1.0
		if v < 0 {
			return 0, dp
		}
		if v == 0 {
			share = 0.5
		}
		for j := range p {
			dp[j] = -t[j] * share
		}
		for _, j := range best {
			dp[j] += (1 - t[j]) / float64(len(best)) * share
		}
		return v, dp
	}),
	"kl_divergence": always(func(t, p []float64) (v float64, dp []float64) {
		dp = make([]float64, len(p))
		for j := range p {
			a, b := clip(t[j], eps, 1), clip(p[j], eps, 1)
			v += a * math.Log(a/b)
			dp[j] = -a / b * inside(p[j], eps, 1)
		}
		return v, dp
	}),
	"cosine_similarity": always(func(t, p []float64) (float64, []float64) {
		nt, np := math.Sqrt(math.Max(dot(t, t), eps*eps)), math.Sqrt(math.Max(dot(p, p), eps*eps))
		v, dp := -dot(t, p)/(nt*np), make([]float64, len(p))
		for j := range p {
			dp[j] = -t[j] / (nt * np)
			if dot(p, p) > eps*eps {
				dp[j] -= v * p[j] / (np * np)
			}
		}
		return v, dp
	}),
}
