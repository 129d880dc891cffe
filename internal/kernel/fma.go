package kernel

import "math"

// FMA returns a·b + c rounded once to float32, on every machine: the operation
// every product here is made of. The special cases are those of IEEE 754.
//
// The product of two float32 is exact in float64 (48 bits of 53). The sum s is
// rounded there once, and its conversion to float32 a second time. That goes
// wrong only where s lands exactly between two neighbouring float32, for then
// the conversion no longer knows on which side the true sum lay; fmaOdd does.
func FMA(a, b, c float32) float32 {
	p := float64(a) * float64(b)
	s := p + float64(c)
	u := math.Float64bits(s)
	// The low 29 bits do not fit a float32; half of their range is a tie.
	// Below 2⁻¹²⁶ (exponent field 897) float32 has fewer bits than that.
	if u&(1<<29-1) != 1<<28 && u>>52&0x7ff >= 897 {
		return float32(s)
	}
	return fmaOdd(p, float64(c), s)
}

// fmaOdd rounds p + c to float32, given s, their sum rounded to float64: if s
// is not exact its last bit is made odd, away from every tie (Boldo and
// Melquiond, "Emulation of FMA and correctly rounded sums", 2008).
func fmaOdd(p, c, s float64) float32 {
	if math.IsInf(s, 0) || s != s {
		return float32(s)
	}
	cc := s - p // TwoSum: s + e = p + c exactly
	pp := s - cc
	e := (p - pp) + (c - cc)
	u := math.Float64bits(s)
	if e != 0 && u&1 == 0 {
		if (e > 0) == (s > 0) {
			u++
		} else {
			u--
		}
	}
	return float32(math.Float64frombits(u))
}
