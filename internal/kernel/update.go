package kernel

import "math"

// Axpy computes y += alpha·x, the product rounded before the sum.
func (e *Engine) Axpy(alpha float32, x, y []float32) {
	check("Axpy", "y", len(y), len(x))
	for i, v := range x {
		y[i] += float32(alpha * v)
	}
}

// Momentum is Keras's SGD with momentum mu: m = mu·m − lr·g, then w += m, or
// with nesterov w += mu·m − lr·g. Every operation is rounded.
func (e *Engine) Momentum(w, m, g []float32, lr, mu float32, nesterov bool) {
	check("Momentum", "m", len(m), len(w))
	check("Momentum", "g", len(g), len(w))
	for i, gi := range g {
		d := float32(lr * gi)
		mi := float32(mu*m[i]) - d
		m[i] = mi
		if nesterov {
			mi = float32(mu*mi) - d
		}
		w[i] += mi
	}
}

// Adam is one step of Keras's Adam:
//
//	m += (g − m)·(1−β1);  v += (g² − v)·(1−β2);  w −= m·α/(√v + ε)
//
// with α the learning rate after bias correction. Every operation is rounded.
func (e *Engine) Adam(w, m, v, g []float32, alpha, oneMinusBeta1, oneMinusBeta2, eps float32) {
	check("Adam", "m", len(m), len(w))
	check("Adam", "v", len(v), len(w))
	check("Adam", "g", len(g), len(w))
	for i, gi := range g {
		mi := m[i] + float32((gi-m[i])*oneMinusBeta1)
		vi := v[i] + float32((float32(gi*gi)-v[i])*oneMinusBeta2)
		m[i], v[i] = mi, vi
		w[i] -= float32(mi*alpha) / (float32(math.Sqrt(float64(vi))) + eps)
	}
}
