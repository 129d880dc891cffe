package kernel

import "math"

// erf64 returns the error function of x within 3 ulp.
func erf64(x float64) float64 {
	a := math.Abs(x)
	var y float64
	switch {
	case x != x:
		return x
	case a > 6: // erfc(6) < 2⁻⁵⁵
		y = 1
	case a > 1:
		y = 1 - erfcFraction(a)
	default:
		y = erfSeries(a)
	}
	return math.Copysign(y, x)
}

// expSquare returns e^(−x²), the rounding of x² made good.
func expSquare(x float64) float64 {
	h, l := twoProd(x, x)
	return exp64(-h, -l)
}

// erfSeries is 2/√π·e^(−x²)·Σ 2ⁿ·x^(2n+1)/(2n+1)!!, every term positive
// (Abramowitz and Stegun 7.1.6).
func erfSeries(x float64) float64 {
	const twoBySqrtPi = 1.12837916709551257389615890312154517
	x2 := 2 * float64(x*x)
	t, s, low := x, 0.0, 0.0 // s + low is the sum without its first term
	for n := 3.0; t > s*0x1p-60; n += 2 {
		t = float64(t*x2) / n
		var e float64
		s, e = twoSum(s, t)
		low += e
	}
	s, e := twoSum(x, s)
	s += e + low
	return float64(twoBySqrtPi * float64(expSquare(x)*s))
}

// erfcFraction is 1 − erf(x) by its continued fraction (7.1.14), good to 2⁻⁵⁰
// from 1 on, where erfc is small against erf.
func erfcFraction(x float64) float64 {
	const sqrtPi = 1.77245385090551602729816748334114518
	f := x
	terms := math.Ceil(40 + 500/float64(x*x)) // fewer, the larger x
	for n := terms; n > 0; n-- {
		f = x + 0.5*n/f
	}
	return expSquare(x) / float64(sqrtPi*f)
}
