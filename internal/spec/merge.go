package spec

import (
	"fmt"
	"strconv"
)

// Merge returns base with over laid on top. Maps are merged key by key; a list,
// a scalar, or a component of another type replaces what was there.
func Merge(base, over *Node) *Node {
	switch {
	case over == nil:
		return base.Clone()
	case base == nil || base.Kind != Map || over.Kind != Map:
		return over.Clone()
	}
	if b, o := base.Get("type"), over.Get("type"); o != nil && (b == nil || b.Text != o.Text) {
		return over.Clone()
	}
	merged := base.Clone()
	for _, k := range over.Keys {
		merged.Put(k.Name, Merge(base.Get(k.Name), k.Value))
	}
	return merged
}

// Set puts v at a path such as "fit.epochs" or "layers[1].units" of the map n.
// Maps on the way are made; a component written as a bare name ("adam") becomes
// a map with that type, so that one of its fields can be set. An index must
// exist.
func (n *Node) Set(path string, v *Node) error {
	parts := SplitPath(path)
	at := n
	for i, part := range parts {
		last := i == len(parts)-1
		if at.Kind == List {
			index, err := strconv.Atoi(part)
			if len(at.Items) == 0 {
				return fmt.Errorf("%q: this list is empty; set the whole list, as in key=[…]", path)
			}
			if err != nil || index < 0 || index >= len(at.Items) {
				return fmt.Errorf("%q: %q is not an index of this list, which has items 0 to %d", path, part, len(at.Items)-1)
			}
			if last {
				at.Items[index] = v
				return nil
			}
			at.Items[index] = opened(at.Items[index])
			at = at.Items[index]
			continue
		}
		if at.Kind != Map || part == "" {
			return fmt.Errorf("%q: there is no %q here to set; paths look like fit.epochs or layers[0].units", path, part)
		}
		if last {
			at.Put(part, v)
			return nil
		}
		next := at.Get(part)
		if next == nil {
			next = &Node{Kind: Map, Pos: v.Pos, Origin: v.Origin}
		}
		next = opened(next)
		at.Put(part, next)
		at = next
	}
	return nil
}

// At returns the value at a path such as "data.split.by" or "layers[1].units", or nil.
func (n *Node) At(path string) *Node {
	for _, part := range SplitPath(path) {
		if n == nil || n.Kind != List {
			n = n.Get(part)
			continue
		}
		index, err := strconv.Atoi(part)
		if err != nil || index < 0 || index >= len(n.Items) {
			return nil
		}
		n = n.Items[index]
	}
	return n
}

// opened turns a bare component name into {type: name}, and Keras's form of one, so that a field can be
// set in it; other nodes are returned as they are.
func opened(n *Node) *Node {
	n = n.plain()
	if n.Kind != String && n.Kind != Null {
		return n
	}
	m := &Node{Kind: Map, Pos: n.Pos, Origin: n.Origin}
	if n.Kind == String {
		m.Put("type", n)
	}
	return m
}
