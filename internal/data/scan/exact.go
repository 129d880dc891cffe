package scan

import (
	"math"
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
	bits := math.Float32bits(v) & 0x7f800000
	switch {
	case bits < math.Float32bits(leastNormal):
		return true
	case mantissa < shortMantissa:
		return false
	case exp >= 0 && exp < len(tens):
		whole := float64(mantissa) * tens[exp]
		return whole > 1<<24 && tens[exp] <= float64(math.Float32frombits(bits))*0x1p-23
	case exp < 0 && exp > -len(tens):
		return 1 <= float64(math.Float32frombits(bits))*0x1p-23*tens[-exp]
	}
	return true
}

// Long reports whether a number that was read with these marks as v is long.
func (m Marks) Long(cell []byte, v float32) bool {
	if size := max(v, -v); len(cell) <= 6 && (size >= leastNormal || size == 0 && zero(cell)) {
		return false // so few characters are no more than six digits
	}
	var room [64]byte
	if !m.Plain() {
		cell, _ = m.plain(room[:0], cell)
	}
	d, _ := scanDecimal(cell)
	return d.long || isLong(v, d.mantissa, d.exp)
}

// zero reports whether no digit of a number is other than 0.
func zero(cell []byte) bool {
	for _, c := range cell {
		if c|0x20 == 'e' {
			break
		}
		if c-'1' < 9 {
			return false
		}
	}
	return true
}

// Exact returns the float64 nearest to the value of a cell that is known to be a number
// with these marks.
func (m Marks) Exact(cell []byte) float64 {
	var room [64]byte
	if !m.Plain() {
		cell, _ = m.plain(room[:0], cell)
	}
	d, _ := scanDecimal(cell)
	if v := float64(d.mantissa); !d.long && d.mantissa < 1<<53 && d.exp > -23 && d.exp < 23 {
		if d.negative {
			v = -v
		}
		if d.exp < 0 { // both are exact, so the quotient is the nearest (Clinger 1990)
			return v / tens[-d.exp]
		}
		return v * tens[d.exp]
	}
	v, _ := strconv.ParseFloat(string(cell), 64)
	return v
}

// Widen returns the float64 nearest to the number that is not long and rounds to v: it
// is the shortest one that does.
func Widen(v float32) float64 {
	x := float64(v)
	if v != v || x == math.Trunc(x) && math.Abs(x) <= 1<<24 {
		return x
	}
	var room [32]byte
	return Marks{}.Exact(strconv.AppendFloat(room[:0], x, 'e', -1, 32))
}
