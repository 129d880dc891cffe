package config

import (
	"unicode/utf8"

	"mlp/internal/problem"
)

// maxExcerpt is how much of a line an excerpt shows, in characters.
const maxExcerpt = 160

// Annotate gives the problems that stand in the file called name the line they
// are about, unless that is too far along a very long line.
func Annotate(err error, name string, text []byte) {
	var all []span
	for _, p := range problem.Of(err) {
		if p.Pos.File != name || p.Pos.Line == 0 || p.Excerpt != "" {
			continue
		}
		if all == nil {
			all = spans(text)
		}
		if p.Pos.Line > len(all) {
			continue // the text is not that of the file
		}
		line := []rune(string(text[all[p.Pos.Line-1].start:all[p.Pos.Line-1].end]))
		if p.Pos.Col <= min(len(line), maxExcerpt)+1 {
			p.Excerpt = string(line[:min(len(line), maxExcerpt)])
		}
	}
}

// A span is a line of a text as offsets, without its end.
type span struct{ start, end int }

// spans cuts text where the YAML parser sees a line end: besides \n also at \r,
// \r\n and the three breaks of Unicode. A byte order mark is no part of its
// line, and an empty text has one line.
func spans(text []byte) []span {
	var all []span
	i := 0
	if r, size := utf8.DecodeRune(text); r == '\ufeff' {
		i = size
	}
	start := i
	for i < len(text) {
		r, size := utf8.DecodeRune(text[i:])
		if !isBreak(r) {
			i += size
			continue
		}
		all = append(all, span{start, i})
		if r == '\r' && i+1 < len(text) && text[i+1] == '\n' {
			size = 2
		}
		i += size
		start = i
	}
	return append(all, span{start, len(text)})
}

func isBreak(r rune) bool {
	return r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029
}

// place returns the line and column of the byte at offset i of text, which has
// no byte order mark.
func place(text []byte, i int) (line, col int) {
	before := spans(text[:i])
	last := before[len(before)-1]
	return len(before), utf8.RuneCount(text[last.start:i]) + 1
}
