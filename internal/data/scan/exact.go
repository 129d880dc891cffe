package scan

import (
	"math"
	"math/bits"
	"strconv"
)

// Float32 tells two decimal numbers apart where they differ by more than the distance
// of neighbouring float32. A number is called long where its last digit that is not 0
// counts no more than that distance: 1709280001 and 0.12345678 are long, 1709280000
// and 0.5000000000 are not. Numbers that are not long round to different float32, so
// each can be had from its own again (Widen); long ones need float64.

// shortMantissa is the least number of which, with a point somewhere in it, float32 may
// fall short: below 2²³ one unit is more than 2⁻²³ of the number.
const shortMantissa = 1 << 23

// leastNormal is the least float32 of full precision.
const leastNormal = 0x1p-126

// isLong reports whether mantissa · 10^exp, whose nearest float32 is v, is long.
func isLong(v float32, mantissa uint64, exp int) bool {
	if mantissa == 0 {
		return false
	}
	for mantissa%10 == 0 {
		mantissa /= 10
		exp++
	}
	power := math.Float32bits(v) & 0x7f800000
	switch {
	case power < math.Float32bits(leastNormal):
		return true
	case mantissa < shortMantissa:
		return false
	case exp >= 0 && exp < len(tens):
		whole := float64(mantissa) * tens[exp]
		return whole > 1<<24 && tens[exp] <= float64(math.Float32frombits(power))*0x1p-23
	case exp < 0 && exp > -len(tens):
		return 1 <= float64(math.Float32frombits(power))*0x1p-23*tens[-exp]
	}
	return true
}

// isLong reports whether the number, which was read as v, is long.
func (d decimal) isLong(v float32) bool { return d.long || isLong(v, d.mantissa, d.exp) }

// double returns the float64 nearest to the number that stands in a cell.
func (d decimal) double(cell []byte) float64 {
	var v float64
	switch {
	case d.long:
		v, _ = strconv.ParseFloat(string(cell), 64)
		return v
	case d.exp <= 0 && d.exp > -len(wholeTens):
		v = quotient(d.mantissa, -d.exp)
	case d.mantissa < 1<<53 && d.exp > -exactTens && d.exp < exactTens: // both are exact, so the result is the nearest (Clinger 1990)
		if v = float64(d.mantissa); d.exp < 0 {
			v /= tens[-d.exp]
		} else {
			v *= tens[d.exp]
		}
	default:
		v, _ = strconv.ParseFloat(string(cell), 64)
		return v
	}
	if d.negative {
		v = -v
	}
	return v
}

// exactTens is how many of the powers of ten are exact in float64, from 1 on.
const exactTens = 23

// wholeTens are the powers of ten that fit into 64 bits.
var wholeTens = [...]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19}

// quotient returns the float64 nearest to mantissa / 10^places.
func quotient(mantissa uint64, places int) float64 {
	if mantissa < 1<<53 {
		return float64(mantissa) / tens[places] // both are exact
	}
	// Both are shifted until their highest bit is set; then the quotient, times 2⁶³, has 63
	// or 64 bits. Its lowest bit stands for what remains, as float64 has eleven bits less.
	ten := wholeTens[places]
	up, down := bits.LeadingZeros64(mantissa), bits.LeadingZeros64(ten)
	mantissa <<= up
	q, rest := bits.Div64(mantissa>>1, mantissa<<63, ten<<down)
	if rest != 0 {
		q |= 1
	}
	return float64(q) * math.Float64frombits(uint64(1023-63-up+down)<<52)
}

// Widen returns the float64 nearest to the number that is not long and rounds to v: it
// is the shortest one that does.
func Widen(v float32) float64 {
	x := float64(v)
	if v != v || x == math.Trunc(x) && math.Abs(x) <= 1<<24 {
		return x
	}
	// The shortest number with a fraction is the first, by places, that rounds to v.
	if size := math.Abs(x); size > 0x1p-10 && size < 1<<24 {
		for places := 1; places <= 8; places++ {
			shifted := size * tens[places]
			whole := math.Floor(shifted + 0.5)
			y := whole / tens[places]
			if short, sure := narrow(y); sure && float64(short) != size {
				continue
			} else if !sure || math.Abs(shifted-whole) > 0.49 {
				break // which of two is nearer might be a matter of rounding
			}
			return math.Copysign(y, x)
		}
	}
	var room [32]byte
	cell := strconv.AppendFloat(room[:0], x, 'e', -1, 32)
	d, _ := scanDecimal(cell)
	return d.double(cell)
}
