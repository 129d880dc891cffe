package spec

import (
	"fmt"
	"slices"

	"mlp/internal/problem"
)

// parts tells the ways of writing a component apart and returns its name
// and its fields, which may be nil, a map, or the value of the first field.
func (r *Registry[T]) parts(n *Node) (name, fields *Node) {
	switch n.Kind {
	case String:
		return n, nil
	case Int, Float:
		if r.number != "" {
			return &Node{Kind: String, Text: r.number, Pos: n.Pos}, n
		}
	case Map:
		if t := n.Get("type"); t != nil {
			return t, n
		}
		if name, fields, ok := n.class(); ok {
			return name, fields
		}
		if len(n.Keys) == 1 {
			k := n.Keys[0]
			if r.byName[problem.Fold(k.Name)] != nil || r.implied[k.Name] == "" {
				return &Node{Kind: String, Text: k.Name, Pos: k.Pos}, k.Value
			}
		}
		for _, k := range n.Keys {
			if implied := r.implied[k.Name]; implied != "" {
				return &Node{Kind: String, Text: implied, Pos: n.Pos}, n
			}
		}
	}
	return &Node{Kind: Null, Pos: n.Pos}, nil
}

// principal puts a single value under the component's first field.
func (r *Registry[T]) principal(e *entry[T], value *Node) *Node {
	doc, _ := r.Describe(e.name)
	first := "value" // unknown to a component without fields, which is then the problem
	if len(doc.Fields) > 0 && (r.named == "" || doc.Fields[0].Name != "name") {
		first = doc.Fields[0].Name
	}
	m := &Node{Kind: Map, Pos: value.Pos, Origin: value.Origin}
	m.Put(first, value)
	return m
}

// besideClass are the keys of Keras's form of an object that say nothing to us: where its
// Python class is found, and what shapes it was built with.
var besideClass = []string{"class_name", "config", "module", "registered_name", "build_config"}

// class takes Keras's form of an object apart, {class_name: Dense, config: {units: 3}}. In
// that of a function the config is its name. ok is false where n is written otherwise.
func (n *Node) class() (name, fields *Node, ok bool) {
	name, fields = n.Get("class_name"), n.Get("config")
	switch {
	case name == nil || name.Kind != String:
		return nil, nil, false
	case fields != nil && fields.Kind == String:
		return fields, nil, true
	}
	return name, fields, true
}

// checkClass complains about keys that such a form does not have.
func (n *Node) checkClass(complain func(k Key, msg, hint string)) {
	for _, k := range n.Keys {
		if !slices.Contains(besideClass, k.Name) {
			complain(k, fmt.Sprintf("unknown key %q beside class_name", k.Name), "its settings stand under config")
		}
	}
}
