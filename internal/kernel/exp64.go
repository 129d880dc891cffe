package kernel

import "math"

// The float64 functions serve losses, metrics and schedules. math.Exp and its
// kin change their last bits with the CPU; these use only operations that are
// rounded once everywhere, each product converted so that it is never fused.

const (
	ln2Hi64 = 0x1.62e42fee00000p-1  // 33 bits: n·ln2Hi64 is exact for |n| < 2²⁰
	ln2Lo64 = 0x1.a39ef35793c76p-33 // ln 2 − ln2Hi64
)

// invFact holds 1/k! from k = 14 down to 2: on |r| ≤ ½ ln 2 the Taylor series
// of e^r ends there with an error of 2⁻⁶².
var invFact = [...]float64{1. / 87178291200, 1. / 6227020800, 1. / 479001600, 1. / 39916800, 1. / 3628800,
	1. / 362880, 1. / 40320, 1. / 5040, 1. / 720, 1. / 120, 1. / 24, 1. / 6, 1. / 2}

// expParts64 returns n and p with e^(x+lo) = 2ⁿ·(1 + p), |p| ≤ √2 − 1. lo is a
// correction to x far below its last bit, or 0.
func expParts64(x, lo float64) (p float64, n int) {
	k := math.RoundToEven(float64(x * math.Log2E))
	hi := x - float64(k*ln2Hi64)
	c := float64(k*ln2Lo64) - lo
	r := hi - c
	c = (hi - r) - c // what the rounding of r lost
	q := invFact[0]
	for _, f := range invFact[1:] {
		q = float64(q*r) + f
	}
	q = float64(float64(r*r) * q)
	return r + (q + (c + float64(c*r))), int(k)
}

// Exp64 returns e^x within 1 ulp.
func Exp64(x float64) float64 { return exp64(x, 0) }

func exp64(x, lo float64) float64 {
	switch {
	case x != x:
		return x
	case x > 710:
		return math.Inf(1)
	case x < -746:
		return 0
	}
	p, n := expParts64(x, lo)
	return math.Ldexp(1+p, n)
}

// Expm164 returns e^x − 1 within 2 ulp, accurate near zero.
func Expm164(x float64) float64 {
	switch {
	case x != x || x == 0:
		return x
	case x > 710:
		return math.Inf(1)
	case x < -40:
		return -1
	}
	p, n := expParts64(x, 0)
	// 2ⁿ·(p + (1 − 2⁻ⁿ)): the bracket is exact for |n| ≤ 53.
	return math.Ldexp(p+(1-math.Ldexp(1, -n)), n)
}

// Tanh64 returns the hyperbolic tangent of x within 2 ulp.
func Tanh64(x float64) float64 {
	a := math.Abs(x)
	var y float64
	switch {
	case x != x:
		return x
	case a > 20: // 1 − tanh < 2⁻⁵⁶
		y = 1
	case a >= 0.5:
		y = 1 - 2/(Expm164(2*a)+2)
	default:
		e := Expm164(2 * a)
		y = e / (e + 2)
	}
	return math.Copysign(y, x)
}
