package nn

import (
	"math"

	"mlp/internal/kernel"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// A Regularizer is a penalty on a parameter, or on a layer's output. As in Keras
// it is a sum: neither halved nor divided by the number of rows.
type Regularizer interface {
	// Penalty returns the penalty of w and adds its gradient to g, which has the
	// shape of w, or is empty if only the value is needed.
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
		sum = float64(sum * r.L1)
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

// Orthogonal is factor·Σ|r̂_i·r̂_k| over the pairs of rows (or columns) of w, each
// divided by its norm, over the number of pairs. It is 0 where there is only one.
type Orthogonal struct {
	Factor  float64
	Columns bool
}

// vectors are the rows or the columns of a matrix.
type vectors struct {
	data         []float32
	n, long      int // how many, and of how many numbers
	next, stride int // from one vector, one number, to the next
}

func (v vectors) dot(i, k int) float64 {
	sum := 0.0
	a, b := v.data[i*v.next:], v.data[k*v.next:]
	for j := 0; j < v.long*v.stride; j += v.stride {
		sum += float64(a[j]) * float64(b[j]) // exact in float64, so fusing changes nothing
	}
	return sum
}

// norm is at least ε = 1e-7, as in Keras.
func (v vectors) norm(i int) float64 { return math.Sqrt(math.Max(v.dot(i, i), 1e-14)) }

// Penalty implements Regularizer. With c = r̂_i·r̂_k, ∂|c|/∂r_i is
// sign(c)·(r̂_k − c·r̂_i)/‖r_i‖.
func (r Orthogonal) Penalty(w, g tensor.Mat) float64 {
	v := vectors{data: w.Data, n: w.Rows, long: w.Cols, next: w.Cols, stride: 1}
	if r.Columns {
		v = vectors{data: w.Data, n: w.Cols, long: w.Rows, next: 1, stride: w.Cols}
	}
	if v.n < 2 {
		return 0
	}
	sum, scale := 0.0, r.Factor/(float64(v.n)*float64(v.n-1)/2)
	for i := range v.n {
		ni := v.norm(i)
		for k := range i {
			nk := v.norm(k)
			c := v.dot(i, k) / (ni * nk)
			sum += math.Abs(c)
			if !g.Empty() && c != 0 {
				s := math.Copysign(scale, c)
				v.pull(g.Data, i, k, s, c, ni, nk)
				v.pull(g.Data, k, i, s, c, nk, ni)
			}
		}
	}
	return sum * scale
}

// pull adds s·(r̂_k − c·r̂_i)/‖r_i‖ to vector i of g.
func (v vectors) pull(g []float32, i, k int, s, c, ni, nk float64) {
	a, b, to := v.data[i*v.next:], v.data[k*v.next:], g[i*v.next:]
	for j := 0; j < v.long*v.stride; j += v.stride {
		to[j] += float32(s * (float64(b[j])/nk - float64(c*(float64(a[j])/ni))) / ni)
	}
}

var (
	_ = Regularizers.Add("l1", "l1·Σ|w|", func(f *spec.Fields) Regularizer {
		return L1L2{L1: f.Float("l1", 0.01, "weight of the penalty", spec.NonNegative)}
	})
	_ = Regularizers.Add("l2", "l2·Σw²", func(f *spec.Fields) Regularizer {
		return L1L2{L2: f.Float("l2", 0.01, "weight of the penalty", spec.NonNegative)}
	})
	_ = Regularizers.Add("l1l2", "l1·Σ|w| + l2·Σw²", func(f *spec.Fields) Regularizer {
		l1 := f.Float("l1", 0, "weight of the absolute values", spec.NonNegative)
		l2 := f.Float("l2", 0, "weight of the squares", spec.NonNegative)
		return L1L2{L1: l1, L2: l2}
	})
	_ = Regularizers.Add("orthogonal_regularizer",
		"factor times the mean |cosine| between rows (or columns)",
		func(f *spec.Fields) Regularizer {
			factor := f.Float("factor", 0.01, "weight of the penalty", spec.NonNegative)
			mode := f.Enum("mode", "rows", "what is to be orthogonal", "rows", "columns")
			return Orthogonal{Factor: factor, Columns: mode == "columns"}
		}, "orthogonal")
)
