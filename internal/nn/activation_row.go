package nn

import (
	"slices"

	"mlp/internal/form"
	"mlp/internal/kernel"
	"mlp/internal/spec"
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

// ordered: y_0 = x_0, y_j = y_{j−1} + softplus(x_j), so that no y_j is below the one before
// it, in float32 too: a sum with a number that is not negative never rounds to less.
// ∂L/∂x_j = σ(x_j)·Σ_{i≥j} dy_i, of the first without σ.
func ordered() Activation {
	return Activation{Name: "ordered", NeedsInput: true,
		Forward: func(k *kernel.Engine, y, x tensor.Mat) {
			k.Softplus(y.Data, x.Data)
			for i := range y.Rows {
				row := y.Row(i)
				row[0] = x.At(i, 0)
				for j := 1; j < len(row); j++ {
					row[j] += row[j-1]
				}
			}
		},
		Express: func(b *form.Builder, x form.Value) form.Value {
			all := []form.Value{b.Pick(x, 0)}
			for j := 1; j < b.Len(x); j++ {
				all = append(all, b.Add(b.Call(form.Softplus, b.Pick(x, j)), all[j-1]))
			}
			return b.Join(all...)
		},
		Backward: func(_ *kernel.Engine, dx, dy, x, _ tensor.Mat) {
			for i := range x.Rows {
				in, d, out, sum := x.Row(i), dy.Row(i), dx.Row(i), float32(0)
				for j := len(in) - 1; j >= 0; j-- {
					if sum += d[j]; j > 0 {
						out[j] = sum * kernel.Sigmoid32(in[j])
					} else {
						out[j] = sum
					}
				}
			}
		},
	}
}

// meanSD: of each pair of outputs the first is x, the second softplus(x) + floor.
func meanSD(floor float32) Activation {
	return Activation{Name: "mean_sd", NeedsInput: true,
		Forward: func(k *kernel.Engine, y, x tensor.Mat) {
			k.Softplus(y.Data, x.Data)
			for i := range y.Rows {
				in, out := x.Row(i), y.Row(i)
				for j := range out {
					if j%2 == 0 {
						out[j] = in[j]
					} else {
						out[j] += floor
					}
				}
			}
		},
		Express: func(b *form.Builder, x form.Value) form.Value {
			var all []form.Value
			for j := range b.Len(x) {
				v := b.Pick(x, j)
				if j%2 == 1 {
					v = b.Add(b.Call(form.Softplus, v), b.Const32(floor))
				}
				all = append(all, v)
			}
			return b.Join(all...)
		},
		Backward: func(_ *kernel.Engine, dx, dy, x, _ tensor.Mat) {
			for i := range x.Rows {
				in, d, out := x.Row(i), dy.Row(i), dx.Row(i)
				for j := range out {
					if out[j] = d[j]; j%2 == 1 {
						out[j] *= kernel.Sigmoid32(in[j])
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
	_ = simple("x for the first unit of a row, and for each other what the one before it gives + ln(1 + exp(x)), so that they rise: for the quantiles of a head", ordered())
	_ = Activations.Add("mean_sd", "x for the first of two units and ln(1 + exp(x)) + floor for the second: the mean and the spread of a head under gaussian_nll", func(f *spec.Fields) Activation {
		return meanSD(float32(f.Float("floor", 0.001, "the least spread, of targets as they are trained", spec.Positive)))
	})
)
