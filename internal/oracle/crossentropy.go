package oracle

import "math"

// bce returns the binary cross-entropy of one probability or logit.
func bce(logits bool) func(t, p float64) (float64, float64) {
	if logits {
		return func(t, z float64) (float64, float64) {
			return math.Max(z, 0) - z*t + math.Log1p(math.Exp(-math.Abs(z))), sigmoid(z) - t
		}
	}
	return func(t, p float64) (float64, float64) {
		q := clip(p, eps, 1-eps)
		return -t*math.Log(q) - (1-t)*math.Log(1-q), inside(p, eps, 1-eps) * ((1-t)/(1-q) - t/q)
	}
}

// smooth moves targets towards 1/k.
func smooth(s Params, t []float64, k float64) []float64 {
	ls := s.get("label_smoothing", 0)
	out := make([]float64, len(t))
	for j, v := range t {
		out[j] = v*(1-ls) + ls/k
	}
	return out
}

// overProbabilities makes a loss of probabilities into one of unnormalised
// probabilities or logits, as Keras's categorical losses take them: p/Σp, clipped.
func overProbabilities(logits bool, f rowLoss) rowLoss {
	return func(t, p []float64) (float64, []float64) {
		z := p
		if logits {
			p = softmax(z)
		}
		sum := 0.0
		for _, v := range p {
			sum += v
		}
		q, c := make([]float64, len(p)), make([]float64, len(p))
		for j, v := range p {
			q[j] = v / sum
			c[j] = clip(q[j], eps, 1-eps)
		}
		v, d := f(t, c)
		for j := range d {
			d[j] *= inside(q[j], eps, 1-eps)
		}
		back := dot(d, q)
		for j := range d {
			d[j] = (d[j] - back) / sum
		}
		if logits {
			d = Act("softmax", nil).Backward(z, d)
		}
		return v, d
	}
}

// cce is −Σ t·ln p.
func cce(logits bool) rowLoss {
	if logits {
		return func(t, z []float64) (float64, []float64) {
			total := 0.0
			for _, v := range t {
				total += v
			}
			dz := softmax(z)
			for j := range dz {
				dz[j] = dz[j]*total - t[j]
			}
			return -dot(t, logSoftmax(z)), dz
		}
	}
	return overProbabilities(false, func(t, p []float64) (v float64, dp []float64) {
		dp = make([]float64, len(p))
		for j := range p {
			v -= t[j] * math.Log(p[j])
			dp[j] = -t[j] / p[j]
		}
		return v, dp
	})
}

// ofClass makes a loss of one-hot targets into one of class indices.
func ofClass(f rowLoss) rowLoss {
	return func(t, p []float64) (float64, []float64) {
		hot := make([]float64, len(p))
		hot[int(t[0])] = 1
		return f(hot, p)
	}
}

var crossEntropies = map[string]func(Params) rowLoss{
	"binary_crossentropy": func(s Params) rowLoss {
		f := mean(bce(s["from_logits"] != 0))
		return func(t, p []float64) (float64, []float64) { return f(smooth(s, t, 2), p) }
	},
	"binary_focal_crossentropy": func(s Params) rowLoss {
		alpha, gamma, balanced := s.get("alpha", 0.25), s.get("gamma", 2), s["apply_class_balancing"] != 0
		f := mean(func(t, x float64) (float64, float64) {
			p, slope := x, 1.0
			if s["from_logits"] != 0 {
				p, slope = sigmoid(x), sigmoidSlope(x)
			}
			v, dv := bce(false)(t, p)
			off := 1 - t*p - (1-t)*(1-p) // 1 − p_t
			w, dw := math.Pow(off, gamma), gamma*math.Pow(off, gamma-1)*(1-2*t)
			if balanced {
				c := t*alpha + (1-t)*(1-alpha)
				w, dw = w*c, dw*c
			}
			return w * v, (dw*v + w*dv) * slope
		})
		return func(t, p []float64) (float64, []float64) { return f(smooth(s, t, 2), p) }
	},
	"categorical_crossentropy": func(s Params) rowLoss {
		f := cce(s["from_logits"] != 0)
		return func(t, p []float64) (float64, []float64) { return f(smooth(s, t, float64(len(p))), p) }
	},
	"sparse_categorical_crossentropy": func(s Params) rowLoss { return ofClass(cce(s["from_logits"] != 0)) },
	"categorical_focal_crossentropy": func(s Params) rowLoss {
		alpha, gamma := s.get("alpha", 0.25), s.get("gamma", 2)
		f := overProbabilities(s["from_logits"] != 0, func(t, p []float64) (v float64, dp []float64) {
			dp = make([]float64, len(p))
			for j, q := range p {
				v -= alpha * math.Pow(1-q, gamma) * t[j] * math.Log(q)
				dp[j] = alpha * t[j] * (gamma*math.Pow(1-q, gamma-1)*math.Log(q) - math.Pow(1-q, gamma)/q)
			}
			return v, dp
		})
		return func(t, p []float64) (float64, []float64) { return f(smooth(s, t, float64(len(p))), p) }
	},
	"categorical_generalized_cross_entropy": func(s Params) rowLoss {
		q := s.get("q", 0.5)
		return ofClass(func(t, p []float64) (v float64, dp []float64) {
			dp = make([]float64, len(p))
			for j := range p {
				v += t[j] * (1 - math.Pow(p[j], q)) / q
				dp[j] = -t[j] * math.Pow(p[j], q-1)
			}
			return v, dp
		})
	},
}

// Tversky is 1 − TP/(TP + α·FP + β·FN + ε) over the whole batch, and its gradient.
func Tversky(alpha, beta float64, target, pred Mat) (float64, Mat) {
	return overlap(alpha, beta, eps, target, pred)
}

// Dice is 1 − 2Σtp/(Σt + Σp + ε): α = β = ½, and half the ε.
func Dice(target, pred Mat) (float64, Mat) { return overlap(0.5, 0.5, eps/2, target, pred) }

func overlap(alpha, beta, fuzz float64, target, pred Mat) (float64, Mat) {
	tp, fp, fn := 0.0, 0.0, 0.0
	for b := range pred {
		for j, p := range pred[b] {
			tp += target[b][j] * p
			fp += (1 - target[b][j]) * p
			fn += target[b][j] * (1 - p)
		}
	}
	below := tp + alpha*fp + beta*fn + fuzz
	grad := like(pred)
	for b := range pred {
		for j, t := range target[b] {
			grad[b][j] = -t/below + tp/(below*below)*(t+alpha*(1-t)-beta*t)
		}
	}
	return 1 - tp/below, grad
}
