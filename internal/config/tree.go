package config

import (
	"fmt"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"mlp/internal/problem"
	"mlp/internal/spec"
)

// A builder turns YAML nodes into those of a spec.
type builder struct {
	at       func(line, col int) problem.Pos
	open     map[*yaml.Node]bool // anchors being expanded
	visited  int
	problems problem.Problems
}

func (b *builder) pos(n *yaml.Node) problem.Pos { return b.at(n.Line, n.Column) }

func (b *builder) complain(n *yaml.Node, hint, format string, args ...any) *problem.Problem {
	p := problemAt(b.pos(n), format, args...)
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
func (b *builder) measure(n, from *yaml.Node, depth int) *problem.Problem {
	shown := n
	if from != nil {
		shown = from
	}
	b.visited++
	switch {
	case depth > maxDepth:
		return problemAt(b.pos(shown), "nested deeper than %d levels", maxDepth)
	case b.visited > maxNodes:
		return problemAt(b.pos(shown), "more than %d values, counting what the aliases stand for", maxNodes)
	case n.Kind == yaml.AliasNode:
		if b.open[n.Alias] {
			return problemAt(b.pos(n), "the alias *%s stands inside its own anchor", n.Value)
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

// locate sets the place of n, and its file as its origin.
func (b *builder) locate(n *spec.Node, pos problem.Pos) {
	n.Pos, n.Origin = pos, problem.Pos{File: pos.File, Line: pos.Line}.String()
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
	given := map[string]problem.Pos{}
	for i := 0; i < len(y.Content); i += 2 {
		key := y.Content[i]
		if name, ok := b.key(key); ok {
			if first, twice := given[name]; twice {
				p := b.complain(key, "keep one of them", "the key %q is given twice%s", name, firstOn(first))
				p.Also = []problem.Pos{first}
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

// firstOn names the line of the first of two, if there are lines.
func firstOn(p problem.Pos) string {
	if p.Line == 0 {
		return ""
	}
	return fmt.Sprintf(", first on line %d", p.Line)
}

// merge adds the entries of a map, or of each map of a list, that are neither
// given nor merged before.
func (b *builder) merge(n *spec.Node, value *yaml.Node, given map[string]problem.Pos) {
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

// key returns the text of a key, and complains if it is something else. A number or a
// truth value is the text that it is written as: labels are, in class_weight.
func (b *builder) key(y *yaml.Node) (string, bool) {
	k := follow(y)
	switch {
	case k.Kind != yaml.ScalarNode:
		b.complain(y, "", "a key is text, not a list or a map")
	case isMerge(k):
		return "<<", true
	case k.Value == "" && b.scalar(k).Kind == spec.Null:
		b.complain(y, "", "the key before the colon is missing")
	case b.scalar(k).Kind == spec.Null:
		b.complain(y, "put it in quotes", "the key %q is not text", k.Value)
	case utf8.RuneCountInString(k.Value) > maxKey:
		b.complain(y, "", "this key is longer than %d characters", maxKey)
	default:
		return k.Value, true
	}
	return "", false
}
