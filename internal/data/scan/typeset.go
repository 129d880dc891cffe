package scan

import (
	"unicode"
	"unicode/utf8"
)

// Typed returns what a typewriter has for a sign of typesetters, spreadsheets and scripts
// of Asia: a hyphen for U+2212, a blank for every kind of space, the plain form of a
// fullwidth one; −1 for marks of direction, which are not to be seen.
func Typed(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		return r
	case r == '\u2212', r == '\ufe63':
		return '-'
	case r >= '\uff01' && r <= '\uff5e':
		return r - '\uff01' + '!'
	case unicode.IsSpace(r):
		return ' '
	case unicode.Is(unicode.Cf, r):
		return -1
	}
	return r
}

// typewriter writes a number as a typewriter does, without spaces around it; a dash
// before it is a minus. ok is false where nothing of the kind is in it.
func typewriter(to, cell []byte) (plain []byte, ok bool) {
	for i := 0; i < len(cell); {
		r, size := utf8.DecodeRune(cell[i:])
		i += size
		typed := Typed(r)
		if len(to) == 0 && (r == '\u2013' || r == '\u2010' || r == '\u2011') {
			typed = '-'
		}
		switch {
		case typed == r && r < utf8.RuneSelf:
			to = append(to, byte(r))
			continue
		case typed < 0, typed == ' ' && (len(to) == 0 || i == len(cell)):
		case typed < utf8.RuneSelf && typed != ' ':
			to = append(to, byte(typed))
		default:
			return nil, false
		}
		ok = true
	}
	return to, ok
}
