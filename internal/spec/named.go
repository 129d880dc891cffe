package spec

import (
	"fmt"

	"mlp/internal/problem"
)

// Named reads a map whose keys are names of the user's own, one call of read for each in
// their order; a list stands for the field named short. read is also run once on nothing,
// with n nil, to document the fields. n is the value as it was written.
func Named[T any](f *Fields, name, short, doc string, read func(f *Fields, key string, n *Node) T) []T {
	n := f.open(FieldDoc{Name: name, Type: "map", Doc: doc, Default: "{}"})
	example := newFields("", nil, new(problem.Problems))
	read(example, "", nil)
	f.docs[len(f.docs)-1].Fields = example.docs
	resolved := NewMap()
	if n != nil && n.Kind != Map && n.Kind != Null {
		f.wrongKind(name, n, Map.String())
		n = nil
	}
	var all []T
	if n != nil {
		for _, k := range n.Keys {
			item := k.Value
			if item.Kind == List {
				item = &Node{Kind: Map, Pos: item.Pos, Origin: item.Origin, Keys: []Key{{Name: short, Pos: item.Pos, Value: item}}}
			}
			at := join(name, k.Name)
			if item.Kind != Map {
				f.problem(item.Pos, at, fmt.Sprintf("%s is neither a list nor a map", item.Shown()), "write a list, or a map such as `{key: value}`")
				continue
			}
			sub := newFields(join(f.path, at), item, f.problems)
			sub.at = k.Pos
			all = append(all, read(sub, k.Name, item))
			sub.close()
			resolved.Put(k.Name, sub.resolved)
		}
	}
	f.use(name, n, resolved)
	return all
}
