package spec

import (
	"cmp"
	"fmt"
	"slices"

	"mlp/internal/problem"
)

// Fields reads the fields of one map of a spec. Each call names a field once:
// key, default, meaning and range. The same call reads the value, records what
// is wrong with it, marks the key as known, documents it, and notes the value
// used for the resolved spec. Nothing returns an error: problems are collected,
// so that a spec with five mistakes gets five complaints, and a reader always
// gets a value of the right type (the default, where the spec's is unusable).
type Fields struct {
	path    string
	spelled string      // the name of the component, as written
	node    *Node       // what the spec says; nil or Null where it is silent
	at      problem.Pos // where to point when a field is missing

	problems *problem.Problems
	resolved *Node
	docs     []FieldDoc
	moot     []FieldDoc        // keys that may stand and are no fields
	known    []string          // names and aliases read so far
	aliases  map[string]string // other spelling → name
	instead  map[string]string // a key that people write and there is not → what to do
}

// Decode runs read over the tree and returns the resolved tree, in which every
// default is written out, and the problems found.
func Decode(n *Node, read func(*Fields)) (*Node, problem.Problems) {
	var problems problem.Problems
	f := newFields("", n, &problems)
	if n != nil && n.Kind != Map && n.Kind != Null {
		f.problem(n.Pos, "", fmt.Sprintf("a spec is a map of sections, not %s", n.Kind), "start with `data:`, `layers:`, `compile:`, `fit:`")
		f.node = nil
	}
	read(f)
	f.close()
	return f.resolved, problems
}

func newFields(path string, n *Node, problems *problem.Problems) *Fields {
	f := &Fields{path: path, node: n, problems: problems, resolved: NewMap(), aliases: map[string]string{}}
	if n != nil {
		f.at = n.Pos
		f.resolved.Pos, f.resolved.Origin = n.Pos, n.Origin
	}
	return f
}

// Path returns where these fields stand, for example "layers[1]".
func (f *Fields) Path() string { return f.path }

// Spelled returns the name of the component as the spec writes it.
func (f *Fields) Spelled() string { return f.spelled }

// Pos returns where the map begins.
func (f *Fields) Pos() problem.Pos { return f.at }

// Has reports whether the spec itself gives the field a value other than null.
func (f *Fields) Has(name string) bool {
	k := f.lookup(name)
	return k != nil && k.Value.Kind != Null
}

// PosOf returns where the value of a field stands, or where it should have.
func (f *Fields) PosOf(name string) problem.Pos {
	if k := f.lookup(name); k != nil {
		return k.Value.Pos
	}
	return f.at
}

// Alias lets a field be written under other names, for example "init" for
// "kernel_initializer". Call it before the field is read.
func (f *Fields) Alias(name string, others ...string) {
	for _, other := range others {
		f.aliases[other] = name
	}
}

// Resolved returns the value used for a field that has been read, with every
// default written out: what a component must be saved as to be built again.
func (f *Fields) Resolved(name string) *Node { return f.resolved.Get(name).Clone() }

// Problem records a complaint about the value of a field.
func (f *Fields) Problem(name, hint, format string, args ...any) {
	at := f.at
	width := 0
	if k := f.lookup(name); k != nil {
		at, width = k.Value.Pos, len(k.Value.Text)
	}
	f.problem(at, name, fmt.Sprintf(format, args...), hint)
	(*f.problems)[len(*f.problems)-1].Width = width
}

func (f *Fields) problem(at problem.Pos, name, msg, hint string) {
	path := f.path
	if name != "" {
		path = join(f.path, name)
	}
	*f.problems = append(*f.problems, &problem.Problem{Pos: at, Path: path, Msg: msg, Hint: hint})
}

// Unsaid takes fields that have been read out of the resolved tree where the spec is
// silent on them. A field that joins a section later is read so: the specs of before,
// and the models that hold them, keep their bytes.
func (f *Fields) Unsaid(names ...string) {
	f.resolved.Keys = slices.DeleteFunc(f.resolved.Keys, func(k Key) bool {
		return slices.Contains(names, k.Name) && f.lookup(k.Name) == nil
	})
}

// Reads reports whether a field of that name has been read.
func (f *Fields) Reads(name string) bool { return slices.Contains(f.known, name) }

// Skip marks fields as known that are read elsewhere.
func (f *Fields) Skip(names ...string) { f.known = append(f.known, names...) }

// lookup finds the entry of a field under its name or one of its aliases.
func (f *Fields) lookup(name string) *Key {
	if k := f.node.Key(name); k != nil {
		return k
	}
	if f.node == nil || f.node.Kind != Map {
		return nil
	}
	for i := range f.node.Keys {
		if f.aliases[f.node.Keys[i].Name] == name {
			return &f.node.Keys[i]
		}
	}
	return nil
}

