package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"mlp/internal/problem"
	"mlp/internal/spec"
)

const (
	maxSize  = 1 << 20 // bytes of a spec; real ones have a few thousand
	maxDepth = 64      // levels of nesting; real ones have about eight
	maxNodes = 100_000 // values, each alias counted as what it stands for
	maxKey   = 100     // characters; YAML allows 1024 bytes, and Render may have to escape
	maxFound = 20      // problems reported at once
)

// Parse reads one YAML document into nodes that know their place in the file
// called name. An empty document is Null.
//
// It reads YAML 1.2 with its core words: yes, no, on and off are text, and so
// are dates and 1_000; 017 is seventeen, 0o17 fifteen; 1e3 is a number and is
// kept as it was written. Anchors, aliases and merge keys (<<) are understood,
// tags other than !!str, !!map and !!seq are not. Keys are text, a number
// too, matter in case and may stand once.
func Parse(text []byte, name string) (*spec.Node, error) {
	lines := sync.OnceValue(func() []span { return spans(text) })
	n, problems := parse(text, func(line, col int) problem.Pos {
		if line > 1 && line > len(lines()) { // where the parser puts the missing value of a key that ends the text
			line = len(lines())
			last := lines()[line-1]
			col = 1 + utf8.RuneCount(text[last.start:last.end])
		}
		return problem.Pos{File: name, Line: line, Col: col}
	})
	err := problems.Err()
	Annotate(err, name, text)
	return n, err
}

// parse is Parse for text that stands at the places that at returns.
func parse(text []byte, at func(line, col int) problem.Pos) (*spec.Node, problem.Problems) {
	if p := checkText(text, at); p != nil {
		return nil, problem.Problems{p}
	}
	doc, err := document(bytes.NewReader(text))
	if err != nil {
		return nil, problem.Problems{syntaxProblem(text, err, at)}
	}
	b := builder{at: at, open: map[*yaml.Node]bool{}}
	if doc == nil {
		return b.empty(), nil
	}
	root := doc.Content[0]
	if p := b.measure(root, nil, 1); p != nil {
		return nil, problem.Problems{p}
	}
	n := b.node(root)
	if len(b.problems) > 0 {
		return nil, b.problems[:min(len(b.problems), maxFound)]
	}
	return n, nil
}

// errSecond marks the beginning of a second document.
type errSecond struct{ line, col int }

func (errSecond) Error() string { return "a second document begins here" }

// document reads the only document of r; nil stands for an empty one.
func document(r io.Reader) (*yaml.Node, error) {
	d := yaml.NewDecoder(r)
	var doc, second yaml.Node
	if err := d.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	if err := d.Decode(&second); errors.Is(err, io.EOF) {
		return &doc, nil
	} else if err != nil {
		return nil, err
	}
	return nil, errSecond{second.Line, second.Column}
}

// checkText refuses what no YAML file may hold, which the parser would refuse
// too, but without saying where.
func checkText(text []byte, at func(line, col int) problem.Pos) *problem.Problem {
	if len(text) > maxSize {
		p := problemAt(at(0, 0), "a spec has at most %d bytes, this one has %d", maxSize, len(text))
		p.Hint = "is this the table, or a model? the spec names it under data.path"
		return p
	}
	body := bytes.TrimPrefix(text, []byte("\ufeff"))
	for i := 0; i < len(body); {
		r, size := utf8.DecodeRune(body[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			p := problemAt(at(place(body, i)), "the byte 0x%02x is not UTF-8", body[i])
			p.Hint = "save the file as UTF-8"
			return p
		case !printable(r):
			p := problemAt(at(place(body, i)), "the character %U is not allowed in YAML", r)
			p.Hint = "is this a text file?"
			return p
		}
		i += size
	}
	return nil
}

// printable is the set of characters of YAML's c-printable, less a byte order
// mark inside the text.
func printable(r rune) bool {
	switch {
	case r == '\t' || r == '\n' || r == '\r' || r == 0x85:
		return true
	case r < ' ' || r >= 0x7f && r < 0xa0 || r == 0xfeff || r == 0xfffe || r == 0xffff:
		return false
	}
	return true
}

func problemAt(at problem.Pos, format string, args ...any) *problem.Problem {
	return &problem.Problem{Pos: at, Msg: fmt.Sprintf(format, args...)}
}
