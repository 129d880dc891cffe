package kernel

import "math"

// atanhSeries holds 2/(2k+1) from k = 12 down to 1: ln((1+s)/(1−s)) is
// 2s + Σ 2/(2k+1)·s^(2k+1), and s² ≤ 0.0295 leaves an error of 2⁻⁶⁹.
var atanhSeries = [...]float64{2. / 25, 2. / 23, 2. / 21, 2. / 19, 2. / 17, 2. / 15, 2. / 13, 2. / 11, 2. / 9, 2. / 7, 2. / 5, 2. / 3}

// logParts64 returns ln(1 + f + c) + k·ln 2 for √½ ≤ 1+f < √2, where c is what
// the rounding of f lost.
func logParts64(f, c, k float64) float64 {
	s := f / (2 + f)
	z := float64(s * s)
	r := atanhSeries[0]
	for _, a := range atanhSeries[1:] {
		r = float64(r*z) + a
	}
	r = float64(r * z)
	h := float64(0.5 * float64(f*f))
	// 2s + s·r = f − (h − s·(h + r)), since 2s = f − s·f and s·f = h − s·h.
	return float64(k*ln2Hi64) - ((h - (float64(s*(h+r)) + (float64(k*ln2Lo64) + c))) - f)
}

// split returns m and k with x = m·2ᵏ and √½ ≤ m < √2.
func split(x float64) (m float64, k int) {
	m, k = math.Frexp(x)
	if m < math.Sqrt2/2 {
		m *= 2
		k--
	}
	return m, k
}

// Log64 returns the natural logarithm of x within 1 ulp.
func Log64(x float64) float64 {
	switch {
	case x != x || x > math.MaxFloat64:
		return x
	case x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	}
	m, k := split(x)
	return logParts64(m-1, 0, float64(k))
}

// Log1p64 returns ln(1 + x) within 1 ulp, accurate near zero.
func Log1p64(x float64) float64 {
	switch {
	case x != x || x > math.MaxFloat64 || x == 0:
		return x
	case x < -1:
		return math.NaN()
	case x == -1:
		return math.Inf(-1)
	case x > math.Sqrt2/2-1 && x < math.Sqrt2-1:
		return logParts64(x, 0, 0)
	}
	u := 1 + x
	c := (1 - u) + x // 1 + x = u + c
	if x > 1 {
		c = (x - u) + 1
	}
	m, k := split(u)
	return logParts64(m-1, c/u, float64(k))
}

// twoSum returns s + e = a + b exactly, s the rounded sum.
func twoSum(a, b float64) (s, e float64) {
	s = a + b
	t := s - a
	return s, (a - (s - t)) + (b - t)
}

// twoProd returns p + e = a·b exactly, p the rounded product.
func twoProd(a, b float64) (p, e float64) {
	p = float64(a * b)
	return p, math.FMA(a, b, -p)
}

// logDouble returns hi + lo = ln x to about 2⁻⁶⁵ of its size, for finite x > 0.
func logDouble(x float64) (hi, lo float64) {
	m, k := split(x)
	f := m - 1 // exact
	d, dl := twoSum(m, 1)
	s := f / d
	sl := (math.FMA(-s, d, f) - float64(s*dl)) / d // (f − s·(d + dl))/d
	z, zl := twoProd(s, s)
	zl += 2 * float64(s*sl)
	r := atanhSeries[0]
	for _, a := range atanhSeries[1 : len(atanhSeries)-1] {
		r = float64(r*z) + a
	}
	r = float64(r * z) // 2/5·s² + …
	const thirdLo = 2./3 - 0x1.5555555555555p-1
	a, al := twoSum(0x1.5555555555555p-1, r)
	al += thirdLo
	b, bl := twoProd(a, z) // (2/3 + …)·s²
	bl += float64(a*zl) + float64(al*z)
	c, cl := twoSum(2, b)
	cl += bl
	y, yl := twoProd(c, s)
	yl += float64(c*sl) + float64(cl*s)
	kh := float64(float64(k) * ln2Hi64)
	hi, lo = twoSum(kh, y)
	lo += yl + float64(float64(k)*ln2Lo64)
	return twoSum(hi, lo)
}
