// Package spec reads a spec that has already been parsed into a tree of nodes:
// it knows positions, fields, defaults, ranges and registries, but neither YAML
// nor networks. One registration of a component is at once its parser, its
// documentation, its JSON Schema and the form in which it is saved.
package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mlp/internal/problem"
)

// Kind is what a node holds.
type Kind uint8

// The kinds of node.
const (
	Null Kind = iota
	Bool
	Int
	Float
	String
	List
	Map
)

func (k Kind) String() string {
	return [...]string{"nothing", "true or false", "an integer", "a number", "text", "a list", "a map"}[k]
}

// A Node is one value of a spec with the place it came from.
type Node struct {
	Kind   Kind
	Pos    problem.Pos
	Origin string // who said so: "default", a file, "env MLP_…", "flag --…"

	Text  string // a scalar as it was written; the value of a String
	Bool  bool
	Int   int64
	Float float64 // set for Int too
	Items []*Node // of a List
	Keys  []Key   // of a Map, in the order written

	// Comments for whoever reads the tree as text. They have no meaning, and a
	// tree that was read has none.
	Above []string // lines of their own before the node; "" is an empty line
	Note  string   // at the end of its line
}

// A Key is one entry of a Map.
type Key struct {
	Name  string
	Pos   problem.Pos
	Value *Node
}

// NewMap and the other constructors return nodes without a position, as
// defaults and saved values have them.
func NewMap() *Node { return &Node{Kind: Map} }

// NewList returns a List of items.
func NewList(items ...*Node) *Node { return &Node{Kind: List, Items: items} }

// NewNull returns a Null.
func NewNull() *Node { return &Node{Kind: Null, Text: "null"} }

// NewString returns a String.
func NewString(s string) *Node { return &Node{Kind: String, Text: s} }

// NewStrings returns a List of Strings.
func NewStrings(texts ...string) *Node {
	list := NewList()
	for _, s := range texts {
		list.Items = append(list.Items, NewString(s))
	}
	return list
}

// NewBool returns a Bool.
func NewBool(b bool) *Node { return &Node{Kind: Bool, Bool: b, Text: strconv.FormatBool(b)} }

// NewInt returns an Int.
func NewInt(i int64) *Node {
	return &Node{Kind: Int, Int: i, Float: float64(i), Text: strconv.FormatInt(i, 10)}
}

// NewFloat returns a Float, or an Int when f is a whole number small enough to
// be written as one.
func NewFloat(f float64) *Node {
	if f == float64(int64(f)) && f > -1e15 && f < 1e15 {
		return NewInt(int64(f))
	}
	return &Node{Kind: Float, Float: f, Text: strconv.FormatFloat(f, 'g', -1, 64)}
}

// Get returns the value under a key of a Map, or nil. A nil node has no keys.
func (n *Node) Get(name string) *Node {
	if k := n.Key(name); k != nil {
		return k.Value
	}
	return nil
}

// Key returns the entry of a Map under name, or nil.
func (n *Node) Key(name string) *Key {
	if n == nil || n.Kind != Map {
		return nil
	}
	for i := range n.Keys {
		if n.Keys[i].Name == name {
			return &n.Keys[i]
		}
	}
	return nil
}

// Put sets the value under a key of a Map, in place where it stood or at the end.
func (n *Node) Put(name string, v *Node) {
	if k := n.Key(name); k != nil {
		k.Value, k.Pos = v, v.Pos
		return
	}
	n.Keys = append(n.Keys, Key{Name: name, Pos: v.Pos, Value: v})
}

// Drop takes the entry of a name out of a map; where there is none it does nothing.
func (n *Node) Drop(name string) {
	n.Keys = slices.DeleteFunc(n.Keys, func(k Key) bool { return k.Name == name })
}

// IsScalar reports whether n is neither a List nor a Map.
func (n *Node) IsScalar() bool { return n.Kind < List }

// Clone returns a deep copy.
func (n *Node) Clone() *Node {
	if n == nil {
		return nil
	}
	c := *n
	c.Items = make([]*Node, len(n.Items))
	for i, item := range n.Items {
		c.Items[i] = item.Clone()
	}
	c.Keys = make([]Key, len(n.Keys))
	for i, k := range n.Keys {
		c.Keys[i] = Key{Name: k.Name, Pos: k.Pos, Value: k.Value.Clone()}
	}
	return &c
}

// Walk calls visit for n and everything below it, with dotted paths such as
// "layers[1].units".
func (n *Node) Walk(path string, visit func(path string, n *Node)) {
	visit(path, n)
	for i, item := range n.Items {
		item.Walk(fmt.Sprintf("%s[%d]", path, i), visit)
	}
	for _, k := range n.Keys {
		k.Value.Walk(join(path, k.Name), visit)
	}
}

// join appends a key to a path.
func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// SplitPath cuts "layers[1].units" or "layers.1.units" into its parts.
func SplitPath(path string) []string {
	path = strings.NewReplacer("[", ".", "]", "").Replace(path)
	return strings.Split(path, ".")
}

// Bare returns a copy of a tree without positions and origins, for one that is
// saved has none.
func (n *Node) Bare() *Node {
	n = n.Clone()
	n.Walk("", func(_ string, n *Node) {
		n.Pos, n.Origin = problem.Pos{}, ""
		for i := range n.Keys {
			n.Keys[i].Pos = problem.Pos{}
		}
	})
	return n
}
