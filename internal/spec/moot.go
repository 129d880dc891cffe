package spec

import (
	"slices"
	"strings"
)

// People bring the settings of another program along, Keras's first of all, and many of
// these say what is so anyway: the axis of a table is its last, numbers are float32. Such
// a key may stand. It is no field: it is not in the resolved tree, and so not in a model.

// A moot key is one of them.
type moot struct {
	name, why string
	values    []string
}

// Moot lets a key stand that says one of the values, or null, or anything if there are no
// values. With another value it is a problem, and why says how things are.
func (f *Fields) Moot(name, why string, values ...string) {
	n := f.Aside(name, why)
	if n == nil || len(values) == 0 {
		return
	}
	if !slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(n.Word(), v) || n.isZero() && v == "0" }) {
		f.Problem(name, why, "%s is not %s", n.Shown(), strings.Join(values, " or "))
	}
}

// Aside returns the value of a key that may stand but is no field, for the reader to
// hold against what is so; nil where the spec is silent or says null.
func (f *Fields) Aside(name, why string) *Node {
	f.moot = append(f.moot, FieldDoc{Name: name, Type: "any", Default: "null", Doc: why})
	f.known = append(f.known, name)
	for other, of := range f.aliases {
		if of == name {
			f.known = append(f.known, other)
		}
	}
	k := f.lookup(name)
	if k == nil || orNull(k.Value).Kind == Null {
		return nil
	}
	return k.Value
}

// Instead says what to do about keys that people may expect here and that are none: the
// nearest name would lead them astray.
func (f *Fields) Instead(hint string, names ...string) {
	if f.instead == nil {
		f.instead = map[string]string{}
	}
	for _, name := range names {
		f.instead[name] = hint
	}
}

// Word is what a value says where one word is expected: the item of a list of one, and
// the name in Keras's form of an object, {class_name: DTypePolicy, config: {name: float32}}.
func (n *Node) Word() string {
	if n == nil {
		return ""
	}
	switch n.Kind {
	case List:
		if len(n.Items) == 1 {
			return n.Items[0].Word()
		}
	case Map:
		if name := n.Get("config").Get("name"); name != nil {
			return name.Text
		}
	}
	return n.Text
}

func (n *Node) isZero() bool { return (n.Kind == Int || n.Kind == Float) && n.Float == 0 }

// orNull reads Python's None, which is text in YAML, as null.
func orNull(n *Node) *Node {
	if n == nil || n.Kind != String || n.Text != "None" {
		return n
	}
	return &Node{Kind: Null, Text: n.Text, Pos: n.Pos, Origin: n.Origin}
}
