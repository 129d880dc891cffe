package config

import (
	"errors"
	"unicode/utf8"

	"mlp/internal/spec"
)

// maxExcerpt is the longest line that an excerpt shows, in characters.
const maxExcerpt = 160

// Annotate gives the problems that stand in the file called name the line they
// are about.
func Annotate(err error, name string, text []byte) {
	var problems spec.Problems
	var one *spec.Problem
	switch {
	case err == nil:
		return
	case errors.As(err, &problems):
	case errors.As(err, &one):
		problems = spec.Problems{one}
	}
	var all []string
	for _, p := range problems {
		if p.Pos.File != name || p.Pos.Line == 0 || p.Excerpt != "" {
			continue
		}
		if all == nil {
			all = lines(text)
		}
		if p.Pos.Line > len(all) {
			continue
		}
		line := all[p.Pos.Line-1]
		if utf8.RuneCountInString(line) > maxExcerpt {
			line = string([]rune(line)[:maxExcerpt])
		}
		if p.Pos.Col <= utf8.RuneCountInString(line)+1 {
			p.Excerpt = line
		}
	}
}

// lines cuts text where the YAML parser sees a line end: besides \n also \r,
// \r\n and the three breaks of Unicode. It knows nothing of a byte order mark
// but that it takes no column.
func lines(text []byte) []string {
	s := string(text)
	if r, size := utf8.DecodeRuneInString(s); r == '\ufeff' {
		s = s[size:]
	}
	var all []string
	start := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !isBreak(r) {
			i += size
			continue
		}
		all = append(all, s[start:i])
		if r == '\r' && i+1 < len(s) && s[i+1] == '\n' {
			size = 2
		}
		i += size
		start = i
	}
	return append(all, s[start:])
}

func isBreak(r rune) bool {
	return r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029
}

// place returns the line and column of the byte at offset i of text.
func place(text []byte, i int) (line, col int) {
	before := lines(text[:i])
	last := before[len(before)-1]
	return len(before), utf8.RuneCountInString(last) + 1
}
