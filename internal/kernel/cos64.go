package kernel

import "math"

// halfPi splits π/2 into three parts of 33 bits and less, so that n·part is
// exact for the first two up to |n| < 2²⁰.
const (
	halfPi1 = 0x1.921fb54400000p+0
	halfPi2 = 0x1.0b4611a600000p-34
	halfPi3 = 0x1.3198a2e037073p-69
)

// Cos64 returns the cosine of x within 1 ulp for |x| ≤ 10⁶; beyond, the angle
// itself loses digits, but the result is the same on every machine.
func Cos64(x float64) float64 {
	if x != x || math.IsInf(x, 0) {
		return math.NaN()
	}
	if math.Abs(x) > 1e6 {
		x = math.Mod(x, 2*math.Pi)
	}
	n := math.RoundToEven(float64(x * (2 / math.Pi)))
	a, al := twoSum(x, -float64(n*halfPi1))
	b, bl := twoSum(a, -float64(n*halfPi2))
	lo := (al + bl) - float64(n*halfPi3)
	r := b + lo
	lo = (b - r) + lo
	switch int64(n) & 3 {
	case 0:
		return cosPoly(r, lo)
	case 1:
		return -sinPoly(r, lo)
	case 2:
		return -cosPoly(r, lo)
	}
	return sinPoly(r, lo)
}

// cosPoly is cos(r + lo) for |r| ≤ π/4: the Taylor series, its error 2⁻⁶³.
func cosPoly(r, lo float64) float64 {
	z := float64(r * r)
	q := 1.0 / 20922789888000
	for _, f := range [...]float64{-1. / 87178291200, 1. / 479001600, -1. / 3628800, 1. / 40320, -1. / 720, 1. / 24} {
		q = float64(q*z) + f
	}
	h := 0.5 * z
	w := 1 - h
	return w + (((1 - w) - h) + (float64(float64(z*z)*q) - float64(r*lo)))
}

// sinPoly is sin(r + lo) for |r| ≤ π/4.
func sinPoly(r, lo float64) float64 {
	z := float64(r * r)
	q := -1.0 / 1307674368000
	for _, f := range [...]float64{1. / 6227020800, -1. / 39916800, 1. / 362880, -1. / 5040, 1. / 120, -1. / 6} {
		q = float64(q*z) + f
	}
	return r + (float64(float64(r*z)*q) + (lo - float64(lo*float64(0.5*z))))
}
