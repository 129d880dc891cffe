package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mlp/internal/problem"
)

// auto is the word that leaves the choice of a component to the program, where
// it is the field's default. It stays as it is in the resolved spec.
const auto = "auto"

// One reads a field that holds one component of a registry. It may be written
// as a bare name (adam), as a one-key map (dropout: 0.2, which sets the
// component's first field), or as a map with its type ({type: adam, beta_1: 0.8}).
// def is the component used where the spec is silent; with an empty def, null
// and silence give the zero T, and with "auto" so does that word.
func One[T any](f *Fields, name string, r *Registry[T], def, doc string) T {
	var zero T
	shown := def
	if def == "" {
		shown = "null"
	}
	n := f.open(FieldDoc{Name: name, Type: r.family, Default: shown, Doc: doc, Family: r})
	if n == nil || n.Kind == Null {
		if def == "" {
			f.use(name, n, NewNull())
			return zero
		}
		n = &Node{Kind: String, Text: def, Pos: f.at, Origin: "default"}
	}
	if def == auto && n.Kind == String && r.leavesOpen(n.Text) {
		f.resolved.Put(name, n)
		return zero
	}
	v, resolved := r.build(r.assume(def, n), join(f.path, name), f.problems)
	f.resolved.Put(name, resolved)
	return v
}

// assume reads a map without a type as the default component if all its keys are
// fields of that one: {learning_rate: 0.1} where the spec names no optimizer.
func (r *Registry[T]) assume(def string, n *Node) *Node {
	doc, ok := r.Describe(def)
	if !ok || n.Kind != Map || len(n.Keys) == 0 || n.Get("type") != nil {
		return n
	}
	for _, k := range n.Keys {
		if r.byName[problem.Fold(k.Name)] != nil || !slices.ContainsFunc(doc.Fields, func(d FieldDoc) bool {
			return d.Name == k.Name || slices.Contains(d.Aliases, k.Name)
		}) {
			return n
		}
	}
	n = n.Clone()
	n.Put("type", &Node{Kind: String, Text: def, Pos: n.Pos, Origin: "default"})
	return n
}

// Either reads a field that may be left out and holds a component of one of two
// registries, which the name tells apart: those of the first come first. What is not
// given is the zero value, as both are where the spec is silent or says null.
func Either[A, B any](f *Fields, name string, a *Registry[A], b *Registry[B], doc string) (first A, second B) {
	n := f.open(FieldDoc{Name: name, Type: a.family + " or " + b.family, Default: "null", Doc: doc, Family: a, Other: b})
	if n == nil || n.Kind == Null {
		f.use(name, n, NewNull())
		return first, second
	}
	var resolved *Node
	if word, _ := b.parts(n); b.byName[problem.Fold(word.Text)] != nil {
		second, resolved = b.build(n, join(f.path, name), f.problems)
	} else {
		first, resolved = a.build(n, join(f.path, name), f.problems)
	}
	f.resolved.Put(name, resolved)
	return first, second
}

// NumberOr reads a field that holds a number, or a component of a registry in
// its place, for example a learning rate or its schedule. The component is the
// zero T where a number stands, or nothing.
func NumberOr[T any](f *Fields, name string, r *Registry[T], def float64, doc string, checks ...Check) (float64, T) {
	var none T
	n := f.open(FieldDoc{Name: name, Type: "number or " + r.family, Default: short(def), Doc: doc, Checks: checks, Family: r})
	if n == nil || n.Kind == Null || meansNumber(n) {
		v := f.number(name, n, def, checks)
		f.use(name, n, NewFloat(v))
		return v, none
	}
	v, resolved := r.build(n, join(f.path, name), f.problems)
	f.resolved.Put(name, resolved)
	return def, v
}

// meansNumber reports whether a value is a number, or was meant as one: "0.2" in
// quotes is no name of a component.
func meansNumber(n *Node) bool {
	switch n.Kind {
	case Int, Float, Bool:
		return true
	case String:
		_, err := strconv.ParseFloat(n.Text, 64)
		return err == nil
	}
	return false
}

// OptNumberOr is NumberOr for a field that may be left out: where the spec is silent,
// or says null, it returns nil and the zero T.
func OptNumberOr[T any](f *Fields, name string, r *Registry[T], doc string, checks ...Check) (*float64, T) {
	var none T
	n := f.open(FieldDoc{Name: name, Type: "number or " + r.family, Default: "null", Doc: doc, Checks: checks, Family: r})
	switch {
	case n == nil || n.Kind == Null:
		f.use(name, n, NewNull())
		return nil, none
	case meansNumber(n):
		v := f.number(name, n, 0, checks)
		f.use(name, n, NewFloat(v))
		return &v, none
	}
	v, resolved := r.build(n, join(f.path, name), f.problems)
	f.resolved.Put(name, resolved)
	return nil, v
}

