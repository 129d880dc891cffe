package draft

import (
	"fmt"
	"slices"

	"mlp/internal/spec"
)

// A setting is one key of a map with its value.
type setting struct {
	name  string
	value *spec.Node
}

// fields returns a map of settings, in their order.
func fields(settings ...setting) *spec.Node {
	n := spec.NewMap()
	for _, s := range settings {
		n.Put(s.name, s.value)
	}
	return n
}

// component returns a component of a family with the settings that differ from
// its defaults: its bare name where there are none. A name or setting that the
// family does not have is a mistake in this package, and panics.
func component(family spec.Family, name string, settings ...setting) *spec.Node {
	doc, ok := family.Describe(name)
	if !ok {
		panic(fmt.Sprintf("draft: there is no %s %q", family.Family(), name))
	}
	if len(settings) == 0 {
		return spec.NewString(doc.Name)
	}
	for _, s := range settings {
		if !slices.ContainsFunc(doc.Fields, func(f spec.FieldDoc) bool { return f.Name == s.name || slices.Contains(f.Aliases, s.name) }) {
			panic(fmt.Sprintf("draft: the %s %q has no field %q", family.Family(), name, s.name))
		}
	}
	return fields(append([]setting{{"type", spec.NewString(doc.Name)}}, settings...)...)
}

// noted returns n with a comment at the end of its line.
func noted(n *spec.Node, note string) *spec.Node {
	n.Note = note
	return n
}
