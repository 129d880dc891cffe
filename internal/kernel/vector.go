package kernel

import (
	"math"

	"mlp/internal/rng"
)

// Exp computes dst = e^src.
func (e *Engine) Exp(dst, src []float32) { e.each("Exp", e.level.exp, dst, src) }

// Expm1 computes dst = e^src − 1, accurate near zero.
func (e *Engine) Expm1(dst, src []float32) { e.each("Expm1", e.level.expm1, dst, src) }

// Log computes dst = ln src.
func (e *Engine) Log(dst, src []float32) { e.each("Log", e.level.log, dst, src) }

// Tanh computes dst = tanh src.
func (e *Engine) Tanh(dst, src []float32) { e.each("Tanh", e.level.tanh, dst, src) }

// Sigmoid computes dst = 1/(1 + e^−src).
func (e *Engine) Sigmoid(dst, src []float32) { e.each("Sigmoid", e.level.sigmoid, dst, src) }

// Softplus computes dst = ln(1 + e^src).
func (e *Engine) Softplus(dst, src []float32) { e.each("Softplus", e.level.softplus, dst, src) }

// Erf computes dst = erf(src).
func (e *Engine) Erf(dst, src []float32) { e.each("Erf", e.level.erf, dst, src) }

// ReLU computes y = x where x is not below zero, else 0: NaN and −0 stay.
func (e *Engine) ReLU(y, x []float32) { e.each("ReLU", e.level.relu, y, x) }

// ReLUGrad computes dx = dy where y, the result of ReLU, is above zero, else 0.
func (e *Engine) ReLUGrad(dx, dy, y []float32) { e.pairs("ReLUGrad", e.level.reluGrad, dx, dy, y) }

// TanhGrad computes dx = dy·(1 − y²), y being the result of Tanh.
func (e *Engine) TanhGrad(dx, dy, y []float32) { e.pairs("TanhGrad", e.level.tanhGrad, dx, dy, y) }

// SigmoidGrad computes dx = dy·(y·(1 − y)), y being the result of Sigmoid.
func (e *Engine) SigmoidGrad(dx, dy, y []float32) {
	e.pairs("SigmoidGrad", e.level.sigmoidGrad, dx, dy, y)
}

// Mish computes y = x·tanh(softplus(x)) from one exponential.
func (e *Engine) Mish(y, x []float32) { e.each("Mish", e.level.mish, y, x) }

// MishSlope computes dx = dy·f'(x), f being Mish, from one exponential.
func (e *Engine) MishSlope(dx, dy, x []float32) { e.pairs("MishSlope", e.level.mishSlope, dx, dy, x) }

// MishGrad computes the same with the bits that models have been trained with for longer.
func (e *Engine) MishGrad(dx, dy, x []float32) { e.pairs("MishGrad", e.level.mishGrad, dx, dy, x) }

// SiLUGrad computes dx = dy·f'(x), f(x) being x·σ(x).
func (e *Engine) SiLUGrad(dx, dy, x []float32) { e.pairs("SiLUGrad", e.level.siluGrad, dx, dy, x) }

// Mul computes dst = x·y.
func (e *Engine) Mul(dst, x, y []float32) { e.pairs("Mul", e.level.mul, dst, x, y) }

// Affine computes dst = a·x + b, the product rounded before the sum.
func (e *Engine) Affine(dst, x []float32, a, b float32) {
	check("Affine", "dst", len(dst), len(x))
	e.level.affine(dst, x, a, b)
}

// Blend computes dst = x + share·(y − x). Every operation is rounded.
func (e *Engine) Blend(dst, x, y, share []float32) {
	check("Blend", "dst", len(dst), len(x))
	check("Blend", "y", len(y), len(x))
	check("Blend", "share", len(share), len(x))
	e.level.blend(dst, x, y, share)
}

// AddProducts computes sum += x·y, the products rounded before the sums.
func (e *Engine) AddProducts(sum, x, y []float32) {
	check("AddProducts", "x", len(x), len(sum))
	check("AddProducts", "y", len(y), len(sum))
	e.level.addProducts(sum, x, y)
}

// AddSlopes computes sum += d·(x − y). Every operation is rounded.
func (e *Engine) AddSlopes(sum, d, x, y []float32) {
	check("AddSlopes", "d", len(d), len(sum))
	check("AddSlopes", "x", len(x), len(sum))
	check("AddSlopes", "y", len(y), len(sum))
	e.level.addSlopes(sum, d, x, y)
}

// Decay computes w −= w·share·lr. Every operation is rounded.
func (e *Engine) Decay(w []float32, share, lr float32) { e.level.decay(w, share, lr) }

