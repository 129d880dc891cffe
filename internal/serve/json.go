package serve

import (
	"unicode/utf8"

	"mlp/internal/data/scan"
)

// A walker goes over one JSON text (RFC 8259) without copying it. NaN and the infinities,
// which Python writes, are values too.
type walker struct {
	b     []byte
	i     int
	depth int
}

// deepest bounds how far values stand within values.
const deepest = 32

// newWalker returns one at the beginning of a text.
func newWalker(text []byte) (*walker, error) {
	w := &walker{b: text}
	if !utf8.Valid(text) {
		return w, bad("the body is not UTF-8")
	}
	return w, nil
}

func (w *walker) wrong(expected string) error {
	if w.i >= len(w.b) {
		return bad("the JSON breaks off: %s is expected", expected)
	}
	return bad("at byte %d of the JSON %s is expected", w.i+1, expected)
}

// next returns the byte that the next value, or what stands there, begins with; 0 at the
// end.
func (w *walker) next() byte {
	for ; w.i < len(w.b); w.i++ {
		switch c := w.b[w.i]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// take goes past a byte.
func (w *walker) take(c byte, expected string) error {
	if w.next() != c {
		return w.wrong(expected)
	}
	w.i++
	return nil
}

// end refuses what stands behind the value.
func (w *walker) end() error {
	if w.next() != 0 || w.i < len(w.b) {
		return w.wrong("the end")
	}
	return nil
}

// list goes over a list or an object: one is called at each of its elements, past which it
// must go.
func (w *walker) list(open, shut byte, expected string, one func(n int) error) error {
	if err := w.take(open, expected); err != nil {
		return err
	}
	if w.depth++; w.depth > deepest {
		return bad("at byte %d the JSON is nested more than %d deep", w.i, deepest)
	}
	defer func() { w.depth-- }()
	if w.next() == shut {
		w.i++
		return nil
	}
	for n := 0; ; n++ {
		if err := one(n); err != nil {
			return err
		}
		switch w.next() {
		case ',':
			w.i++
		case shut:
			w.i++
			return nil
		default:
			return w.wrong("a comma or " + string(shut))
		}
	}
}

// items calls one at each element of a list.
func (w *walker) items(one func(n int) error) error { return w.list('[', ']', "a list", one) }

// members calls one at the value of each key of an object.
func (w *walker) members(one func(key []byte) error) error {
	return w.list('{', '}', "an object", func(int) error {
		if w.next() != '"' {
			return w.wrong("a key in quotes")
		}
		key, err := w.text()
		if err != nil {
			return err
		}
		if err := w.take(':', "a colon"); err != nil {
			return err
		}
		return one(plain(key))
	})
}

// plain returns the content of a text in quotes.
func plain(text []byte) []byte {
	for _, c := range text {
		if c == '\\' {
			return scan.TextOfJSON(text)
		}
	}
	return text[1 : len(text)-1]
}

// text goes past a text, and returns it with its quotes.
func (w *walker) text() ([]byte, error) {
	from := w.i
	for w.i++; w.i < len(w.b); w.i++ {
		switch c := w.b[w.i]; {
		case c == '"':
			w.i++
			return w.b[from:w.i], nil
		case c < ' ':
			return nil, w.wrong("no control character")
		case c == '\\':
			if n := scan.EscapeLength(w.b[w.i:]); n > 0 {
				w.i += n - 1
				continue
			}
			return nil, w.wrong("an escape of JSON")
		}
	}
	return nil, w.wrong("the end of a text")
}

// value goes past a value of any kind, and returns it.
func (w *walker) value() ([]byte, error) {
	c := w.next()
	from := w.i
	var err error
	switch c {
	case '"':
		return w.text()
	case '[':
		err = w.items(func(int) error { _, err := w.value(); return err })
	case '{':
		err = w.members(func([]byte) error { _, err := w.value(); return err })
	default:
		err = w.token()
	}
	return w.b[from:w.i], err
}

// token goes past a number or a word.
func (w *walker) token() error {
	from := w.i
	for w.i < len(w.b) && !scan.EndsToken(w.b[w.i]) {
		w.i++
	}
	token := w.b[from:w.i]
	switch string(token) {
	case "null", "true", "false", "NaN", "Infinity", "-Infinity":
		return nil
	}
	if !scan.IsJSONNumber(token) {
		w.i = from
		return w.wrong("a value")
	}
	return nil
}

// cell goes past the value of one cell, and returns what stands in it; nothing for one
// that is missing. A list of a single value, as tensors of one column have it, is that
// value.
func (w *walker) cell() ([]byte, error) {
	switch w.next() {
	case '[':
		var inner []byte
		count := 0
		err := w.items(func(n int) (err error) {
			if count++; n > 0 {
				return bad("a cell is one value, not a list")
			}
			inner, err = w.cell()
			return err
		})
		if err == nil && count == 0 {
			err = bad("a cell is one value, not an empty list")
		}
		return inner, err
	case '{':
		return nil, bad("a cell is one value, not an object")
	case '"':
		text, err := w.text()
		if err != nil {
			return nil, err
		}
		return plain(text), nil
	}
	from := w.i
	err := w.token()
	if token := w.b[from:w.i]; string(token) != "null" && string(token) != "NaN" {
		return token, err
	}
	return nil, err
}
