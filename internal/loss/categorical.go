package loss

import (
	"fmt"

	"mlp/internal/kernel"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// categorical is a loss on a distribution p over classes: the sum over the
// classes j with t_j ≠ 0 of a function of t_j and ln p_j. It absorbs the
// softmax: with z the logits, ln p_j = z_j − max − ln Σ e^(z − max).
type categorical struct {
	reduction
	sparse     bool
	fromLogits bool
	smoothing       // targets become t·(1 − now) + now/classes
	ignore     int  // class whose rows do not count; −1: none
	asGiven    bool // probabilities are not made to sum to 1

	// f returns the term v of one class and ∂v/∂ln p.
	f func(t, lnP float64) (v, d float64)
}

// Wants implements Loss.
func (l categorical) Wants() Target {
	if l.sparse {
		return Class
	}
	return OneHot
}

// Absorbs implements LogitLoss.
func (l categorical) Absorbs() string { return "softmax" }

// FromLogits implements LogitLoss.
func (l categorical) FromLogits() bool { return l.fromLogits }

// addsUp: the mean is that of the rows that count.
func (l categorical) addsUp(weighted bool) bool { return l.ignore < 0 && l.reduction.addsUp(weighted) }

// Eval implements Loss.
func (l categorical) Eval(b *Batch) float64 {
	clear(b.Grad.Data)
	l.now = l.strength.At(b.Time)
	div := l.divisor(b)
	if l.ignore >= 0 && l.reduction != noDivision && div != 0 {
		div = float64(div * (l.counted(b) / div)) // a fraction first, which decides the last bit
	}
	if div == 0 {
		return 0
	}
	p, z := b.Pred, b.Logits // (batch, classes); z is empty if only probabilities are given
	if z.Empty() && l.fromLogits {
		p, z = tensor.View(p.Rows, p.Cols, b.Scratch), b.Pred
		b.K.Softmax(p.Data, z.Data, p.Rows, p.Cols)
	}
	total := 0.0
	for i := range p.Rows {
		weight, label := b.weight(i), -1
		if l.sparse {
			if label = l.class(b, i); label == l.ignore {
				continue
			}
		}
		r := row{target: b.Target.Row(i), p: p.Row(i), grad: gradRow(b.Grad, i), label: label}
		var v float64
		if z.Empty() {
			v = l.fromProb(r, weight/div)
		} else {
			v = l.fromLogit(r, z.Row(i), weight/div)
		}
		total += float64(weight * v)
	}
	return total / div
}

// counted returns the rows that are not ignored, by weight if the divisor is one of
// weights: by the fraction that they are, Keras corrects the mean.
func (l categorical) counted(b *Batch) (sum float64) {
	for i := range b.Pred.Rows {
		switch {
		case l.class(b, i) == l.ignore:
		case l.reduction == overWeights:
			sum += b.weight(i)
		default:
			sum++
		}
	}
	return sum
}

// class returns the class index of row i.
func (l categorical) class(b *Batch, i int) int {
	c := int(b.Target.Row(i)[0])
	if c != l.ignore && (c < 0 || c >= b.Pred.Cols) {
		panic(fmt.Sprintf("loss: class %d of %d", c, b.Pred.Cols))
	}
	return c
}

// row is one row of a batch; grad is nil if only the value is needed.
type row struct {
	target, p, grad []float32 // (classes), but target (1) with a label
	label           int       // the class, or −1 where target is one-hot
}

// classes returns the range of classes whose target can be other than 0.
func (l categorical) classes(r row) (from, to int) {
	if r.label >= 0 && l.now == 0 {
		return r.label, r.label + 1
	}
	return 0, len(r.p)
}

// at returns the target of class j, one of r.classes.
func (l categorical) at(r row, j int) float64 {
	t := 0.0
	switch {
	case r.label == j:
		t = 1
	case r.label < 0:
		t = float64(r.target[j])
	}
	if l.now != 0 {
		t = float64(t*(1-l.now)) + l.now/float64(len(r.p))
	}
	return t
}

// fromLogit returns the loss of one row from its logits z and p = softmax(z).
// With a_j = ∂v/∂ln p_j the gradient is ∂v/∂z_k = a_k − p_k·Σa.
func (l categorical) fromLogit(r row, z []float32, step float64) float64 {
	top, lnSum := logSum(z, r.p)
	from, to := l.classes(r)
	v, sum := 0.0, 0.0
	for j := from; j < to; j++ {
		if t := l.at(r, j); t != 0 {
			vj, aj := l.f(t, float64(z[j])-top-lnSum)
			v += vj
			sum += aj
		}
	}
	if r.grad == nil {
		return v
	}
	for j, p := range r.p {
		r.grad[j] = float32(float64(p) * (-sum * step))
	}
	for j := from; j < to; j++ {
		if t := l.at(r, j); t != 0 {
			_, aj := l.f(t, float64(z[j])-top-lnSum)
			r.grad[j] = float32((aj - float64(float64(r.p[j])*sum)) * step)
		}
	}
	return v
}

// logSum returns the largest logit of a row and ln Σ e^(z − largest). With
// p = softmax(z), e^(z_j − largest) is p_j/p_top, so one logarithm suffices; its
// argument, the sum without the term 1, keeps losses near zero exact.
func logSum(z, p []float32) (largest, lnSum float64) {
	top := 0
	for j, v := range z {
		if v > z[top] {
			top = j
		}
	}
	others := 0.0
	for j, v := range p {
		if j != top {
			others += float64(v)
		}
	}
	return float64(z[top]), kernel.Log1p64(others / float64(p[top]))
}

// fromProb returns the loss of one row from probabilities, which are made to sum
// to 1, unless the loss takes them as given, and cut to [1e-7, 1 − 1e-7]. With
// x = p/Σp the gradient is (∂v/∂x_k − Σ x·∂v/∂x)/Σp, where ∂v/∂x_j = a_j/x_j
// inside the cut, else 0; as given, it is ∂v/∂x_k.
func (l categorical) fromProb(r row, step float64) float64 {
	total := 1.0
	if !l.asGiven {
		total = 0
		for _, p := range r.p {
			total += float64(p)
		}
	}
	from, to := l.classes(r)
	v, sum := 0.0, 0.0
	for j := from; j < to; j++ {
		if t := l.at(r, j); t != 0 {
			o, inside := oddsOfProb(float64(r.p[j]) / total)
			vj, aj := l.f(t, o.lnP)
			v += vj
			if inside && !l.asGiven {
				sum += aj // x·a/x
			}
		}
	}
	if r.grad == nil {
		return v
	}
	for j := range r.grad {
		r.grad[j] = float32(-sum * step / total)
	}
	for j := from; j < to; j++ {
		if t := l.at(r, j); t != 0 {
			if o, inside := oddsOfProb(float64(r.p[j]) / total); inside {
				_, aj := l.f(t, o.lnP)
				r.grad[j] = float32((aj/o.p - sum) * step / total)
			}
		}
	}
	return v
}

// crossEntropy is −t·ln p.
func crossEntropy(t, lnP float64) (v, d float64) { return -t * lnP, -t }

var (
	_ = Losses.Add("categorical_crossentropy",
		"−Σ t·ln p over the classes, for one-hot targets; from logits where the last activation is softmax",
		func(f *spec.Fields) Loss {
			l := readCategorical(f)
			l.smoothing = readSmoothing(f, uniform)
			l.f = crossEntropy
			return l
		}, "cce")

	_ = Losses.Add("sparse_categorical_crossentropy",
		"−ln p of the true class, for class indices; from logits where the last activation is softmax",
		func(f *spec.Fields) Loss {
			l := readCategorical(f)
			l.sparse = true
			if i := f.OptInt("ignore_class", "index of a class whose rows do not count", spec.NonNegative); f.Has("ignore_class") {
				l.ignore = i
			}
			l.smoothing = readSmoothing(f, uniform) // Keras has it for one-hot targets only
			f.Unsaid("label_smoothing")
			l.f = crossEntropy
			return l
		}, "scce")

	_ = Losses.Add("categorical_focal_crossentropy",
		"Σ alpha·(1 − p)^gamma·(−t·ln p) over the classes (Lin et al. 2017, arXiv:1708.02002)",
		func(f *spec.Fields) Loss {
			alpha := f.Float("alpha", 0.25, "factor of all classes", spec.NonNegative)
			gamma := f.Float("gamma", 2, "how much less easy rows count", spec.NonNegative)
			l := readCategorical(f)
			l.smoothing = readSmoothing(f, uniform)
			l.f = func(t, lnP float64) (v, d float64) {
				a, miss := alpha*t, -kernel.Expm164(lnP) // 1 − p, exact where p is near 1
				focus := kernel.Pow64(miss, gamma)
				d = -focus
				if gamma != 0 {
					d += float64(gamma * kernel.Exp64(lnP) * lnP * kernel.Pow64(miss, gamma-1))
				}
				return -a * focus * lnP, a * d
			}
			return l
		})

	_ = Losses.Add("categorical_generalized_cross_entropy",
		"(1 − p^q)/q of the true class, for class indices; robust to wrong labels (Zhang & Sabuncu 2018, "+
			"arXiv:1805.07836). Keras 3.15.1 compares every row's label with every row's prediction where labels stand in a column",
		func(f *spec.Fields) Loss {
			q := f.Float("q", 0.5, "towards 0 like cross-entropy, towards 1 like absolute error", spec.Between(0, 1))
			l := readCategorical(f)
			l.sparse, l.asGiven = true, true
			l.f = func(t, lnP float64) (v, d float64) {
				pq := kernel.Exp64(q * lnP)
				return t * (1 - pq) / q, -t * pq
			}
			return l
		})
)

// readCategorical reads what all losses of this kind have in common.
func readCategorical(f *spec.Fields) categorical {
	return categorical{
		ignore:     -1,
		fromLogits: f.Bool("from_logits", false, "the predictions are logits; not needed under a softmax, which is recognised"),
		reduction:  readReduction(f),
	}
}

const uniform = "moves targets this far towards the uniform distribution"
