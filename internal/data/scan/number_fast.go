package scan

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// WordSlack is how many bytes after a text must be readable where numbers are
// looked for: leadingNumber reads eight bytes at a time, and begins to read no further on
// than 25 bytes from where it begins: sign, 15 digits, point, eight digits.
const WordSlack = 40

const (
	everyByte = 0x0101010101010101
	zeros     = '0' * everyByte
)

// leadingNumber parses the number that begins at offset i of b, as ParseNumber
// would, and returns where it ends. It knows only [-]digits[.digits] of up to
// 15 digits before the point and 19 in all, which is how nearly all numbers in
// tables are written; of anything else it returns false and leaves it to
// ParseNumber. Its digits without point and sign are a number too, of which so many
// stand after the point. What stands after the number is for the caller to look at.
func leadingNumber(b []byte, i int) (v float32, mantissa uint64, places, end int, ok bool) {
	minus := 0 // a number rather than a branch, which signs would mispredict
	if b[i] == '-' {
		minus = 1
	}
	i += minus
	word := binary.LittleEndian.Uint64(b[i:]) ^ zeros
	n := digits(word)
	mantissa = decimal8(word << (64 - 8*n))
	i += n
	if n == 8 {
		word = binary.LittleEndian.Uint64(b[i:]) ^ zeros
		more := digits(word)
		if more == 8 {
			return 0, 0, 0, i, false
		}
		mantissa = mantissa*tenTo[more] + decimal8(word<<(64-8*more))
		n += more
		i += more
	}
	if b[i] == '.' {
		i++
		word = binary.LittleEndian.Uint64(b[i:]) ^ zeros
		places = digits(word)
		mantissa = mantissa*tenTo[places] + decimal8(word<<(64-8*places))
		if places == 8 {
			word = binary.LittleEndian.Uint64(b[i+8:]) ^ zeros
			more := digits(word)
			if n+8+more > 19 || more == 8 && b[i+16]-'0' < 10 {
				return 0, 0, 0, i, false
			}
			mantissa = mantissa*tenTo[more] + decimal8(word<<(64-8*more))
			places += more
		}
		i += places
	}
	if n+places == 0 || n+places > 19 {
		return 0, 0, 0, i, false
	}
	x := float64(mantissa) * tenths[places]
	v, ok = narrow(math.Float64frombits(math.Float64bits(x) ^ uint64(minus)<<63))
	return v, mantissa, places, i, ok
}

// tenTo are the powers of ten that shift a mantissa by up to eight digits.
var tenTo = [...]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8}

// tenths are the inverse powers of ten, each rounded to the nearest float64.
// Multiplying by one is as good as dividing here: narrow allows for the rounding.
var tenths = [...]float64{1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10,
	1e-11, 1e-12, 1e-13, 1e-14, 1e-15, 1e-16, 1e-17, 1e-18, 1e-19}

// digits counts the decimal digits, up to 8, at the beginning of a word that was
// xor'ed with zeros: a digit is then a byte below 10.
func digits(word uint64) int {
	const low7 = 0x7f * everyByte
	other := (word&low7 + (0x80-10)*everyByte | word) &^ low7 // the high bit of each byte that is no digit
	return bits.TrailingZeros64(other) / 8
}

// decimal8 returns the value of eight digits, the first in the lowest byte, each
// a byte from 0 to 9: neighbours are joined to twos, then fours, then all eight.
func decimal8(word uint64) uint64 {
	word = word*10 + word>>8
	const pair = 0x000000ff000000ff
	return ((word&pair)*(100+1000000<<32) + (word>>16&pair)*(1+10000<<32)) >> 32
}
