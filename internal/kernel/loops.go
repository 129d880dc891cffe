package kernel

import (
	"math"

	"mlp/internal/rng"
)

// loops holds the vector loops of one level. Slices of one call have the same
// length; a destination may be one of the sources.
type loops struct {
	exp, expm1, log, tanh, sigmoid, softplus, erf, relu, mish func(dst, src []float32)

	reluGrad, tanhGrad, sigmoidGrad func(dx, dy, y []float32)
	mishSlope, mishGrad, siluGrad   func(dx, dy, x []float32)
	sinCosTurns                     func(sin, cos, x []float32)

	mul         func(dst, x, y []float32)
	affine      func(dst, x []float32, a, b float32)
	blend       func(dst, x, y, share []float32)
	addProducts func(sum, x, y []float32)
	addSlopes   func(sum, d, x, y []float32)
	decay       func(w []float32, share, lr float32)
	dropMask    func(mask []float32, s rng.Stream, last uint32, keep float32)

	axpy               func(alpha float32, x, y []float32)
	adam               func(w, m, v, g []float32, alpha, oneMinusBeta1, oneMinusBeta2, eps float32)
	momentum, nesterov func(w, m, g []float32, lr, mu float32)

	addRow  func(c []float32, rows, cols int, bias []float32)
	sumRows func(dst, x []float32, rows, cols int)
}

// portableLoops defines what the loops of every level compute: the assembly
// does the same operations in the same order, so the bits agree.
var portableLoops = loops{
	exp:      each(Exp32),
	expm1:    each(Expm132),
	log:      each(Log32),
	tanh:     each(Tanh32),
	sigmoid:  each(Sigmoid32),
	softplus: each(Softplus32),
	erf:      each(Erf32),
	relu:     each(relu),
	mish:     each(mish),

	reluGrad:    reluGrad,
	tanhGrad:    tanhGrad,
	sigmoidGrad: sigmoidGrad,
	mishSlope:   mishSlope,
	mishGrad:    mishGrad,
	siluGrad:    siluGrad,
	sinCosTurns: sinCosTurns,

	mul:         mul,
	affine:      affine,
	blend:       blend,
	addProducts: addProducts,
	addSlopes:   addSlopes,
	decay:       decay,
	dropMask:    func(mask []float32, s rng.Stream, last uint32, keep float32) { dropMask(mask, s, 0, last, keep) },

	axpy:     axpy,
	adam:     adam,
	momentum: momentum,
	nesterov: nesterov,
	addRow:   addRow,
	sumRows:  sumRows,
}

func each(f func(float32) float32) func(dst, src []float32) {
	return func(dst, src []float32) {
		for i, x := range src {
			dst[i] = f(x)
		}
	}
}

func relu(x float32) float32 {
	if x < 0 {
		return 0
	}
	return x
}

func reluGrad(dx, dy, y []float32) {
	for i, v := range y {
		g := dy[i]
		if !(v > 0) {
			g = 0
		}
		dx[i] = g
	}
}

func tanhGrad(dx, dy, y []float32) {
	for i, v := range y {
		dx[i] = dy[i] * (1 - float32(v*v))
	}
}

func sigmoidGrad(dx, dy, y []float32) {
	for i, v := range y {
		dx[i] = dy[i] * (v * (1 - v))
	}
}

func mishGrad(dx, dy, x []float32) {
	for i, v := range x {
		dx[i] = dy[i] * twiceMishSlope(v)
	}
}

// (xσ)' = σ + xσ(1 − σ).
func siluGrad(dx, dy, x []float32) {
	for i, v := range x {
		s := Sigmoid32(v)
		dx[i] = dy[i] * (s + float32(v*float32(s*(1-s))))
	}
}

// mishFrom is where tanh(softplus(x)) is 1 to the last bit, before n below overflows.
const mishFrom = 20

// mish is x·tanh(softplus(x)) from one exponential: with n = exp(x)(exp(x) + 2),
// tanh(softplus(x)) = n/(n + 2).
func mish(x float32) float32 {
	if x > mishFrom {
		return x
	}
	e := Exp32(x)
	n := float32(e * (e + 2))
	return x * (n / (n + 2))
}

