package kernel

// Exp computes dst = e^src.
func (e *Engine) Exp(dst, src []float32) { each("Exp", Exp32, dst, src) }

// Expm1 computes dst = e^src − 1, accurate near zero.
func (e *Engine) Expm1(dst, src []float32) { each("Expm1", Expm132, dst, src) }

// Log computes dst = ln src.
func (e *Engine) Log(dst, src []float32) { each("Log", Log32, dst, src) }

// Tanh computes dst = tanh src.
func (e *Engine) Tanh(dst, src []float32) { each("Tanh", Tanh32, dst, src) }

// Sigmoid computes dst = 1/(1 + e^−src).
func (e *Engine) Sigmoid(dst, src []float32) { each("Sigmoid", Sigmoid32, dst, src) }

// Softplus computes dst = ln(1 + e^src).
func (e *Engine) Softplus(dst, src []float32) { each("Softplus", Softplus32, dst, src) }

// Erf computes dst = erf(src).
func (e *Engine) Erf(dst, src []float32) { each("Erf", Erf32, dst, src) }

func each(op string, f func(float32) float32, dst, src []float32) {
	check(op, "dst", len(dst), len(src))
	for i, x := range src {
		dst[i] = f(x)
	}
}

// ReLU computes y = x where x is not below zero, else 0; NaN stays NaN.
func (e *Engine) ReLU(y, x []float32) {
	check("ReLU", "y", len(y), len(x))
	for i, v := range x {
		if v < 0 {
			v = 0
		}
		y[i] = v
	}
}

// ReLUGrad computes dx = dy where y, the result of ReLU, is above zero, else 0.
func (e *Engine) ReLUGrad(dx, dy, y []float32) {
	check("ReLUGrad", "dx", len(dx), len(y))
	check("ReLUGrad", "dy", len(dy), len(y))
	for i, v := range y {
		g := dy[i]
		if !(v > 0) {
			g = 0
		}
		dx[i] = g
	}
}

// TanhGrad computes dx = dy·(1 − y²), y being the result of Tanh.
func (e *Engine) TanhGrad(dx, dy, y []float32) {
	check("TanhGrad", "dx", len(dx), len(y))
	check("TanhGrad", "dy", len(dy), len(y))
	for i, v := range y {
		dx[i] = float32(dy[i] * (1 - float32(v*v)))
	}
}

// SigmoidGrad computes dx = dy·(y·(1 − y)), y being the result of Sigmoid.
func (e *Engine) SigmoidGrad(dx, dy, y []float32) {
	check("SigmoidGrad", "dx", len(dx), len(y))
	check("SigmoidGrad", "dy", len(dy), len(y))
	for i, v := range y {
		dx[i] = float32(dy[i] * float32(v*(1-v)))
	}
}
