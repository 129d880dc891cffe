package nn

import (
	"mlp/internal/kernel"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// An Activation acts on a whole batch, since softmax is not pointwise.
type Activation struct {
	Name string

	// NeedsInput says that Backward reads x; otherwise y alone suffices, and x
	// may have been overwritten by y.
	NeedsInput bool

	// Forward computes y from x. y may be x unless NeedsInput.
	Forward func(k *kernel.Engine, y, x tensor.Mat)
	// Backward computes dx from dy. dx may be dy.
	Backward func(k *kernel.Engine, dx, dy, x, y tensor.Mat)
}

// Activations are registered in activation.go and the files named after their
// families.
var Activations = spec.NewRegistry[Activation]("activation", "activations")

// Linear returns the identity.
func Linear() Activation {
	copyTo := func(y, x tensor.Mat) {
		if len(y.Data) > 0 && &y.Data[0] != &x.Data[0] {
			copy(y.Data, x.Data)
		}
	}
	return Activation{Name: "linear",
		Forward:  func(_ *kernel.Engine, y, x tensor.Mat) { copyTo(y, x) },
		Backward: func(_ *kernel.Engine, dx, dy, _, _ tensor.Mat) { copyTo(dx, dy) },
	}
}

var (
	_ = Activations.Add("linear", "x", func(*spec.Fields) Activation { return Linear() })

	_ = Activations.Add("relu", "max(x, 0)", func(*spec.Fields) Activation {
		return Activation{Name: "relu",
			Forward:  func(k *kernel.Engine, y, x tensor.Mat) { k.ReLU(y.Data, x.Data) },
			Backward: func(k *kernel.Engine, dx, dy, _, y tensor.Mat) { k.ReLUGrad(dx.Data, dy.Data, y.Data) },
		}
	})

	// σ' = y(1 − y)
	_ = Activations.Add("sigmoid", "1/(1 + exp(−x))", func(*spec.Fields) Activation {
		return Activation{Name: "sigmoid",
			Forward: func(k *kernel.Engine, y, x tensor.Mat) { k.Sigmoid(y.Data, x.Data) },
			Backward: func(_ *kernel.Engine, dx, dy, _, y tensor.Mat) {
				for i, v := range y.Data {
					dx.Data[i] = dy.Data[i] * (v * (1 - v))
				}
			},
		}
	})

	// tanh' = 1 − y²
	_ = Activations.Add("tanh", "(exp(x) − exp(−x))/(exp(x) + exp(−x))", func(*spec.Fields) Activation {
		return Activation{Name: "tanh",
			Forward: func(k *kernel.Engine, y, x tensor.Mat) { k.Tanh(y.Data, x.Data) },
			Backward: func(_ *kernel.Engine, dx, dy, _, y tensor.Mat) {
				for i, v := range y.Data {
					dx.Data[i] = dy.Data[i] * (1 - float32(v*v))
				}
			},
		}
	})

	// ∂L/∂x_j = y_j (dy_j − Σ_i dy_i y_i)
	_ = Activations.Add("softmax", "exp(x_j)/Σ exp(x_i) within each row", func(*spec.Fields) Activation {
		return Activation{Name: "softmax",
			Forward: func(k *kernel.Engine, y, x tensor.Mat) { k.Softmax(y.Data, x.Data, x.Rows, x.Cols) },
			Backward: func(_ *kernel.Engine, dx, dy, _, y tensor.Mat) {
				for i := range y.Rows {
					d, p, out := dy.Row(i), y.Row(i), dx.Row(i)
					var dot float32
					for j, v := range p {
						dot += float32(d[j] * v)
					}
					for j, v := range p {
						out[j] = v * (d[j] - dot)
					}
				}
			},
		}
	})
)

// pointwise makes an activation of f and its derivative df, which is given x and
// y = f(x) and reads x only if needsInput says so.
func pointwise(name string, needsInput bool, f func(x float32) float32, df func(x, y float32) float32) Activation {
	return Activation{Name: name, NeedsInput: needsInput,
		Forward: func(_ *kernel.Engine, y, x tensor.Mat) {
			for i, v := range x.Data {
				y.Data[i] = f(v)
			}
		},
		Backward: func(_ *kernel.Engine, dx, dy, x, y tensor.Mat) {
			for i, d := range dy.Data {
				dx.Data[i] = d * df(x.Data[i], y.Data[i])
			}
		},
	}
}

var (
	// (eˣ − 1 for x < 0, so that f' = y + 1)
	_ = Activations.Add("elu", "x for x > 0, else α(exp(x) − 1)", func(f *spec.Fields) Activation {
		alpha := float32(f.Float("alpha", 1, "what large negative inputs tend to, with the sign turned", spec.NonNegative))
		return pointwise("elu", true, func(x float32) float32 {
			if x > 0 {
				return x
			}
			return alpha * kernel.Expm132(x)
		}, func(x, y float32) float32 {
			if x > 0 {
				return 1
			}
			return y + alpha
		})
	})

	_ = Activations.Add("leaky_relu", "x for x ≥ 0, else negative_slope·x", func(f *spec.Fields) Activation {
		f.Alias("negative_slope", "alpha")
		slope := float32(f.Float("negative_slope", 0.2, "slope for x < 0"))
		return pointwise("leaky_relu", true, func(x float32) float32 {
			if x >= 0 {
				return x
			}
			return slope * x
		}, func(x, _ float32) float32 {
			if x >= 0 {
				return 1
			}
			return slope
		})
	})

	_ = Activations.Add("softplus", "ln(1 + exp(x))", func(*spec.Fields) Activation {
		return pointwise("softplus", true, kernel.Softplus32, func(x, _ float32) float32 { return kernel.Sigmoid32(x) })
	})
)
