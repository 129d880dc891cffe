package kernel

import "math"

// The scalar twins of the vector loops. Every line is one IEEE operation on
// float32 (a product is converted, so that no compiler fuses it with a sum),
// in the order the assembly has them: the bits agree.

const (
	expMax  float32 = 89   // e^89 overflows to +Inf
	expMin  float32 = -104 // e^-104 underflows to 0
	magic   float32 = 3 << 22
	magicU  uint32  = 0x4b400000 // bits of magic: x + magic − magic is x rounded to an integer
	log2e   float32 = 1.4426950408889634
	ln2Hi   float32 = 0.693359375 // 9 bits: n·ln2Hi is exact for every n that occurs
	ln2Lo   float32 = -2.12194440e-4
	expm1Lo float32 = -18 // e^-18 − 1 rounds to −1
)

// expPoly is the minimax polynomial P of e^r = 1 + (r + r²·P(r)) on
// |r| ≤ ½ ln 2, highest power first; relative error 2⁻²⁹·⁸ of e^r − 1.
var expPoly = [...]float32{0x1.9fbc16p-13, 0x1.6d4668p-10, 0x1.1111d2p-7, 0x1.5554eep-5, 0x1.555554p-3, 0.5}

// expParts splits e^x = 2ⁿ·(1 + p) with |p| ≤ √2 − 1 and n returned as an
// integer. x must be NaN or within [expMin, expMax].
func expParts(x float32) (p float32, n int32) {
	t := float32(x*log2e) + magic
	n = int32(math.Float32bits(t) - magicU)
	k := t - magic
	r := x - float32(k*ln2Hi)
	r -= float32(k * ln2Lo)
	q := expPoly[0]
	q = float32(q*r) + expPoly[1]
	q = float32(q*r) + expPoly[2]
	q = float32(q*r) + expPoly[3]
	q = float32(q*r) + expPoly[4]
	q = float32(q*r) + expPoly[5]
	return r + float32(float32(r*r)*q), n
}

// pow2 returns 2ⁿ for −126 ≤ n ≤ 127.
func pow2(n int32) float32 { return math.Float32frombits(uint32(n+127) << 23) }

// scale2 returns y·2ⁿ in two steps, so that n may run from −252 to 254; the
// second step rounds a denormal result, the first is exact.
func scale2(y float32, n int32) float32 {
	h := n >> 1
	return float32(y*pow2(h)) * pow2(n-h)
}

// clamp returns x within [lo, hi]; NaN stays NaN.
func clamp(x, lo, hi float32) float32 {
	if x > hi {
		x = hi
	}
	if x < lo {
		x = lo
	}
	return x
}

// withSign returns x ≥ 0 with the sign of s.
func withSign(x, s float32) float32 {
	return math.Float32frombits(math.Float32bits(x) | math.Float32bits(s)&(1<<31))
}

func abs32(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }

// Exp32 returns e^x.
func Exp32(x float32) float32 {
	p, n := expParts(clamp(x, expMin, expMax))
	return scale2(1+p, n)
}

// Expm132 returns e^x − 1, accurate near zero.
func Expm132(x float32) float32 {
	p, n := expParts(clamp(x, expm1Lo, expMax))
	// 2ⁿ·(1 + p) − 1 = 2ⁿ·(p + (1 − 2⁻ⁿ)). For n = 128, 2⁻ⁿ is denormal and
	// vanishes against 1, as 2⁻¹²⁶ does.
	m := -n
	if m < -126 {
		m = -126
	}
	y := scale2(p+(1-pow2(m)), n)
	return math.Float32frombits(math.Float32bits(y) | math.Float32bits(x)&(1<<31)) // −0 → −0
}

// tanhPoly is the minimax polynomial of (tanh(√t)/√t − 1)/t on t ≤ 0.625²,
// highest power first; relative error of tanh 2⁻²⁷.
var tanhPoly = [...]float32{-0x1.83e228p-8, 0x1.55ae02p-6, -0x1.b8dc6cp-5, 0x1.110cecp-3, -0x1.555556p-2}

// Tanh32 returns the hyperbolic tangent of x: a polynomial below 0.625, and
// 1 − 2/(e^2|x| + 1) above.
func Tanh32(x float32) float32 {
	a := abs32(x)
	t := float32(a * a)
	q := tanhPoly[0]
	q = float32(q*t) + tanhPoly[1]
	q = float32(q*t) + tanhPoly[2]
	q = float32(q*t) + tanhPoly[3]
	q = float32(q*t) + tanhPoly[4]
	small := a + float32(float32(a*t)*q)
	p, n := expParts(clamp(a+a, expMin, expMax))
	large := 1 - 2/(scale2(1+p, n)+1)
	if a < 0.625 {
		large = small
	}
	return withSign(large, x)
}

// Sigmoid32 returns 1/(1 + e^−x), with full relative accuracy for negative x
// down to the denormals.
func Sigmoid32(x float32) float32 {
	p, n := expParts(clamp(-abs32(x), expMin, expMax))
	e := scale2(1+p, n)
	num := float32(1)
	if x < 0 {
		num = e
	}
	return num / (1 + e)
}
