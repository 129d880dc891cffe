package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"mlp/internal/problem"
)

// maxDepth bounds how deep a spec may nest; real ones nest to about eight.
const maxDepth = 64

// MaxValues bounds how many values ParseJSON reads. Real specs have a few
// hundred; the schema in a model file has one for each category and some twenty
// for each column.
const MaxValues = 1 << 20

// ParseJSON reads one JSON value. Duplicate keys, trailing text, nesting beyond
// 64 levels, more than a million values and invalid JSON are errors. file and origin are noted in the nodes;
// a saved spec has no lines worth naming.
func ParseJSON(text []byte, file, origin string) (*Node, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	p := jsonParser{d: d, pos: problem.Pos{File: file}, origin: origin}
	n, err := p.value(0)
	if err != nil {
		return nil, fmt.Errorf("%s: invalid JSON: %w", file, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("%s: text after the JSON value", file)
	}
	return n, nil
}

type jsonParser struct {
	d      *json.Decoder
	pos    problem.Pos
	origin string
	values int // so far
}

func (p *jsonParser) value(depth int) (*Node, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d levels", maxDepth)
	}
	if p.values++; p.values > MaxValues {
		return nil, fmt.Errorf("more than %d values", MaxValues)
	}
	t, err := p.d.Token()
	if err != nil {
		return nil, err
	}
	n := &Node{}
	switch t := t.(type) {
	case nil:
		n = NewNull()
	case bool:
		n = NewBool(t)
	case string:
		n = NewString(t)
	case json.Number:
		if n, err = number(string(t)); err != nil {
			return nil, err
		}
	case json.Delim:
		if t == '[' {
			n, err = p.list(depth)
		} else {
			n, err = p.object(depth)
		}
		if err != nil {
			return nil, err
		}
	}
	n.Pos, n.Origin = p.pos, p.origin
	return n, nil
}

func number(text string) (*Node, error) {
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return NewInt(i), nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, fmt.Errorf("number %s is out of range", text)
	}
	return &Node{Kind: Float, Float: f, Text: text}, nil
}

func (p *jsonParser) list(depth int) (*Node, error) {
	n := NewList()
	for p.d.More() {
		item, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		n.Items = append(n.Items, item)
	}
	_, err := p.d.Token()
	return n, err
}

func (p *jsonParser) object(depth int) (*Node, error) {
	n := NewMap()
	seen := map[string]bool{}
	for p.d.More() {
		t, err := p.d.Token()
		if err != nil {
			return nil, err
		}
		name, ok := t.(string)
		if !ok {
			return nil, errors.New("a key is not text")
		}
		if seen[name] {
			return nil, fmt.Errorf("key %q stands twice", name)
		}
		seen[name] = true
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		n.Keys = append(n.Keys, Key{Name: name, Pos: p.pos, Value: v})
	}
	_, err := p.d.Token()
	return n, err
}

// CanonicalJSON writes a tree in the one form that is saved and hashed: no
// spaces, keys sorted, numbers as short as they round-trip.
func CanonicalJSON(n *Node) []byte {
	b := &strings.Builder{}
	writeJSON(b, n)
	return []byte(b.String())
}

func writeJSON(b *strings.Builder, n *Node) {
	switch n.Kind {
	case Null:
		b.WriteString("null")
	case Bool:
		b.WriteString(strconv.FormatBool(n.Bool))
	case Int:
		b.WriteString(strconv.FormatInt(n.Int, 10))
	case Float:
		b.WriteString(strconv.FormatFloat(n.Float, 'g', -1, 64))
	case String:
		b.Write(QuoteJSON(n.Text))
	case List:
		b.WriteByte('[')
		for i, item := range n.Items {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, item)
		}
		b.WriteByte(']')
	case Map:
		b.WriteByte('{')
		for i, k := range sortedKeys(n) {
			if i > 0 {
				b.WriteByte(',')
			}
			b.Write(QuoteJSON(k.Name))
			b.WriteByte(':')
			writeJSON(b, k.Value)
		}
		b.WriteByte('}')
	}
}

// QuoteJSON quotes text without the HTML escapes of encoding/json's default.
func QuoteJSON(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic("spec: " + err.Error()) // a string always encodes
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// NumberJSON writes v as JSON, as short as it round-trips; null where JSON has none.
func NumberJSON(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "null"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
