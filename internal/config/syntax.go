package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"mlp/internal/problem"
)

// The parser names at most a line, often that of the enclosing map, and never a
// column. But it says the same of every beginning of the text that holds the
// mistake, so the shortest such beginning ends at it.

// maxRetry bounds the bytes parsed to find the place of a mistake; beyond it
// the place is only roughly right.
const maxRetry = 1 << 20

// syntaxProblem says what is wrong with text, of which the parser said err.
func syntaxProblem(text []byte, err error, at func(line, col int) problem.Pos) *problem.Problem {
	var second errSecond
	if errors.As(err, &second) {
		p := problemAt(at(second.line, second.col), "%v", err)
		p.Hint = "a spec is one YAML document; remove this `---` and what follows it"
		return p
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	said := complaint(err)
	if strings.Contains(said, "max depth") {
		return problemAt(at(place(text, readUntil(text))), "nested deeper than %d levels", maxDepth)
	}
	line, before := mistake(text, said)
	start := spans(text)[line-1].start
	end := spans(text)[line-1].end
	m := explain(said, string(text[start:end]), string(text[start:before]))
	p := problemAt(at(line, m.col), "%s", m.msg)
	p.Hint = m.hint
	return p
}

// complaint returns what the parser said, without its name and its line.
func complaint(err error) string {
	if err == nil {
		return ""
	}
	return parserPrefix.ReplaceAllString(err.Error(), "")
}

var parserPrefix = regexp.MustCompile(`^yaml: (line \d+: )?`)

// mistake returns the line of the mistake that the parser calls said, and the
// offset at which the shortest beginning of text ends that has it.
func mistake(text []byte, said string) (line, end int) {
	spent := 0
	same := func(end int) bool {
		spent += end
		if spent > maxRetry {
			return false
		}
		_, err := document(bytes.NewReader(text[:end]))
		return complaint(err) == said || unfinished(said) && unfinished(complaint(err))
	}
	all := spans(text)
	line, _ = place(text, readUntil(text))
	for line > 1 && same(all[line-2].end) {
		line--
	}
	start := all[line-1].start
	end = all[line-1].end
	for end > start {
		_, size := utf8.DecodeLastRune(text[start:end])
		if end-size == start || !same(end-size) {
			break
		}
		end -= size
	}
	return line, end
}

// unfinished reports whether the parser missed something inside brackets.
func unfinished(said string) bool {
	return strings.Contains(said, "did not find expected ',' or") || strings.Contains(said, "did not find expected node content")
}

// readUntil returns how much of text the parser reads before it gives up.
func readUntil(text []byte) int {
	r := &byteReader{text: text}
	_, _ = document(r) // the error is known; what counts is how far it came
	return r.read
}

// byteReader hands out one byte at a time, so that no reader can read ahead.
type byteReader struct {
	text []byte
	read int
}

func (r *byteReader) Read(to []byte) (int, error) {
	if r.read == len(r.text) {
		return 0, io.EOF
	}
	to[0] = r.text[r.read]
	r.read++
	return 1, nil
}

// A meaning is a parser's complaint in the user's terms.
type meaning struct {
	col       int
	msg, hint string
}

// explain puts a complaint in the user's terms. line is the line of the mistake
// and before its part up to the mistake.
func explain(said, line, before string) meaning {
	last, _ := utf8.DecodeLastRuneInString(before)
	col := max(1, utf8.RuneCountInString(before))
	indent := line[:len(line)-len(strings.TrimLeftFunc(line, unicode.IsSpace))]
	if tab := strings.IndexByte(indent, '\t'); tab >= 0 {
		return meaning{tab + 1, "a tab in the indentation", "indent with spaces"}
	}
	has := func(part string) bool { return strings.Contains(said, part) }
	switch {
	case has("mapping values are not allowed"):
		return meaning{col, `a ":" has no place here`, "indent like the lines above, put a space after every key's colon, and put text that holds a colon in quotes"}
	case has("could not find expected ':'"):
		return meaning{1 + utf8.RuneCountInString(before[:1+strings.LastIndexByte(before, ' ')]), "this is no `key: value`",
			"a key is followed by a colon and a space, the dash of a list by a space"}
	case has("did not find expected key"), has("did not find expected '-' indicator"):
		return meaning{wordStart(before), "this does not fit what stands before it", "look at the indentation, the brackets and the quotes"}
	case unfinished(said):
		if open, col := openBracket(line); open != "" {
			return meaning{col, fmt.Sprintf("this %q is not closed, or an entry after it lacks its comma", open), ""}
		}
		if strings.ContainsRune("[{", last) {
			return meaning{col, "what stands in these brackets is no list of entries", "put a comma between entries, and text that holds a colon, a comma or a bracket in quotes"}
		}
		return meaning{col, fmt.Sprintf("%q has no place here", string(last)), "put it in quotes, or remove it"}
	case has("found unexpected end of stream"):
		return meaning{col, "the quote that opens here is never closed", ""}
	case has("cannot start any token"):
		return meaning{col, fmt.Sprintf("%q cannot begin a value", string(last)), "put the value in quotes"}
	case has("unknown anchor"):
		return meaning{1 + utf8.RuneCountInString(before[:max(0, strings.LastIndexByte(before, '*'))]),
			"there is no anchor for this alias", "an anchor `&name` stands before its aliases `*name`; put text that begins with * in quotes"}
	case has("block sequence entries are not allowed"):
		return meaning{col, "a list cannot begin here", "put each `- ` on a line of its own, or write [a, b]; put text that begins with - in quotes"}
	case has("unknown escape character"):
		next, _ := utf8.DecodeRuneInString(strings.TrimPrefix(line, before))
		return meaning{col, fmt.Sprintf("`\\%c` is no escape", next), "double the backslash, or use single quotes"}
	case has("expected <document start>"):
		return meaning{wordStart(before), "text after the end of the document", "a spec is one YAML document"}
	}
	return meaning{wordStart(before), "this is not YAML: " + said, ""}
}

// wordStart returns the column of the last word of s, colon included.
func wordStart(s string) int {
	word := strings.TrimRightFunc(s, unicode.IsSpace)
	if strings.HasSuffix(word, ":") {
		word = strings.TrimRight(word, ":")
		word = word[:1+strings.LastIndexAny(word, " \t,[]{}")]
		return utf8.RuneCountInString(word) + 1
	}
	return max(1, utf8.RuneCountInString(word))
}

// openBracket returns the last bracket of a line that is not closed on it, and
// its column, or nothing.
func openBracket(line string) (string, int) {
	var open []int
	runes := []rune(line)
	for i, r := range runes {
		switch r {
		case '[', '{':
			open = append(open, i)
		case ']', '}':
			if n := len(open); n > 0 && runes[open[n-1]] == r-2 { // '[' and ']', '{' and '}' are two apart
				open = open[:n-1]
			}
		}
	}
	if n := len(open); n > 0 {
		return string(runes[open[n-1]]), open[n-1] + 1
	}
	return "", 0
}
