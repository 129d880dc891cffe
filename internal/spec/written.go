package spec

import (
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
		if p := n.plain(); p != n {
			return r.parts(p)
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

// plain returns Keras's form of an object, {class_name: Dense, config: {units: 3}}, as a map
// with its type, {type: Dense, units: 3}, and anything else as it is. In the form of a
// function the config is its name.
func (n *Node) plain() *Node {
	name, config := n.Get("class_name"), n.Get("config")
	switch {
	case name == nil || name.Kind != String:
		return n
	case config != nil && config.Kind == String:
		return config
	}
	m := &Node{Kind: Map, Pos: n.Pos, Origin: n.Origin}
	m.Put("type", name)
	if config != nil && config.Kind == Map {
		m.Keys = append(m.Keys, config.Keys...)
	}
	for _, k := range n.Keys {
		if !slices.Contains(besideClass, k.Name) {
			m.Put(k.Name, k.Value)
		}
	}
	return m
}

// Plain returns a tree in which every object in Keras's form is a map with its type.
func (n *Node) Plain() *Node {
	n = n.Clone().plain()
	for i, item := range n.Items {
		n.Items[i] = item.Plain()
	}
	for i, k := range n.Keys {
		if k.Name != "dtype" { // a policy, which is no component
			n.Keys[i].Value = k.Value.Plain()
		}
	}
	return n
}
