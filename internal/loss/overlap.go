package loss

import "mlp/internal/spec"

// overlap is 1 − TP·n/(TP·a + FP·b + FN·c) with counts that are sums of
// probabilities: TP = Σt·p, FP = Σ(1 − t)·p, FN = Σt·(1 − p). Dice and Tversky
// are of this kind. By default, as in Keras, the sums run over the whole batch,
// which then has one loss; its rows' weights multiply it by their mean.
type overlap struct {
	reduction
	perRow                      bool
	truePos, falsePos, falseNeg float64 // factors below the line; truePos above it too
}

// Wants implements Loss.
func (l overlap) Wants() Target { return Binary }

func (l overlap) addsUp(weighted bool) bool { return l.perRow && l.reduction.addsUp(weighted) }

// Eval implements Loss.
func (l overlap) Eval(b *Batch) float64 {
	div := l.divisor(b)
	if div == 0 {
		clear(b.Grad.Data)
		return 0
	}
	if l.perRow {
		total := 0.0
		for i := range b.Pred.Rows {
			weight := b.weight(i)
			total += float64(weight * l.of(b.Target.Row(i), b.Pred.Row(i), gradRow(b.Grad, i), weight/div))
		}
		return total / div
	}
	factor := 1.0 // nothing is summed, unless there are weights
	if b.Weight != nil {
		sum := 0.0
		for i := range b.Weight {
			sum += b.weight(i)
		}
		factor = sum / div
	}
	return factor * l.of(b.Target.Data, b.Pred.Data, b.Grad.Data, factor)
}

// of returns the loss over target and pred, of one row (outputs) or of the whole
// batch (batch·outputs), and stores step times its gradient in grad, unless that is
// empty. With v = 1 − N/D, where N = a·TP and
// D = a·TP + b·FP + c·FN + 1e-7: ∂v/∂p = (N·D' − N'·D)/D².
func (l overlap) of(target, pred, grad []float32, step float64) float64 {
	var tp, sumT, sumP float64
	for i, p := range pred {
		tp += float64(float64(target[i]) * float64(p))
		sumT += float64(target[i])
		sumP += float64(p)
	}
	n := float64(l.truePos * tp)
	d := n + float64(l.falsePos*(sumP-tp)) + float64(l.falseNeg*(sumT-tp)) + fuzz
	for i := range grad {
		t := float64(target[i])
		dn := float64(l.truePos * t)
		dd := dn + float64(l.falsePos*(1-t)) - float64(l.falseNeg*t)
		grad[i] = float32((float64(n*dd) - float64(dn*d)) / (d * d) * step)
	}
	return 1 - n/d
}

var (
	_ = Losses.Add("dice", "1 − 2·Σt·p/(Σt + Σp + 1e-7), over the whole batch", func(f *spec.Fields) Loss {
		return readOverlap(f, overlap{truePos: 2, falsePos: 1, falseNeg: 1})
	})

	_ = Losses.Add("tversky",
		"1 − TP/(TP + alpha·FP + beta·FN + 1e-7), with sums of probabilities over the whole batch (Salehi "+
			"et al. 2017, arXiv:1706.05721)",
		func(f *spec.Fields) Loss {
			return readOverlap(f, overlap{truePos: 1,
				falsePos: f.Float("alpha", 0.5, "weight of false positives, as Keras documents it (3.15.1 and before weigh misses by it)", spec.NonNegative),
				falseNeg: f.Float("beta", 0.5, "weight of misses (3.15.1 and before: false positives)", spec.NonNegative)})
		})
)

func readOverlap(f *spec.Fields, l overlap) Loss {
	l.perRow = f.OptInt("axis", "-1 takes each row by itself", spec.In(-1, -1)) == -1
	l.reduction = readReduction(f)
	return l
}
