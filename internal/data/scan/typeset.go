package scan

import (
	"unicode"
	"unicode/utf8"
)

// typewriter writes a number as a typewriter does that typesetters, spreadsheets and
// scripts of Asia write otherwise: U+2212 or a dash for minus, fullwidth digits, spaces
// that do not break around it, marks of direction. ok is false where nothing of the kind
// is in it.
func typewriter(to, cell []byte) (plain []byte, ok bool) {
	for i := 0; i < len(cell); {
		r, size := utf8.DecodeRune(cell[i:])
		i += size
		switch {
		case r < utf8.RuneSelf:
			to = append(to, byte(r))
			continue
		case r == '\u2212' || len(to) == 0 && (r == '\u2013' || r == '\u2010' || r == '\u2011' || r == '\ufe63' || r == '\uff0d'):
			to = append(to, '-')
		case r >= '\uff10' && r <= '\uff19':
			to = append(to, byte(r-'\uff10')+'0')
		case r == '\uff0e', r == '\uff0c', r == '\uff0b':
			to = append(to, byte(r-'\uff00'+' '))
		case unicode.Is(unicode.Cf, r):
		case unicode.IsSpace(r) && (len(to) == 0 || i == len(cell)):
		default:
			return nil, false
		}
		ok = true
	}
	return to, ok
}
