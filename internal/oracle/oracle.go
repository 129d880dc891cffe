// Package oracle is a multilayer perceptron in float64 and plain loops: slow,
// obvious, and written without a line of the engine, so that tests can hold the
// engine against it. Nothing but tests imports it. Its gradients are themselves
// checked by central differences of its values.
//
// Each layer is a forward function and a backward function, side by side. B is
// the number of rows, and names follow the formulas of Keras 3.
package oracle

import "math"

// A Mat is B rows of equally many numbers; a vector of parameters has one row.
type Mat = [][]float64

// Params are the settings of a component by Keras's names; booleans are 0 or 1,
// and what is absent has Keras's default.
type Params map[string]float64

func (p Params) get(name string, def float64) float64 {
	if v, ok := p[name]; ok {
		return v
	}
	return def
}

// eps is Keras's global fuzz factor.
const eps = 1e-7

// Zeros returns a rows × cols matrix.
func Zeros(rows, cols int) Mat {
	m := make(Mat, rows)
	for i := range m {
		m[i] = make([]float64, cols)
	}
	return m
}

// like returns zeros in the shape of m.
func like(m Mat) Mat {
	z := make(Mat, len(m))
	for i := range m {
		z[i] = make([]float64, len(m[i]))
	}
	return z
}

// Clone returns a copy of m.
func Clone(m Mat) Mat {
	c := like(m)
	for i := range m {
		copy(c[i], m[i])
	}
	return c
}

// dot returns Σ a·b.
func dot(a, b []float64) float64 {
	s := 0.0
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

// sign is −1, 0 or 1.
func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

func clip(x, lo, hi float64) float64 { return math.Min(math.Max(x, lo), hi) }

// inside is 1 where clip lets a gradient through.
func inside(x, lo, hi float64) float64 {
	if x > lo && x < hi {
		return 1
	}
	return 0
}

// Gradient returns ∂f/∂m by central differences, moving one number at a time by
// h = 1e-5·max(1, |m|) both ways: the error is of the order h²·f‴ + u·f/h, about
// 1e-10 where f and its derivatives are about 1.
func Gradient(f func() float64, m Mat) Mat {
	g := like(m)
	for i := range m {
		for j, v := range m[i] {
			h := 1e-5 * math.Max(1, math.Abs(v))
			m[i][j] = v + h
			up, hi := f(), m[i][j]
			m[i][j] = v - h
			down, lo := f(), m[i][j]
			m[i][j] = v
			g[i][j] = (up - down) / (hi - lo)
		}
	}
	return g
}