// mishSlope is its derivative, from one exponential too.
func mishSlope(dx, dy, x []float32) {
	for i, v := range x {
		d := float32(1)
		if !(v > mishFrom) {
			e := Exp32(v)
			n := float32(e * (e + 2))
			d = n/(n+2) + float32(v*float32(e/(1+e)*(4*(n+1)/((n+2)*(n+2)))))
		}
		dx[i] = dy[i] * d
	}
}

// twiceMishSlope is the same from two exponentials.
func twiceMishSlope(x float32) float32 {
	if x > mishFrom {
		return 1
	}
	e := Exp32(x)
	n := float32(e * (e + 2))
	t, s := n/(n+2), Sigmoid32(x)
	return t + float32(x*float32(s*(4*(n+1)/((n+2)*(n+2)))))
}

func mul(dst, x, y []float32) {
	for i, v := range x {
		dst[i] = v * y[i]
	}
}

func affine(dst, x []float32, a, b float32) {
	for i, v := range x {
		dst[i] = float32(v*a) + b
	}
}

func blend(dst, x, y, share []float32) {
	for i, v := range x {
		dst[i] = v + float32(share[i]*(y[i]-v))
	}
}

func addProducts(sum, x, y []float32) {
	for i, v := range x {
		sum[i] += float32(v * y[i])
	}
}

func addSlopes(sum, d, x, y []float32) {
	for i, v := range d {
		sum[i] += float32(v * (x[i] - y[i]))
	}
}

func decay(w []float32, share, lr float32) {
	for i, v := range w {
		w[i] = v - float32(float32(v*share)*lr)
	}
}

// dropMask makes the numbers of a mask from block first of the stream on, four a block.
// The word picks from a table instead of branching, because the processor could not
// predict the branch.
func dropMask(mask []float32, s rng.Stream, first uint64, last uint32, keep float32) {
	pick := [2]float32{keep, 0}
	draw := func(word uint32) float32 { return pick[(uint64(word)-uint64(last)-1)>>63] } // 1 where word ≤ last
	i := 0
	for ; i+4 <= len(mask); i += 4 {
		block, m := s.Block(first+uint64(i/4)), mask[i:i+4:i+4]
		m[0], m[1], m[2], m[3] = draw(block[0]), draw(block[1]), draw(block[2]), draw(block[3])
	}
	if i < len(mask) {
		block := s.Block(first + uint64(i/4))
		for j := range mask[i:] {
			mask[i+j] = draw(block[j])
		}
	}
}

func axpy(alpha float32, x, y []float32) {
	for i, v := range x {
		y[i] += float32(alpha * v)
	}
}

func adam(w, m, v, g []float32, alpha, oneMinusBeta1, oneMinusBeta2, eps float32) {
	for i, gi := range g {
		mi := m[i] + float32((gi-m[i])*oneMinusBeta1)
		vi := v[i] + float32((float32(gi*gi)-v[i])*oneMinusBeta2)
		m[i], v[i] = mi, vi
		w[i] -= float32(mi*alpha) / (float32(math.Sqrt(float64(vi))) + eps)
	}
}

func momentum(w, m, g []float32, lr, mu float32) {
	for i, gi := range g {
		m[i] = float32(mu*m[i]) - float32(lr*gi)
		w[i] += m[i]
	}
}

func nesterov(w, m, g []float32, lr, mu float32) {
	for i, gi := range g {
		d := float32(lr * gi)
		m[i] = float32(mu*m[i]) - d
		w[i] += float32(mu*m[i]) - d
	}
}

func addRow(c []float32, rows, cols int, bias []float32) {
	for i := range rows {
		row := c[i*cols:][:cols]
		for j, b := range bias {
			row[j] += b
		}
	}
}

func sumRows(dst, x []float32, rows, cols int) {
	clear(dst)
	for i := range rows {
		for j, v := range x[i*cols:][:cols] {
			dst[j] += v
		}
	}
}
