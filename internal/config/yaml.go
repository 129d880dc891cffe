package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

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
// tags other than !!str, !!map and !!seq are not. Keys are text, matter in case
// and may stand once.
func Parse(text []byte, name string) (*spec.Node, error) {
	n, problems := parse(text, func(line, col int) spec.Pos {
		return spec.Pos{File: name, Line: line, Col: col}
	})
	err := problems.Err()
	Annotate(err, name, text)
	return n, err
}

// parse is Parse for text that stands at the places that at returns.
func parse(text []byte, at func(line, col int) spec.Pos) (*spec.Node, spec.Problems) {
	if p := checkText(text, at); p != nil {
		return nil, spec.Problems{p}
	}
	doc, err := document(bytes.NewReader(text))
	if err != nil {
		return nil, spec.Problems{syntaxProblem(text, err, at)}
	}
	b := builder{at: at, open: map[*yaml.Node]bool{}}
	if doc == nil {
		return b.empty(), nil
	}
	root := doc.Content[0]
	if p := b.measure(root, nil, 1); p != nil {
		return nil, spec.Problems{p}
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
func checkText(text []byte, at func(line, col int) spec.Pos) *spec.Problem {
	if len(text) > maxSize {
		p := problem(at(0, 0), "a spec has at most %d bytes, this one has %d", maxSize, len(text))
		p.Hint = "is this the table, or a model? the spec names it under data.path"
		return p
	}
	body := bytes.TrimPrefix(text, []byte("\ufeff"))
	for i := 0; i < len(body); {
		r, size := utf8.DecodeRune(body[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			p := problem(at(place(body, i)), "the byte 0x%02x is not UTF-8", body[i])
			p.Hint = "save the file as UTF-8"
			return p
		case !printable(r):
			p := problem(at(place(body, i)), "the character %U is not allowed in YAML", r)
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

func problem(at spec.Pos, format string, args ...any) *spec.Problem {
	return &spec.Problem{Pos: at, Msg: fmt.Sprintf(format, args...)}
}

// A builder turns YAML nodes into those of a spec.
type builder struct {
	at       func(line, col int) spec.Pos
	open     map[*yaml.Node]bool // anchors being expanded
	visited  int
	problems spec.Problems
}

func (b *builder) pos(n *yaml.Node) spec.Pos { return b.at(n.Line, n.Column) }

func (b *builder) complain(n *yaml.Node, hint, format string, args ...any) *spec.Problem {
	p := problem(b.pos(n), format, args...)
	p.Hint, p.Width = hint, utf8.RuneCountInString(n.Value)
	for _, known := range b.problems { // an alias repeats what is wrong at its anchor
		if known.Pos == p.Pos && known.Msg == p.Msg {
			return known
		}
	}
	b.problems = append(b.problems, p)
	return p
}

// measure walks the tree as it will be once aliases are expanded, and refuses
// it before anything is built if it is too large, too deep or endless. from is
// the outermost alias on the way, nil outside of any.
func (b *builder) measure(n, from *yaml.Node, depth int) *spec.Problem {
	shown := n
	if from != nil {
		shown = from
	}
	b.visited++
	switch {
	case depth > maxDepth:
		return problem(b.pos(shown), "nested deeper than %d levels", maxDepth)
	case b.visited > maxNodes:
		return problem(b.pos(shown), "more than %d values, counting what the aliases stand for", maxNodes)
	case n.Kind == yaml.AliasNode:
		if b.open[n.Alias] {
			return problem(b.pos(n), "the alias *%s stands inside its own anchor", n.Value)
		}
		if from == nil {
			from = n
		}
		return b.measure(n.Alias, from, depth)
	}
	if n.Anchor != "" {
		b.open[n] = true
		defer delete(b.open, n)
	}
	for _, c := range n.Content {
		if p := b.measure(c, from, depth+1); p != nil {
			return p
		}
	}
	return nil
}

func (b *builder) empty() *spec.Node {
	n := spec.NewNull()
	b.locate(n, b.at(1, 1))
	return n
}

// locate notes where n stands, and that its file says so.
func (b *builder) locate(n *spec.Node, pos spec.Pos) {
	n.Pos, n.Origin = pos, spec.Pos{File: pos.File, Line: pos.Line}.String()
}

func (b *builder) node(y *yaml.Node) *spec.Node {
	if y.Kind == yaml.AliasNode {
		return b.node(y.Alias)
	}
	n := &spec.Node{}
	switch y.Kind {
	case yaml.MappingNode:
		b.tag(y, "!!map")
		n.Kind = spec.Map
		b.entries(n, y)
	case yaml.SequenceNode:
		b.tag(y, "!!seq")
		n.Kind = spec.List
		for _, c := range y.Content {
			n.Items = append(n.Items, b.node(c))
		}
	default:
		n = b.scalar(y)
	}
	b.locate(n, b.pos(y))
	return n
}

func (b *builder) scalar(y *yaml.Node) *spec.Node {
	const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	b.tag(y, "!!str")
	if y.Style&(quoted|yaml.TaggedStyle) != 0 {
		return spec.NewString(y.Value)
	}
	return resolve(y.Value)
}

// tag refuses a tag that is written out, unless it says what is there anyway.
func (b *builder) tag(y *yaml.Node, allowed string) {
	if y.Style&yaml.TaggedStyle != 0 && y.Tag != allowed {
		p := b.complain(y, "leave it out", "the tag %q is not allowed in a spec", y.Tag)
		p.Width = len(y.Tag)
	}
}

// entries puts the entries of y, and those merged into it with <<, into n.
func (b *builder) entries(n *spec.Node, y *yaml.Node) {
	given := map[string]spec.Pos{}
	for i := 0; i < len(y.Content); i += 2 {
		key := y.Content[i]
		if name, ok := b.key(key); ok {
			if first, twice := given[name]; twice {
				p := b.complain(key, "keep one of them", "the key %q is given twice, first %s", name, onLine(first))
				p.Also = []spec.Pos{first}
			} else {
				given[name] = b.pos(key)
			}
		}
	}
	for i := 0; i < len(y.Content); i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		if isMerge(key) {
			b.merge(n, value, given)
		} else {
			n.Keys = append(n.Keys, spec.Key{Name: follow(key).Value, Pos: b.pos(key), Value: b.node(value)})
		}
	}
}

func onLine(p spec.Pos) string {
	if p.Line == 0 {
		return "here"
	}
	return fmt.Sprintf("on line %d", p.Line)
}

// merge adds the entries of a map, or of each map of a list, that are neither
// given nor merged before.
func (b *builder) merge(n *spec.Node, value *yaml.Node, given map[string]spec.Pos) {
	source := follow(value)
	switch source.Kind {
	case yaml.MappingNode:
		for _, k := range b.node(source).Keys {
			if _, known := given[k.Name]; !known {
				given[k.Name] = k.Pos
				n.Keys = append(n.Keys, k)
			}
		}
	case yaml.SequenceNode:
		for _, c := range source.Content {
			if follow(c).Kind == yaml.SequenceNode {
				b.complain(c, "", "<< merges maps, not lists")
				continue
			}
			b.merge(n, c, given)
		}
	default:
		b.complain(value, "write `<<: *name`, where `&name` marks a map", "<< merges maps, not %q", source.Value)
	}
}

func isMerge(key *yaml.Node) bool { return key.Tag == "!!merge" }

func follow(y *yaml.Node) *yaml.Node {
	for y.Kind == yaml.AliasNode {
		y = y.Alias
	}
	return y
}

// key returns the text of a key, and complains if it is something else.
func (b *builder) key(y *yaml.Node) (string, bool) {
	k := follow(y)
	switch {
	case k.Kind != yaml.ScalarNode:
		b.complain(y, "", "a key is text, not a list or a map")
	case isMerge(k):
		return "<<", true
	case b.scalar(k).Kind == spec.Null:
		b.complain(y, "", "the key before the colon is missing")
	case b.scalar(k).Kind != spec.String:
		b.complain(y, "put it in quotes", "the key %q is not text", k.Value)
	case utf8.RuneCountInString(k.Value) > maxKey:
		b.complain(y, "", "this key is longer than %d characters", maxKey)
	default:
		return k.Value, true
	}
	return "", false
}