// DropMask fills mask with 0 at a rate from 0 to 1, else with keep: word i of the stream
// decides on number i.
func (e *Engine) DropMask(mask []float32, s rng.Stream, rate float64, keep float32) {
	dropped := uint64(math.Round(rate * (1 << 32))) // of the 2³² values of a word
	if dropped == 0 {
		for i := range mask {
			mask[i] = keep
		}
		return
	}
	e.level.dropMask(mask, s, uint32(dropped-1), keep)
}

// Axpy computes y += alpha·x, the product rounded before the sum. With alpha
// −lr it is the update of plain gradient descent.
func (e *Engine) Axpy(alpha float32, x, y []float32) {
	check("Axpy", "y", len(y), len(x))
	if !e.divides(len(x)) {
		e.level.axpy(alpha, x, y)
		return
	}
	e.vector = vector{kind: updateAxpy, level: e.level, a: y, b: x, s: [4]float32{alpha}}
	e.share(len(x))
}

// Momentum is Keras's SGD with momentum mu: m = mu·m − lr·g, then w += m, or
// with nesterov w += mu·m − lr·g. Every operation is rounded.
func (e *Engine) Momentum(w, m, g []float32, lr, mu float32, nesterov bool) {
	check("Momentum", "m", len(m), len(w))
	check("Momentum", "g", len(g), len(w))
	f := e.level.momentum
	if nesterov {
		f = e.level.nesterov
	}
	if !e.divides(len(w)) {
		f(w, m, g, lr, mu)
		return
	}
	e.vector = vector{kind: updateMomentum, momentum: f, a: w, b: m, c: g, s: [4]float32{lr, mu}}
	e.share(len(w))
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
	if !e.divides(len(w)) {
		e.level.adam(w, m, v, g, alpha, oneMinusBeta1, oneMinusBeta2, eps)
		return
	}
	e.vector = vector{kind: updateAdam, level: e.level, a: w, b: m, c: v, d: g, s: [4]float32{alpha, oneMinusBeta1, oneMinusBeta2, eps}}
	e.share(len(w))
}

func (e *Engine) each(op string, f func(dst, src []float32), dst, src []float32) {
	check(op, "dst", len(dst), len(src))
	if !e.divides(len(src)) {
		f(dst, src)
		return
	}
	e.vector = vector{kind: mapOne, one: f, a: dst, b: src}
	e.share(len(src))
}

func (e *Engine) pairs(op string, f func(dx, dy, y []float32), dx, dy, y []float32) {
	check(op, "dx", len(dx), len(y))
	check(op, "dy", len(dy), len(y))
	if !e.divides(len(y)) {
		f(dx, dy, y)
		return
	}
	e.vector = vector{kind: mapTwo, two: f, a: dx, b: dy, c: y}
	e.share(len(y))
}

// unitLen is the number of elements in a unit of a vector.
const unitLen = 1 << 13

// divides reports whether a vector of n numbers is worth more than one thread.
func (e *Engine) divides(n int) bool { return e.threads > 1 && n >= 4*unitLen }

// share runs e.vector over n numbers on all threads.
func (e *Engine) share(n int) {
	e.pool.run(&e.vector, ceil(n, unitLen))
	e.vector = vector{}
}

// A vector is one call of a vector function, divided into units.
type vector struct {
	kind       vectorKind
	level      *level
	one        func(dst, src []float32)
	two        func(dx, dy, y []float32)
	momentum   func(w, m, g []float32, lr, mu float32)
	a, b, c, d []float32
	s          [4]float32

	rows       []int // of b, to gather
	cols, each int   // numbers in a row; rows in a unit
}

type vectorKind uint8

const (
	mapOne vectorKind = iota
	mapTwo
	updateAxpy
	updateMomentum
	updateAdam
	gatherRows
)

// unit computes unit i.
func (v *vector) unit(i int, _ *scratch) {
	if v.kind == gatherRows {
		from := i * v.each
		rows := v.rows[from:min(from+v.each, len(v.rows))]
		gather(v.a[from*v.cols:][:len(rows)*v.cols], v.b, v.cols, rows)
		return
	}
	lo := i * unitLen
	hi := min(lo+unitLen, len(v.a))
	switch v.kind {
	case mapOne:
		v.one(v.a[lo:hi], v.b[lo:hi])
	case mapTwo:
		v.two(v.a[lo:hi], v.b[lo:hi], v.c[lo:hi])
	case updateAxpy:
		v.level.axpy(v.s[0], v.b[lo:hi], v.a[lo:hi])
	case updateMomentum:
		v.momentum(v.a[lo:hi], v.b[lo:hi], v.c[lo:hi], v.s[0], v.s[1])
	case updateAdam:
		v.level.adam(v.a[lo:hi], v.b[lo:hi], v.c[lo:hi], v.d[lo:hi], v.s[0], v.s[1], v.s[2], v.s[3])
	}
}
