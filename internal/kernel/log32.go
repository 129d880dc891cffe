package kernel

import "math"

// logPoly is the minimax polynomial P of ln(1+f) = f − ½f² + f³·P(f) on
// √½ − 1 ≤ f ≤ √2 − 1, highest power first; relative error 2⁻²⁸·⁸.
var logPoly = [...]float32{0x1.1382d2p-4, -0x1.d5f7b4p-4, 0x1.e29aa4p-4, -0x1.fd55bcp-4, 0x1.23a17ap-3,
	-0x1.55566ap-3, 0x1.999e68p-3, -0x1.00000cp-2, 0x1.555556p-2}

const sqrt2 float32 = 1.4142135

// logParts returns ln(1+f) + k·ln 2 for f within the range of logPoly.
func logParts(f, k float32) float32 {
	q := logPoly[0]
	q = float32(q*f) + logPoly[1]
	q = float32(q*f) + logPoly[2]
	q = float32(q*f) + logPoly[3]
	q = float32(q*f) + logPoly[4]
	q = float32(q*f) + logPoly[5]
	q = float32(q*f) + logPoly[6]
	q = float32(q*f) + logPoly[7]
	q = float32(q*f) + logPoly[8]
	f2 := float32(f * f)
	y := float32(float32(f*f2) * q)
	y += float32(k * ln2Lo)
	y -= float32(0.5 * f2)
	y += f
	return y + float32(k*ln2Hi)
}

// Log32 returns the natural logarithm of x: −Inf at 0, NaN below.
func Log32(x float32) float32 {
	inf := float32(math.Inf(1))
	s, k := x, float32(0)
	if x < 0x1p-126 { // denormal: bring it into the normal range
		s, k = x*0x1p24, -24
	}
	// Take the exponent such that √½ ≤ m < √2: subtracting the bits of √½
	// borrows from it exactly where the mantissa is below that of √½.
	const half = 0x3f3504f3 // bits of √½
	u := math.Float32bits(s) - half
	k += float32(int32(u) >> 23)
	m := math.Float32frombits(u&0x7fffff + half)
	y := logParts(m-1, k)
	if !(x < inf) { // +Inf and NaN
		y = x
	}
	if x < 0 {
		y = float32(math.NaN())
	}
	if x == 0 {
		y = -inf
	}
	return y
}

// Softplus32 returns ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|).
func Softplus32(x float32) float32 {
	p, n := expParts(clamp(-abs32(x), expMin, expMax))
	u := scale2(1+p, n)
	f, k := u, float32(0)
	if u > sqrt2-1 {
		f, k = (u-1)*0.5, 1 // ln(1+u) = ln 2 + ln(1 + (u−1)/2)
	}
	y := logParts(f, k)
	m := x
	if x < 0 {
		m = 0
	}
	return m + y
}
