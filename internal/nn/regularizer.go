package nn

import (
	"math"

	"mlp/internal/kernel"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// A Regularizer is a penalty on a parameter. As in Keras it is a sum: neither
// halved nor divided by the number of rows.
type Regularizer interface {
	// Penalty returns the penalty of w and adds its gradient to g unless that is
	// empty.
	Penalty(w, g tensor.Mat) float64
}

// Regularizers are registered here.
var Regularizers = spec.NewRegistry[Regularizer]("regularizer", "regularizers")

// L1L2 is l1·Σ|w| + l2·Σw².
type L1L2 struct{ L1, L2 float64 }

// Penalty implements Regularizer; the gradient is l1·sign(w) + 2·l2·w.
func (r L1L2) Penalty(w, g tensor.Mat) float64 {
	sum := 0.0
	if r.L1 != 0 {
		for _, v := range w.Data {
			sum += math.Abs(float64(v))
		}
		sum *= r.L1
	}
	if r.L2 != 0 {
		sum += float64(r.L2 * kernel.SumSquares(w.Data))
	}
	if g.Empty() {
		return sum
	}
	l1, l2 := float32(r.L1), float32(2*r.L2)
	for i, v := range w.Data {
		d := float32(l2 * v)
		switch {
		case v > 0:
			d += l1
		case v < 0:
			d -= l1
		}
		g.Data[i] += d
	}
	return sum
}

var (
	_ = Regularizers.Add("l1", "l1·Σ|w|", func(f *spec.Fields) Regularizer {
		return L1L2{L1: f.Float("l1", 0.01, "weight of the penalty", spec.NonNegative)}
	})
	_ = Regularizers.Add("l2", "l2·Σw²", func(f *spec.Fields) Regularizer {
		return L1L2{L2: f.Float("l2", 0.01, "weight of the penalty", spec.NonNegative)}
	})
	_ = Regularizers.Add("l1l2", "l1·Σ|w| + l2·Σw²", func(f *spec.Fields) Regularizer {
		return L1L2{
			L1: f.Float("l1", 0, "weight of the absolute values", spec.NonNegative),
			L2: f.Float("l2", 0, "weight of the squares", spec.NonNegative)}
	})
)
