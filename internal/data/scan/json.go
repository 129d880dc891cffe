package scan

import (
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"mlp/internal/problem"
)

// An objectParser walks over one JSON object (RFC 8259) without nesting.
type objectParser struct {
	b     []byte
	i     int
	pairs int // read so far
}

func (p *objectParser) blanks() {
	for p.i < len(p.b) && (p.b[p.i] == ' ' || p.b[p.i] == '\t' || p.b[p.i] == '\r' || p.b[p.i] == '\n') {
		p.i++
	}
}

// flaw is one at the next byte.
func (p *objectParser) flaw(msg, hint string) *Flaw { return &Flaw{At: p.i, Msg: msg, Hint: hint} }

// open goes past the brace.
func (p *objectParser) open() *Flaw {
	if p.blanks(); p.i == len(p.b) || p.b[p.i] != '{' {
		return p.flaw("the line is not a JSON object", `write one object a line: {"glucose": 148, "age": 50}`)
	}
	p.i++
	return nil
}

// pair returns the next key and its value; more is false at the end of the object.
// The value of null is empty.
func (p *objectParser) pair() (key, value Span, more bool, bad *Flaw) {
	if p.blanks(); p.i < len(p.b) && p.b[p.i] == '}' {
		p.i++
		if p.blanks(); p.i < len(p.b) {
			return key, value, false, p.flaw("text after the object", "write one object a line")
		}
		return key, value, false, nil
	}
	if p.pairs > 0 {
		if p.i == len(p.b) || p.b[p.i] != ',' {
			return key, value, false, p.expected("a comma or }")
		}
		p.i++
		p.blanks()
	}
	p.pairs++
	if p.i == len(p.b) || p.b[p.i] != '"' {
		return key, value, false, p.expected("a key in quotes")
	}
	if key, bad = p.text(); bad != nil {
		return key, value, false, bad
	}
	if p.blanks(); p.i == len(p.b) || p.b[p.i] != ':' {
		return key, value, false, p.expected("a colon")
	}
	p.i++
	p.blanks()
	value, bad = p.value()
	return key, value, bad == nil, bad
}

func (p *objectParser) expected(what string) *Flaw {
	if p.i == len(p.b) {
		return p.flaw("the object breaks off: "+what+" is expected", "an object stands on one line: jq -c .")
	}
	return p.flaw(what+" is expected here", "this is not JSON")
}

func (p *objectParser) value() (Span, *Flaw) {
	if p.i == len(p.b) {
		return Span{}, p.expected("a value")
	}
	switch c := p.b[p.i]; c {
	case '"':
		return p.text()
	case '{', '[':
		return p.within()
	}
	from := p.i
	for p.i < len(p.b) && !EndsToken(p.b[p.i]) {
		p.i++
	}
	token := p.b[from:p.i]
	s := Span{From: int32(from), To: int32(p.i)}
	switch {
	case string(token) == "null", string(token) == "NaN": // Python writes NaN
		s.From = s.To
		return s, nil
	case string(token) == "true", string(token) == "false", IsJSONNumber(token),
		string(token) == "Infinity", string(token) == "-Infinity": // so does it these, which no column of numbers takes
		return s, nil
	}
	p.i = from
	if len(token) == 0 {
		return s, p.expected("a value")
	}
	return s, p.flaw(fmt.Sprintf("%q is no JSON value", problem.Clip(string(token))), "text is written in quotes, a missing value as null")
}

// within goes past a list or an object, which is no cell.
func (p *objectParser) within() (Span, *Flaw) {
	s := Span{From: int32(p.i), undo: nested}
	var open []byte
	for p.i < len(p.b) {
		switch c := p.b[p.i]; c {
		case '"':
			if _, bad := p.text(); bad != nil {
				return s, bad
			}
			continue
		case '{', '[':
			open = append(open, c+2) // in ASCII the closing brace and bracket are two further
		case '}', ']':
			if open[len(open)-1] != c {
				return s, p.expected(string(open[len(open)-1]))
			}
			open = open[:len(open)-1]
		}
		if p.i++; len(open) == 0 {
			s.To = int32(p.i)
			return s, nil
		}
	}
	return s, p.expected(string(open[len(open)-1]))
}

// EndsToken reports whether a byte cannot be within a number or a word of JSON.
func EndsToken(c byte) bool {
	return c == ',' || c == '}' || c == ']' || c == ':' || c == '"' || c == '{' || c == '[' || c <= ' '
}

// IsJSONNumber checks -? (0 | 1…9 digits) (. digits)? ((e|E) (+|-)? digits)?
func IsJSONNumber(b []byte) bool {
	i := 0
	digits := func() bool {
		from := i
		for i < len(b) && b[i] >= '0' && b[i] <= '9' {
			i++
		}
		return i > from
	}
	if i < len(b) && b[i] == '-' {
		i++
	}
	if i < len(b) && b[i] == '0' {
		i++
	} else if !digits() {
		return false
	}
	if i < len(b) && b[i] == '.' {
		if i++; !digits() {
			return false
		}
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		if i++; i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if !digits() {
			return false
		}
	}
	return i == len(b)
}

// text reads text in quotes; the parser is at the first. Every escape is checked.
func (p *objectParser) text() (Span, *Flaw) {
	open := p.i
	s := Span{From: int32(p.i + 1), Quoted: true}
	for p.i++; p.i < len(p.b); p.i++ {
		if p.i-open > FieldLimit {
			bad := tooLong(open)
			bad.Fatal = false // the line still has its end
			return s, bad
		}
		switch c := p.b[p.i]; {
		case c == '"':
			s.To = int32(p.i)
			p.i++
			return s, nil
		case c < ' ':
			return s, p.flaw("a control character in text", `write it as \n, \t or \u001f`)
		case c == '\\':
			s.Doubled, s.undo = true, undoJSON
			n := EscapeLength(p.b[p.i:])
			if n == 0 {
				return s, p.flaw("an escape that JSON does not have", `a backslash is written \\`)
			}
			if n == 6 && string(p.b[p.i+2:p.i+6]) == "0000" {
				return s, p.flaw("a NUL character", "this is not text, or it is damaged")
			}
			p.i += n - 1
		}
	}
	p.i = open
	return s, p.flaw("this quote is never closed", "text ends on the line on which it begins")
}

// EscapeLength returns the bytes of the escape that b begins with; 0 if it is none.
func EscapeLength(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if _, ok := hex4(b); ok {
			return 6
		}
	}
	return 0
}

// hex4 reads \uXXXX at the front of b.
func hex4(b []byte) (r rune, ok bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	v, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	return rune(v), err == nil
}

// unescape appends text with its escapes undone; half a surrogate pair is U+FFFD.
func unescape(to, text []byte) []byte {
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			to = append(to, text[i])
			continue
		}
		if r, ok := hex4(text[i:]); ok {
			i += 5
			if utf16.IsSurrogate(r) {
				low, _ := hex4(text[i+1:])
				if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
					i += 6
				}
			}
			to = utf8.AppendRune(to, r)
			continue
		}
		i++
		c := text[i]
		switch c {
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 't':
			c = '\t'
		}
		to = append(to, c)
	}
	return to
}
