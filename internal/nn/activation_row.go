package nn

import (
	"slices"

	"mlp/internal/form"
	"mlp/internal/kernel"
	"mlp/internal/stats"
	"mlp/internal/tensor"
)

// Activations that act on a row as a whole. Dot products of rows are taken in
// the fixed 16-lane order, in float64. x, y, dx and dy are (batch, n); d, p and out
// are rows of them (n).

// softmax: ∂L/∂x_j = y_j (dy_j − Σ_i dy_i y_i).
func softmax() Activation {
	return Activation{Name: "softmax", Range: stats.Interval{Low: 0, High: 1},
		Forward: func(k *kernel.Engine, y, x tensor.Mat) { k.Softmax(y.Data, x.Data, x.Rows, x.Cols) },
		Express: func(b *form.Builder, x form.Value) form.Value {
			e := b.Call(form.Exp, b.Sub(x, b.Max(x, b.Len(x))))
			return b.Div(e, b.Sum(e, b.Len(x)))
		},
		Backward: func(_ *kernel.Engine, dx, dy, _, y tensor.Mat) {
			for i := range y.Rows {
				d, p, out := dy.Row(i), y.Row(i), dx.Row(i)
				dot := float32(kernel.Dot(d, p))
				for j, v := range p {
					out[j] = v * (d[j] - dot)
				}
			}
		},
	}
}

// logSoftmax: ∂L/∂x_j = dy_j − exp(y_j)·Σ_i dy_i.
func logSoftmax() Activation {
	return Activation{Name: "log_softmax", Range: stats.UpTo(0),
		Forward: func(k *kernel.Engine, y, x tensor.Mat) { k.LogSoftmax(y.Data, x.Data, x.Rows, x.Cols) },
		Express: func(b *form.Builder, x form.Value) form.Value {
			z := b.Sub(x, b.Max(x, b.Len(x)))
			return b.Sub(z, b.Call(form.Log, b.Sum(b.Call(form.Exp, z), b.Len(x))))
		},
		Backward: func(_ *kernel.Engine, dx, dy, _, y tensor.Mat) {
			for i := range y.Rows {
				d, out := dy.Row(i), dx.Row(i)
				sum := float32(kernel.Sum(d))
				for j, v := range y.Row(i) {
					out[j] = d[j] - float32(kernel.Exp32(v)*sum)
				}
			}
		},
	}
}

// sparsemaxRow computes max(x − τ, 0) with the τ at which that sums to 1: with
// x sorted downwards, τ = (Σ_{j≤k} x_j − 1)/k for the largest k with x_k > τ. y
// holds the sorted numbers meanwhile.
func sparsemaxRow(y, x []float32) {
	copy(y, x)
	slices.Sort(y)
	sum, tau := 0.0, 0.0
	for j := range y {
		v := float64(y[len(y)-1-j])
		sum += v
		if t := (sum - 1) / float64(j+1); v > t {
			tau = t
		}
	}
	for j, v := range x {
		y[j] = max(float32(float64(v)-tau), 0)
	}
}

// sparsemax: within the support y > 0, dx = dy − mean(dy); 0 outside.
func sparsemax() Activation {
	return Activation{Name: "sparsemax", Range: stats.Interval{Low: 0, High: 1}, NeedsInput: true, // not for Backward: Forward sorts in y, which must not be x
		Forward: func(_ *kernel.Engine, y, x tensor.Mat) {
			for i := range x.Rows {
				sparsemaxRow(y.Row(i), x.Row(i))
			}
		},
		Backward: func(_ *kernel.Engine, dx, dy, _, y tensor.Mat) {
			for i := range y.Rows {
				d, p, out := dy.Row(i), y.Row(i), dx.Row(i)
				sum, n := 0.0, 0.0
				for j, v := range p {
					if v > 0 {
						sum += float64(d[j])
						n++
					}
				}
				mean := float32(sum / n)
				for j, v := range p {
					if v > 0 {
						out[j] = d[j] - mean
					} else {
						out[j] = 0
					}
				}
			}
		},
	}
}

var (
	_ = simple("exp(x_j)/Σ exp(x_i) within each row", softmax())
	_ = simple("x_j − ln Σ exp(x_i) within each row", logSoftmax())
	_ = simple("the nearest probabilities to x within each row, many of them 0 (Martins & Astudillo 2016); those of Keras 3.15.1 do not add up to 1", sparsemax())
)
