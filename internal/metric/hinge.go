package metric

import "mlp/internal/kernel"

// hinges averages f(1 − t·p) over the outputs of a row, where t is −1 or +1;
// targets 0 and 1 are turned into signs.
func hinges(f func(margin float64) float64) func(pred, target []float32) float64 {
	return func(pred, target []float32) float64 {
		signs := true
		for j := range pred {
			t := targetOf(target, j, len(pred))
			signs = signs && (t == 0 || t == 1)
		}
		sum := 0.0
		for j, p := range pred {
			t := targetOf(target, j, len(pred))
			if signs {
				t = 2*t - 1
			}
			sum += float64(f(max(1-float64(t*float64(p)), 0)))
		}
		return sum / float64(len(pred))
	}
}

// categoricalHinge is max(0, 1 + the best wrong class's p − the true class's p).
func categoricalHinge(pred, target []float32) float64 {
	right, wrong := 0.0, 0.0
	for j, v := range pred {
		t, p := targetOf(target, j, len(pred)), float64(v)
		right += float64(t * p)
		if q := (1 - t) * p; j == 0 || q > wrong {
			wrong = q
		}
	}
	return max(0, wrong-right+1)
}

// divergence is Σ t·ln(t/p) with t and p cut to [1e-7, 1].
func divergence(pred, target []float32) float64 {
	sum := 0.0
	for j, v := range pred {
		t := min(max(targetOf(target, j, len(pred)), fuzz), 1)
		p := min(max(float64(v), fuzz), 1)
		sum += float64(t * (kernel.Log64(t) - kernel.Log64(p)))
	}
	return sum
}

var (
	_ = addMean("hinge",
		"mean of max(1 − t·p, 0), t being −1 or +1; targets 0 and 1 are turned into signs",
		Lower,
		hinges(func(m float64) float64 { return m }))
	_ = addMean("squared_hinge",
		"mean of max(1 − t·p, 0)², t being −1 or +1; targets 0 and 1 are turned into signs",
		Lower,
		hinges(func(m float64) float64 { return float64(m * m) }))
	_ = addMean("categorical_hinge",
		"mean of max(0, 1 + the best wrong class's p − the true class's p)",
		Lower, categoricalHinge)
	_ = addMean("kl_divergence", "mean of Σ t·ln(t/p), with t and p cut to [1e-7, 1]", Lower, divergence, "kld")
)