// A Component is one element of a list, with the name it was given and where.
type Component[T any] struct {
	Value T
	Name  string // its own where it is given one; else its type, an alias as it is written
	Path  string
	Pos   problem.Pos
}

const (
	maxComponents = 4096 // in a list; real ones have a dozen
	maxProblems   = 100  // after which the rest of a list is not looked at
)

// Many reads a field that holds a list of components; a single one may stand
// without brackets. def are the names used where the spec is silent. If def is
// "auto", that word in place of the list gives one Component of that name with
// the zero T.
func Many[T any](f *Fields, name string, r *Registry[T], def []string, doc string) []Component[T] {
	shown := "[" + strings.Join(def, ", ") + "]"
	mayBeAuto := len(def) == 1 && def[0] == auto
	if mayBeAuto {
		shown = auto
	}
	n := f.open(FieldDoc{Name: name, Type: "list of " + r.plural, Default: shown, Doc: doc, Family: r, Many: true})
	if n == nil {
		n = &Node{Kind: List, Pos: f.at, Origin: "default"}
		for _, d := range def {
			n.Items = append(n.Items, &Node{Kind: String, Text: d, Pos: f.at, Origin: "default"})
		}
	}
	list := &Node{Kind: List, Pos: n.Pos, Origin: n.Origin}
	if count := len(items(n)); count > maxComponents {
		f.problem(n.Pos, name, fmt.Sprintf("a list of %d; %d are allowed", count, maxComponents), "")
		f.resolved.Put(name, list)
		return nil
	}
	var all []Component[T]
	for i, item := range items(n) {
		if len(*f.problems) > maxProblems {
			break // more would not be read
		}
		c := Component[T]{Name: auto, Path: fmt.Sprintf("%s[%d]", join(f.path, name), i), Pos: item.Pos}
		resolved := item
		if !mayBeAuto || item.Kind != String || item.Text != auto {
			c.Value, resolved = r.build(item, c.Path, f.problems)
			c.Name = resolved.Text
			if resolved.Kind == Map {
				c.Name = resolved.Get("type").Text
			}
			if own := resolved.Get("name"); own != nil && r.named != "" && own.Text != "" {
				c.Name = own.Text
			}
		}
		all = append(all, c)
		list.Items = append(list.Items, resolved)
	}
	f.resolved.Put(name, list)
	return all
}

// Values returns what the components of a list are, without their names.
func Values[T any](list []Component[T]) []T {
	var all []T
	for _, c := range list {
		all = append(all, c.Value)
	}
	return all
}

// build makes the component that n describes and returns it with its resolved
// tree: the bare name if it has no fields, else a map with type and all fields.
func (r *Registry[T]) build(n *Node, path string, problems *problem.Problems) (T, *Node) {
	name, fields := r.parts(n)
	e := r.byName[problem.Fold(name.Text)]
	if e == nil {
		*problems = append(*problems, r.unknown(n, name, path))
		e = r.entries[0] // some usable value; the problem stops the run
		fields = nil
		problems = new(problem.Problems)
	}
	if fields != nil && fields.IsScalar() && fields.Kind != Null || fields != nil && fields.Kind == List {
		fields = r.principal(e, fields)
	}
	f := newFields(path, fields, problems)
	if fields == nil {
		f.at = n.Pos
	}
	f.known, f.spelled = append(f.known, "type"), name.Text
	v := r.read(e, f)
	f.close()

	label := &Node{Kind: String, Text: e.spelling(name.Text), Pos: name.Pos, Origin: n.Origin}
	if len(f.resolved.Keys) == 0 {
		return v, label
	}
	resolved := &Node{Kind: Map, Pos: n.Pos, Origin: n.Origin}
	resolved.Put("type", label)
	for _, k := range f.resolved.Keys {
		resolved.Put(k.Name, k.Value)
	}
	return v, resolved
}

func (r *Registry[T]) unknown(n, name *Node, path string) *problem.Problem {
	list := problem.Remedy{Kind: problem.ListFamily, Value: r.plural}
	if name.Kind != String {
		msg := fmt.Sprintf("%s names no %s", n.Shown(), r.family)
		if n.Kind == Map {
			msg = fmt.Sprintf("which %s? `type:` is missing", r.family)
		}
		return &problem.Problem{Pos: n.Pos, Path: path, Msg: msg, Remedy: list}
	}
	hint := ""
	if r.hint != nil {
		if there := r.hint(name.Text); there != "" {
			return &problem.Problem{Pos: name.Pos, Path: path, Width: len(name.Text), Hint: there, Msg: fmt.Sprintf("unknown %s %q", r.family, name.Text)}
		}
	}
	if best := problem.Nearest(name.Text, r.spellings()); best != "" {
		hint = fmt.Sprintf("did you mean %q?", best)
	}
	return &problem.Problem{Pos: name.Pos, Path: path, Width: len(name.Text), Hint: hint, Remedy: list,
		Msg: fmt.Sprintf("unknown %s %q", r.family, name.Text)}
}
