package scan

import (
	"math"
	"strconv"

	"mlp/internal/problem"
)

// A cell is a number when it reads [+-]digits[.digits][e[+-]digits], with at
// least one digit before or after the point. No infinity, no NaN, no
// hexadecimal, no underscores, no decimal comma, no digits of other scripts.

// A Verdict is what parsing a cell as a number comes to.
type Verdict uint8

const (
	IsNumber Verdict = iota
	NotNumber
	TooLarge // a number, but beyond the range of float32
)

// tens are the powers of ten, each rounded to the nearest float64; up to 1e22
// they are exact.
var tens = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
	1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22, 1e23, 1e24, 1e25, 1e26, 1e27, 1e28, 1e29, 1e30, 1e31, 1e32, 1e33,
	1e34, 1e35, 1e36, 1e37, 1e38, 1e39, 1e40, 1e41, 1e42, 1e43, 1e44, 1e45, 1e46, 1e47, 1e48, 1e49, 1e50, 1e51,
	1e52, 1e53, 1e54, 1e55, 1e56, 1e57, 1e58, 1e59, 1e60, 1e61, 1e62, 1e63, 1e64}

// ParseNumber returns the float32 nearest to the cell's decimal value: what
// strconv.ParseFloat(s, 32) gives.
func ParseNumber(cell []byte) (float32, Verdict) {
	d, ok := scanDecimal(cell)
	if !ok {
		return 0, NotNumber
	}
	return d.single(cell)
}

// single returns the float32 nearest to the number that stands in a cell.
func (d decimal) single(cell []byte) (float32, Verdict) {
	if !d.long && d.exp > -len(tens) && d.exp < len(tens) {
		v := float64(d.mantissa)
		if d.exp < 0 {
			v /= tens[-d.exp]
		} else {
			v *= tens[d.exp]
		}
		if d.negative {
			v = -v
		}
		if f, sure := narrow(v); sure {
			return f, IsNumber
		}
	}
	v, err := strconv.ParseFloat(string(cell), 32)
	if err != nil {
		return 0, TooLarge // the grammar has been checked: only the range is left
	}
	return float32(v), IsNumber
}

// narrow rounds v to float32. v is a product or quotient of an integer and a
// power of ten, each rounded once and the result once more: it lies less than
// 3·2⁻⁵³ of itself, so less than 4 units in its last place, from the decimal
// value. Rounding it gives the float32 nearest to that value unless the middle
// between two float32 lies within those units, or the result is subnormal or out
// of range; then sure is false. (Clinger 1990 has the case without any error.)
func narrow(v float64) (f float32, sure bool) {
	// The 29 bits that a float32 has less; the middle is their highest bit alone.
	const rest, low, high = 1<<29 - 1, 1<<28 - 4, 1<<28 + 4
	bits := math.Float64bits(v)
	if tail := bits & rest; tail-low <= high-low {
		return 0, false
	}
	// From the smallest normal float32 to just below the largest one.
	const least, most = 0x3810 << 48, 0x47ef << 48
	if size := bits &^ (1 << 63); size-least >= most-least && size != 0 {
		return 0, false
	}
	return float32(v), true
}

// A decimal is mantissa · 10^exp.
type decimal struct {
	mantissa uint64
	exp      int
	negative bool
	long     bool // more digits than mantissa holds
}

// scanDecimal checks the grammar and collects up to 19 digits.
func scanDecimal(s []byte) (d decimal, ok bool) {
	i := 0
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		d.negative = s[i] == '-'
		i++
	}
	digits, first := 0, i
	for ; i < len(s) && s[i]-'0' < 10; i++ {
		d.mantissa = d.mantissa*10 + uint64(s[i]-'0')
	}
	digits = i - first
	if i < len(s) && s[i] == '.' {
		i++
		point := i
		for ; i < len(s) && s[i]-'0' < 10; i++ {
			d.mantissa = d.mantissa*10 + uint64(s[i]-'0')
		}
		d.exp = point - i
		digits += i - point
	}
	if digits == 0 {
		return d, false
	}
	d.long = digits > 19 // the mantissa may have wrapped around
	if i < len(s) && s[i]|0x20 == 'e' {
		i++
		minus := false
		if i < len(s) && (s[i] == '-' || s[i] == '+') {
			minus = s[i] == '-'
			i++
		}
		e, start := 0, i
		for ; i < len(s) && s[i]-'0' < 10; i++ {
			e = min(e*10+int(s[i]-'0'), 1<<20)
		}
		if i == start {
			return d, false
		}
		if minus {
			e = -e
		}
		d.exp += e
	}
	return d, i == len(s)
}

// Number parses text that is known to be short-lived or rare.
func Number(s string) (float32, Verdict) { return ParseNumber([]byte(s)) }

// LooksLikeDecimalComma reports whether a cell is a number but for commas:
// 1,5 or 1.234,5 or 1,234,567.
func LooksLikeDecimalComma(s string) bool {
	plain := make([]byte, 0, len(s))
	commas := 0
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == ',':
			commas++
			if i == 0 || s[i-1]-'0' >= 10 || i+1 == len(s) || s[i+1]-'0' >= 10 {
				return false
			}
		case s[i] != '.':
			plain = append(plain, s[i])
		}
	}
	_, v := ParseNumber(plain)
	return commas > 0 && v != NotNumber
}

// WhyNotNumber explains to a person why a cell was not taken as a number.
func WhyNotNumber(s string) (msg, hint string) {
	if _, v := Number(s); v == TooLarge {
		return strconv.Quote(problem.Clip(s)) + " is too large for a 32-bit number",
			"the largest is 3.4e38; rescale the column, or list the cell in na_values"
	}
	hint = "correct it, list it in na_values, or declare the column `type: categorical` under `columns:`"
	if LooksLikeDecimalComma(s) {
		hint = "numbers are written with a decimal point and no thousands separators: 1234.5"
	} else if _, err := strconv.ParseFloat(s, 64); err == nil {
		hint = "only plain decimal numbers count (no inf, hexadecimal or underscores); list it in na_values if it means missing"
	}
	return strconv.Quote(problem.Clip(s)) + " is not a number", hint
}
