package spec

import (
	"slices"
	"strings"

	"mlp/internal/problem"
)

// A FieldDoc documents one field. It is made by the call that reads the field.
type FieldDoc struct {
	Name     string
	Type     string // "integer", "number", "text", a family's word, …
	Default  string // as it would be written; empty when Required
	Doc      string
	Aliases  []string
	Options  []string // the words an Enum accepts
	Checks   []Check
	Required bool
	Nullable bool // null is a value of its own, beside the default

	Family Family // of a component field
	Other  Family // of which it may be as well; nil: of no other
	Many   bool   // a list of components
	Fields []FieldDoc
	Moot   []FieldDoc // of a section: keys that may stand in it and are no fields
	Short  string     // of a list of maps: the field that a list in the place of a map stands for
}

// Range joins the checks of a field: "greater than 0".
func (d FieldDoc) Range() string {
	texts := make([]string, len(d.Checks))
	for i, c := range d.Checks {
		texts[i] = c.Text
	}
	return strings.Join(texts, ", ")
}

// takesNone reports whether Python's None means null in the field: wherever it can be no
// word of the user's own.
func (d FieldDoc) takesNone() bool {
	switch d.Type {
	case "text", "list of text", "text or list of text", "text or number", "map", "any":
		return len(d.Options) > 0
	}
	return true
}

// A ComponentDoc documents one component of a family.
type ComponentDoc struct {
	Family, Name, Doc string
	Aliases           []string
	Fields            []FieldDoc
	Moot              []FieldDoc // keys that may stand and are no fields
}

// A Family is a registry as documentation sees it.
type Family interface {
	Family() string
	Plural() string
	Names() []string
	Describe(name string) (ComponentDoc, bool)
	TakesNumber() bool
}

// Describe documents the fields that read reads.
func Describe(read func(*Fields)) []FieldDoc {
	f := newFields("", nil, new(problem.Problems))
	read(f)
	return f.docs
}

// Paths returns the dotted paths of all fields that hold one scalar or one
// component: the closed list of what an environment variable can set.
func Paths(docs []FieldDoc) []string {
	var paths []string
	var visit func(prefix string, docs []FieldDoc)
	visit = func(prefix string, docs []FieldDoc) {
		for _, d := range docs {
			path := join(prefix, d.Name)
			switch {
			case d.Type == "section":
				visit(path, d.Fields)
			case d.Many, d.Type == "list of maps", d.Type == "map":
			default:
				paths = append(paths, path)
			}
		}
	}
	visit("", docs)
	return paths
}

// Families returns every family that docs refer to, directly or through the
// fields of components, in the order of their names.
func Families(docs []FieldDoc) []Family {
	found := map[string]Family{}
	var visit func(docs []FieldDoc)
	visit = func(docs []FieldDoc) {
		for _, d := range docs {
			visit(d.Fields)
			for _, f := range []Family{d.Family, d.Other} {
				if f == nil || found[f.Family()] != nil {
					continue
				}
				found[f.Family()] = f
				for _, name := range f.Names() {
					c, _ := f.Describe(name)
					visit(c.Fields)
				}
			}
		}
	}
	visit(docs)
	var all []Family
	for _, f := range found {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b Family) int { return compareNames(a.Family(), b.Family()) })
	return all
}

// sortedKeys returns the entries of a Map by name.
func sortedKeys(n *Node) []Key {
	keys := slices.Clone(n.Keys)
	slices.SortFunc(keys, func(a, b Key) int { return compareNames(a.Name, b.Name) })
	return keys
}
