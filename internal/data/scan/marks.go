package scan

import "unicode/utf8"

// Marks are what stands in numbers beside digits, signs and exponents. The zero Marks
// are those of the grammar of ParseNumber.
type Marks struct {
	Decimal   byte // before the fraction; 0: a point
	Thousands byte // between groups of digits; 0: none; ' ' stands for every kind of space
}

// Plain reports whether numbers are those of ParseNumber.
func (m Marks) Plain() bool { return m == Marks{} }

// Parse is ParseNumber for numbers with these marks. Groups of digits must be groups: up
// to three, then two or three, and three at the end.
func (m Marks) Parse(cell []byte) (float32, Verdict) {
	if m.Plain() {
		return ParseNumber(cell)
	}
	var room [64]byte
	plain, ok := m.plain(room[:0], cell)
	if !ok {
		return 0, NotNumber
	}
	return ParseNumber(plain)
}

// plain appends a number as ParseNumber reads it; ok is false where a mark stands in a
// place where it means nothing.
func (m Marks) plain(to, cell []byte) (plain []byte, ok bool) {
	decimal := m.Decimal
	if decimal == 0 {
		decimal = '.'
	}
	group, groups, whole := 0, 0, true // digits since the last mark, marks, before the fraction
	for i := 0; i < len(cell); {
		c, size := m.mark(cell[i:])
		switch {
		case c-'0' < 10:
			group++
			to = append(to, c)
		case whole && c == m.Thousands && m.Thousands != 0:
			if group == 0 || group > 3 || groups > 0 && group < 2 {
				return nil, false
			}
			groups++
			group = 0
		default:
			if whole && groups > 0 && group != 3 {
				return nil, false
			}
			if c == decimal {
				c = '.'
			} else if c == '.' {
				return nil, false
			}
			if c != '-' && c != '+' || i > 0 {
				whole = false
			}
			to = append(to, c)
		}
		i += size
	}
	return to, !(whole && groups > 0 && group != 3)
}

// mark returns the byte that text begins with, and its size. Spaces and apostrophes of
// typesetters are those of typewriters.
func (m Marks) mark(text []byte) (byte, int) {
	if text[0] < utf8.RuneSelf {
		return text[0], 1
	}
	switch r, size := utf8.DecodeRune(text); r {
	case '\u00a0', '\u202f', '\u2009':
		return ' ', size
	case '\u2019':
		return '\'', size
	default:
		return 0xff, size
	}
}
