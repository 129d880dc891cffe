package kernel

import "math"

// Pow64 returns x^y within 1 ulp; the special cases are those of math.Pow.
func Pow64(x, y float64) float64 {
	switch {
	case y == 0 || x == 1:
		return 1
	case x != x || y != y:
		return math.NaN()
	case math.IsInf(y, 0):
		return powInf(x, y)
	}
	odd := math.Abs(y) < 1<<53 && math.Mod(y, 2) != 0 && y == math.Trunc(y)
	sign := 1.0
	if math.Signbit(x) && odd {
		sign = -1
	}
	a := math.Abs(x)
	switch {
	case a == 0 || a > math.MaxFloat64:
		if (a == 0) == (y < 0) {
			return math.Copysign(math.Inf(1), sign)
		}
		return math.Copysign(0, sign)
	case x < 0 && y != math.Trunc(y):
		return math.NaN()
	case a == 1:
		return sign
	}
	hi, lo := logDouble(a)
	p, e := twoProd(hi, y)
	switch {
	case p > 710:
		return math.Copysign(math.Inf(1), sign)
	case p < -746:
		return math.Copysign(0, sign)
	}
	return math.Copysign(exp64(p, e+float64(lo*y)), sign)
}

// powInf is x^±Inf.
func powInf(x, y float64) float64 {
	a := math.Abs(x)
	switch {
	case a == 1:
		return 1
	case (a > 1) == (y > 0):
		return math.Inf(1)
	}
	return 0
}
