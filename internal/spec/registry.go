package spec

import (
	"fmt"
	"slices"

	"mlp/internal/problem"
)

// A Registry holds the components of one family, for example the optimizers.
// T is what a component is once it is built.
type Registry[T any] struct {
	family  string // "optimizer": how complaints and `mlp list` call it
	plural  string // "optimizers"
	entries []*entry[T]
	byName  map[string]*entry[T] // by folded name and alias
	implied map[string]string    // key that only one component has → that component
	number  string               // component that a bare number stands for; "" for none
	open    []string             // words beside "auto" that leave the choice to the program
	hint    func(name string) string
	moot    []moot // keys that may stand in every component
	named   string // what the name is that every component may be given; "" for none
}

type entry[T any] struct {
	name, doc string
	aliases   []string
	build     func(*Fields) T
}

// NewRegistry returns an empty registry.
func NewRegistry[T any](family, plural string) *Registry[T] {
	return &Registry[T]{family: family, plural: plural, byName: map[string]*entry[T]{}, implied: map[string]string{}}
}

// spelling returns the name under which a resolved spec has the component: an
// alias as the user wrote it, since output and monitors go by it, else the name.
func (e *entry[T]) spelling(written string) string {
	if slices.Contains(e.aliases, written) {
		return written
	}
	return e.name
}

// Registered is what Add returns, so that a registration can stand at package
// level as `var _ = Optimizers.Add(…)`.
type Registered struct{}

// Add registers a component. doc is one line: what it computes, and the source.
// build reads the component's fields and must return a usable value whatever
// they hold. Names match in any case and with or without "_", so that Keras's
// class names are understood; aliases are only for words that differ otherwise.
// A name that is taken panics.
func (r *Registry[T]) Add(name, doc string, build func(*Fields) T, aliases ...string) Registered {
	e := &entry[T]{name: name, doc: doc, aliases: aliases, build: build}
	for _, n := range append([]string{name}, aliases...) {
		if r.byName[problem.Fold(n)] != nil {
			panic(fmt.Sprintf("spec: %s %q is registered twice", r.family, n))
		}
		r.byName[problem.Fold(n)] = e
	}
	r.entries = append(r.entries, e)
	slices.SortFunc(r.entries, func(a, b *entry[T]) int { return compareNames(a.name, b.name) })
	return Registered{}
}

// Imply lets a component be written without its type where one of its own keys
// gives it away: a layer with units is a dense layer.
func (r *Registry[T]) Imply(key, name string) { r.implied[key] = name }

// ImplyNumber lets a bare number stand for a component, as its first field.
func (r *Registry[T]) ImplyNumber(name string) { r.number = name }

// TakesNumber reports whether a bare number stands for a component.
func (r *Registry[T]) TakesNumber() bool { return r.number != "" }

// LeaveOpen names words that, where "auto" is allowed, leave the choice to the
// program as it does. They stay in the resolved spec until it is made.
func (r *Registry[T]) LeaveOpen(words ...string) { r.open = words }

// Elsewhere lets a family say where a name belongs that it does not know; "" if
// it cannot tell.
func (r *Registry[T]) Elsewhere(hint func(name string) string) { r.hint = hint }

// Moot lets a key stand in every component of the family, as Fields.Moot does in one; a
// component with a field of that name keeps it.
func (r *Registry[T]) Moot(name, why string, values ...string) {
	r.moot = append(r.moot, moot{name, why, values})
}

// Named lets every component of the family be given a name of its own; doc says what for.
func (r *Registry[T]) Named(doc string) { r.named = doc }

// read has the fields of a component read: its own, and those of every one.
func (r *Registry[T]) read(e *entry[T], f *Fields) T {
	v := e.build(f)
	if r.named != "" {
		f.String("name", "", r.named)
		f.Unsaid("name")
	}
	for _, m := range r.moot {
		if !f.Reads(m.name) {
			f.Moot(m.name, m.why, m.values...)
		}
	}
	return v
}

// leavesOpen reports whether a word leaves the choice to the program.
func (r *Registry[T]) leavesOpen(word string) bool {
	return word == auto || slices.ContainsFunc(r.open, func(w string) bool { return problem.Fold(w) == problem.Fold(word) })
}

// Family returns the word for one component: "optimizer".
func (r *Registry[T]) Family() string { return r.family }

// Plural returns the word for all of them: "optimizers".
func (r *Registry[T]) Plural() string { return r.plural }

// Names returns the names of all components, sorted.
func (r *Registry[T]) Names() []string {
	names := make([]string, len(r.entries))
	for i, e := range r.entries {
		names[i] = e.name
	}
	return names
}

// spellings returns names and aliases, for suggestions.
func (r *Registry[T]) spellings() []string {
	var all []string
	for _, e := range r.entries {
		all = append(append(all, e.name), e.aliases...)
	}
	return all
}

// Describe documents one component, by name or alias.
func (r *Registry[T]) Describe(name string) (ComponentDoc, bool) {
	e := r.byName[problem.Fold(name)]
	if e == nil {
		return ComponentDoc{}, false
	}
	f := newFields("", nil, new(problem.Problems))
	r.read(e, f)
	return ComponentDoc{Family: r.family, Name: e.name, Doc: e.doc, Aliases: e.aliases, Fields: f.docs, Moot: f.moot}, true
}

// Build makes a component from a tree such as {type: adam, beta_1: 0.8}, for
// tests and for callers that hold a saved spec.
func (r *Registry[T]) Build(n *Node) (T, error) {
	var problems problem.Problems
	v, _ := r.build(n, r.family, &problems)
	return v, problems.Err()
}

// Resolve is Build that also returns what n says with every default written out,
// as it stands in a resolved spec.
func (r *Registry[T]) Resolve(n *Node) (T, *Node, error) {
	var problems problem.Problems
	v, resolved := r.build(n, r.family, &problems)
	return v, resolved, problems.Err()
}

func compareNames(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