// open begins the reading of a field: it documents it, marks it known, and
// returns what the spec says, or nil where it is silent.
func (f *Fields) open(doc FieldDoc) *Node {
	for other, name := range f.aliases {
		if name == doc.Name {
			doc.Aliases = append(doc.Aliases, other)
		}
	}
	slices.Sort(doc.Aliases)
	f.docs = append(f.docs, doc)
	f.known = append(f.known, doc.Name)
	k := f.lookup(doc.Name)
	for _, other := range doc.Aliases {
		f.known = append(f.known, other)
		if o := f.node.Key(other); o != nil && k != nil && o != k {
			f.problem(o.Pos, other, fmt.Sprintf("%q is another name for %q, which is given too", other, doc.Name), "keep one of them")
		}
	}
	if k == nil {
		return nil
	}
	if doc.takesNone() {
		return orNull(k.Value)
	}
	return k.Value
}

// use notes the value used. from is the node it came from, nil for a default.
func (f *Fields) use(name string, from, value *Node) {
	value = value.Clone()
	if from == nil {
		value.Origin = "default"
	} else {
		value.Pos, value.Origin = from.Pos, from.Origin
	}
	f.resolved.Put(name, value)
}

// wrongKind complains that a value is not of the wanted kind.
func (f *Fields) wrongKind(name string, n *Node, want string) {
	f.Problem(name, kindHint(n, want), "%s is not %s", n.Shown(), want)
}

// Shown quotes a scalar and names anything larger.
func (n *Node) Shown() string {
	if n.IsScalar() {
		return fmt.Sprintf("%q", n.Text)
	}
	return n.Kind.String()
}

func kindHint(n *Node, want string) string {
	switch {
	case n.Kind == String && want == Bool.String():
		return "write true or false"
	case n.Kind == String && (want == Int.String() || want == Float.String()):
		return "write a plain number, without quotes"
	case n.IsScalar() && want == String.String():
		return "put it in quotes"
	}
	return ""
}

// close adds a problem for each key that no field has read.
func (f *Fields) close() {
	if f.node == nil || f.node.Kind != Map {
		return
	}
	for _, k := range f.node.Keys {
		if slices.Contains(f.known, k.Name) {
			continue
		}
		where := "" // the path stands before it
		if f.path == "" {
			where = " here"
		}
		f.problem(k.Pos, "", fmt.Sprintf("unknown key %q%s", k.Name, where), cmp.Or(f.instead[k.Name], problem.DidYouMean(k.Name, f.known)))
		(*f.problems)[len(*f.problems)-1].Width = len(k.Name)
	}
}

// Section reads the map under name with read. A missing section is read as an
// empty one, so that its defaults apply.
func (f *Fields) Section(name, doc string, read func(*Fields)) {
	n := f.open(FieldDoc{Name: name, Type: "section", Doc: doc})
	if n != nil && n.Kind != Map && n.Kind != Null {
		f.wrongKind(name, n, Map.String())
		n = nil
	}
	sub := newFields(join(f.path, name), n, f.problems)
	if n == nil {
		sub.at = f.at
	}
	read(sub)
	sub.close()
	f.docs[len(f.docs)-1].Fields, f.docs[len(f.docs)-1].Moot = sub.docs, sub.moot
	f.resolved.Put(name, sub.resolved)
}

// Optional reads the map under name with read, if the spec has one, and reports
// whether it does. A section that is not there is documented all the same, and stays
// out of the resolved tree.
func (f *Fields) Optional(name, doc string, read func(*Fields)) bool {
	if n := f.lookup(name); n == nil || n.Value.Kind == Null {
		f.open(FieldDoc{Name: name, Type: "section", Doc: doc, Default: "null"})
		example := newFields("", nil, new(problem.Problems))
		read(example)
		f.docs[len(f.docs)-1].Fields, f.docs[len(f.docs)-1].Moot = example.docs, example.moot
		return false
	}
	f.Section(name, doc, read)
	return true
}

// Each reads a list of maps, one call of read an item. read must do nothing but
// read: it is also run once on nothing, to document the fields.
func Each[T any](f *Fields, name, doc string, read func(*Fields) T) []T {
	return EachOr(f, name, "", doc, read)
}

// EachOr is Each for maps of which a list may stand for the field named short, if that
// is all a map has to say.
func EachOr[T any](f *Fields, name, short, doc string, read func(*Fields) T) []T {
	n := f.open(FieldDoc{Name: name, Type: "list of maps", Doc: doc, Default: "[]", Short: short})
	example := newFields("", nil, new(problem.Problems))
	read(example)
	f.docs[len(f.docs)-1].Fields, f.docs[len(f.docs)-1].Moot = example.docs, example.moot
	list := NewList()
	if n != nil && n.Kind != List && n.Kind != Null {
		f.wrongKind(name, n, "a list of maps")
		n = nil
	}
	var all []T
	if n != nil {
		for i, item := range n.Items {
			at := fmt.Sprintf("%s[%d]", name, i)
			if item.Kind == List && short != "" {
				item = &Node{Kind: Map, Pos: item.Pos, Origin: item.Origin, Keys: []Key{{Name: short, Pos: item.Pos, Value: item}}}
			}
			if item.Kind != Map {
				f.problem(item.Pos, at, fmt.Sprintf("%s is not a map", item.Shown()), "write `- {key: value}`")
				continue
			}
			sub := newFields(join(f.path, at), item, f.problems)
			all = append(all, read(sub))
			sub.close()
			list.Items = append(list.Items, sub.resolved)
		}
	}
	f.use(name, n, list)
	return all
}
