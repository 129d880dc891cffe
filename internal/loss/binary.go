package loss

import (
	"math"

	"mlp/internal/kernel"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// bernoulli is cross-entropy of the probability p of a yes, one an output,
// averaged over the outputs. It absorbs the sigmoid: with z the logit, p = σ(z).
type bernoulli struct {
	reduction
	fromLogits bool
	smoothing  // targets become t·(1 − now) + ½·now

	// focus returns the factor of the cross-entropy for a target and the
	// probability of a miss, and its derivative by the latter; nil: 1.
	focus func(t, miss float64) (factor, slope float64)
}

// odds describes one output: p, 1 − p and the logarithms of both, each computed
// so that it is exact to rounding.
type odds struct{ p, q, lnP, lnQ float64 }

// Wants implements Loss.
func (l bernoulli) Wants() Target { return Binary }

// Absorbs implements LogitLoss.
func (l bernoulli) Absorbs() string { return "sigmoid" }

// FromLogits implements LogitLoss.
func (l bernoulli) FromLogits() bool { return l.fromLogits }

// Eval implements Loss.
func (l bernoulli) Eval(b *Batch) float64 {
	l.now = l.strength.At(b.Time)
	div := l.divisor(b)
	if div == 0 {
		clear(b.Grad.Data)
		return 0
	}
	x, logits := b.Logits, true // (batch, outputs)
	if x.Empty() {
		x, logits = b.Pred, l.fromLogits
	}
	if l.focus == nil && logits && l.now == 0 && signed(b.Scratch, x.Data, b.Target.Data) {
		return plainCrossEntropy(b, x, div)
	}
	cols := float64(x.Cols)
	total := 0.0
	for i := range x.Rows {
		weight := b.weight(i)
		sum := l.row(x.Row(i), b.Target.Row(i), gradRow(b.Grad, i), logits, weight/float64(div*cols))
		total += float64(weight * (sum / cols))
	}
	return total / div
}

// signed writes z where the target is 0 and −z where it is 1, the logit of the wrong
// class; all three are (batch·outputs). It returns false if there is another target.
func signed(wrong, z, target []float32) bool {
	for i, t := range target {
		if t*(1-t) != 0 {
			return false
		}
		wrong[i] = z[i] * (1 - 2*t) // exact, and no branch to mispredict
	}
	return true
}

// plainCrossEntropy is Eval for targets of 0 and 1, in vectors. With s the logit
// of the wrong answer, which Scratch holds, the loss of an output is ln(1 + e^s)
// and its derivative by s is σ(s); both are exact to rounding however small.
func plainCrossEntropy(b *Batch, z tensor.Mat, div float64) float64 {
	s := b.Scratch[:len(z.Data)] // (batch, outputs), as z, Grad and Target
	grad := !b.Grad.Empty()
	if grad {
		b.K.Sigmoid(b.Grad.Data, s)
	}
	b.K.Softplus(s, s)
	cols := float64(z.Cols)
	total := 0.0
	for i := range z.Rows {
		weight, sum := b.weight(i), 0.0
		for j := i * z.Cols; j < (i+1)*z.Cols; j++ {
			sum += float64(s[j])
		}
		total += float64(weight * (sum / cols))
		if !grad {
			continue
		}
		step := float32(weight / float64(div*cols))
		for j := i * z.Cols; j < (i+1)*z.Cols; j++ {
			b.Grad.Data[j] *= step * (1 - 2*b.Target.Data[j]) // ds/dz is −1 where the target is 1
		}
	}
	return total / div
}

// row returns the sum of the losses of one row's outputs x and stores their
// derivatives times step in grad, unless that is nil.
func (l bernoulli) row(x, target, grad []float32, logits bool, step float64) float64 {
	sum := 0.0
	for j, xj := range x {
		t := float64(target[j])
		if l.now != 0 {
			t = float64(t*(1-l.now)) + float64(0.5*l.now)
		}
		// The gradient is by xj, a logit or p itself; by is dp/dxj. inside is false
		// where the logarithms are constant in xj.
		o, by, inside := odds{}, 1.0, true
		if logits {
			o = oddsOfLogit(float64(xj))
			by = o.p * o.q
		} else {
			o, inside = oddsOfProb(float64(xj))
		}
		v, d := o.crossEntropy(t)
		switch {
		case !inside:
			d = 0 // the cut is flat
		case !logits:
			d /= o.p * o.q
		}
		if l.focus != nil {
			factor, slope := l.focus(t, float64(t*o.q)+float64((1-t)*o.p))
			d = float64(factor*d) + float64(slope*((1-2*t)*by*v))
			v *= factor
		}
		sum += v
		if grad != nil {
			grad[j] = float32(d * step)
		}
	}
	return sum
}

// oddsOfLogit computes the odds of p = 1/(1 + e^−z) from e = e^−|z|, which never
// overflows.
func oddsOfLogit(z float64) odds {
	e := kernel.Exp64(-math.Abs(z))
	small, l := e/(1+e), kernel.Log1p64(e) // the smaller of p and q, and −ln of the larger
	if z >= 0 {
		return odds{p: 1 / (1 + e), q: small, lnP: -l, lnQ: -z - l}
	}
	return odds{p: small, q: 1 / (1 + e), lnP: z - l, lnQ: -l}
}

// The cut that keeps probabilities from 0 and 1, in Keras's float32: 1e-7 and
// 1 − 2⁻²³, so that the largest losses are 16.118 and 15.942.
const (
	lowest  = float64(float32(1e-7))
	highest = 1 - 0x1p-23
)

// oddsOfProb cuts p under the logarithms and reports whether it was inside.
func oddsOfProb(p float64) (o odds, inside bool) {
	in := min(max(p, lowest), highest)
	return odds{p: p, q: 1 - p, lnP: kernel.Log64(in), lnQ: kernel.Log1p64(-in)}, in == p
}

// gradRow returns row i of g, or nil if the gradient is not wanted.
func gradRow(g tensor.Mat, i int) []float32 {
	if g.Empty() {
		return nil
	}
	return g.Row(i)
}

// crossEntropy is −t·ln p − (1 − t)·ln(1 − p); its derivative by the logit is p − t.
func (o odds) crossEntropy(t float64) (v, dz float64) {
	switch t { // so that p = t costs 0, where 0·∞ would be NaN
	case 0:
		v = -o.lnQ
	case 1:
		v = -o.lnP
	default:
		v = -float64(t*o.lnP) - float64((1-t)*o.lnQ)
	}
	return v, float64(o.p*(1-t)) - float64(o.q*t)
}

var (
	_ = Losses.Add("binary_crossentropy",
		"mean over the outputs of −t·ln p − (1 − t)·ln(1 − p); from logits where the last activation is "+
			"sigmoid",
		func(f *spec.Fields) Loss {
			return readBernoulli(f)
		}, "bce")

	_ = Losses.Add("binary_focal_crossentropy",
		"(1 − p_t)^gamma · binary cross-entropy, p_t being the probability given to the truth (Lin et al. "+
			"2017, arXiv:1708.02002)",
		func(f *spec.Fields) Loss {
			balance := f.Bool("apply_class_balancing", false, "multiply by alpha where the target is 1 and by 1 − alpha where it is 0")
			alpha := f.Float("alpha", 0.25, "weight of the targets 1", spec.In(0, 1))
			gamma := f.Float("gamma", 2, "how much less easy rows count", spec.NonNegative)
			l := readBernoulli(f)
			l.focus = func(t, miss float64) (factor, slope float64) {
				factor = kernel.Pow64(miss, gamma)
				if gamma != 0 {
					slope = gamma * kernel.Pow64(miss, gamma-1)
				}
				if balance {
					a := float64(t*alpha) + float64((1-t)*(1-alpha))
					factor, slope = a*factor, a*slope
				}
				return factor, slope
			}
			return l
		})
)

// readBernoulli reads what all losses of this file have in common.
func readBernoulli(f *spec.Fields) bernoulli {
	return bernoulli{
		fromLogits: f.Bool("from_logits", false, "the predictions are logits; not needed under a sigmoid, which is recognised"),
		smoothing:  readSmoothing(f, "moves targets this far towards ½"),
		reduction:  readReduction(f),
	}
}
