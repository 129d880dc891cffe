package kernel

import "math"

// SinCosTurns computes sin = sin 2πx and cos = cos 2πx. Whole turns fall away without
// a rounding, so the angle may be of any size; within 1e-7 of the exact value.
func (e *Engine) SinCosTurns(sin, cos, x []float32) {
	e.pairs("SinCosTurns", e.level.sinCosTurns, sin, cos, x)
}

func sinCosTurns(sin, cos, x []float32) {
	sin, cos = sin[:len(x)], cos[:len(x)]
	for i, v := range x {
		sin[i], cos[i] = SinCosTurns32(v)
	}
}

// wholeTurns and more have no fraction that 0x1.8p23 could round to a quarter.
const wholeTurns = 1 << 20

// SinCosTurns32 returns the sine and the cosine of 2πx. Both are polynomials of what is
// left when the nearest quarter turn is taken away; the quarter says which of them is
// which, and their signs. There are no branches that depend on the angle.
func SinCosTurns32(x float32) (sin, cos float32) {
	if !(abs32(x) < wholeTurns) {
		x = float32(math.Mod(float64(x), 1)) // exact; NaN of infinity
	}
	const shift = 0x1.8p23 // added, it leaves the nearest integer in the last bits
	n := float32(4*x) + shift
	quarter := math.Float32bits(n)
	r := x - 0.25*(n-shift) // exact: within ± 1/8
	z := float32(r * r)
	// 2π, −(2π)³/3!, (2π)⁵/5!, …: the series of Taylor, cut at 2⁻²⁷
	s := float32(z*42.05869394489765) - 76.70585975306136
	s = float32(s*z) + 81.60524927607504
	s = float32(s*z) - 41.34170224039976
	s = float32(s*z) + 6.283185307179586
	s = float32(s * r)
	c := float32(z*-26.42625678337438) + 60.24464137187666
	c = float32(c*z) - 85.45681720669373
	c = float32(c*z) + 64.93939402266829
	c = float32(c*z) - 19.739208802178716
	c = float32(c*z) + 1
	sb, cb := math.Float32bits(s), math.Float32bits(c)
	swap := (sb ^ cb) & -(quarter & 1)
	return math.Float32frombits(sb ^ swap ^ (quarter&2)<<30), math.Float32frombits(cb ^ swap ^ ((quarter+1)&2)<<30)
}
