package data

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"mlp/internal/spec"
)

// LoadPipeline is the inverse of Save. It trusts nothing: every word, number and
// reference is checked, and memory stays in proportion to what is given.
func LoadPipeline(schema *spec.Node, learned []Numbers) (*Pipeline, error) {
	if schema == nil {
		return nil, errors.New("schema: there is none")
	}
	l := &loader{numbers: map[string][]float64{}}
	for _, n := range learned {
		if _, twice := l.numbers[n.Name]; twice {
			l.fail("%q stands twice", n.Name)
		}
		l.numbers[n.Name] = n.Data
	}
	p := &Pipeline{schema: l.schema(schema)}
	if l.err == nil {
		l.fit(p, schema.Get("columns"))
	}
	if l.err == nil {
		l.seen(p)
	}
	if l.err == nil && len(l.numbers) > 0 {
		for _, n := range learned {
			if _, left := l.numbers[n.Name]; left {
				l.fail("%q belongs to no column", n.Name)
				break
			}
		}
	}
	if l.err != nil {
		return nil, l.err
	}
	p.nameInputs()
	return p, nil
}

// A loader keeps the first mistake it meets; what it returns after one is of no
// use but does no harm.
type loader struct {
	numbers map[string][]float64 // those not used so far
	err     error
}

func (l *loader) fail(format string, args ...any) {
	if l.err == nil {
		l.err = fmt.Errorf("schema: "+format, args...)
	}
}

func (l *loader) text(n *spec.Node, key string) string {
	v := n.Get(key)
	if v == nil || v.Kind != spec.String {
		l.fail("%q is missing or no text", key)
		return ""
	}
	return v.Text
}

func (l *loader) texts(n *spec.Node, key string) []string {
	v := n.Get(key)
	if v == nil || v.Kind != spec.List {
		l.fail("%q is missing or no list", key)
		return nil
	}
	var words []string
	for _, item := range v.Items {
		if item.Kind != spec.String {
			l.fail("%q holds something that is no text", key)
			return nil
		}
		words = append(words, item.Text)
	}
	return words
}

func (l *loader) flag(n *spec.Node, key string) bool {
	v := n.Get(key)
	if v == nil || v.Kind != spec.Bool {
		l.fail("%q is missing or neither true nor false", key)
		return false
	}
	return v.Bool
}

func (l *loader) float(n *spec.Node, key string, lo, hi float64) float64 {
	v := n.Get(key)
	if v == nil || v.Kind != spec.Int && v.Kind != spec.Float || !(v.Float >= lo && v.Float <= hi) {
		l.fail("%q is missing or no number from %g to %g", key, lo, hi)
		return lo
	}
	return v.Float
}

// take hands out the numbers of that name, once.
func (l *loader) take(name string) []float64 {
	v := l.numbers[name]
	delete(l.numbers, name)
	for _, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil
		}
	}
	return v
}

// learned takes one number that a column was fitted with.
func (l *loader) learned(name string) float64 {
	v := l.take(name)
	if len(v) != 1 {
		l.fail("%q is missing or not one finite number", name)
		return 1
	}
	return v[0]
}

// divisor takes a number that values are divided by.
func (l *loader) divisor(name string) float64 {
	v := l.learned(name)
	if v <= 0 {
		l.fail("%q is not greater than 0", name)
		return 1
	}
	return v
}

// table takes ascending numbers.
func (l *loader) table(name string) []float64 {
	v := l.take(name)
	if len(v) == 0 || !slices.IsSorted(v) {
		l.fail("%q is missing or no list of ascending finite numbers", name)
		return []float64{0}
	}
	return v
}

// component builds one from its tree.
func component[T any](l *loader, r *spec.Registry[T], n *spec.Node, key string) Choice[T] {
	at := n.Get(key)
	if at == nil {
		l.fail("%q is missing", key)
		at = spec.NewNull()
	}
	v, err := r.Build(at)
	if err != nil {
		l.fail("%q: %v", key, err)
	}
	return Choice[T]{Use: v, Spec: at.Clone()}
}

func named[T ~uint8](l *loader, n *spec.Node, key string, names ...string) T {
	word := l.text(n, key)
	for i, name := range names {
		if name == word {
			return T(i)
		}
	}
	l.fail("%q is %q, which is unknown", key, word)
	return 0
}

func (l *loader) schema(n *spec.Node) *Schema {
	s := &Schema{Task: named[Task](l, n, "task", taskNames[:]...), Header: l.flag(n, "header"),
		Labels: l.texts(n, "labels"), Targets: l.texts(n, "targets")}
	columns := n.Get("columns")
	if columns == nil || columns.Kind != spec.List {
		l.fail("there are no columns")
		return s
	}
	roles := map[string]Role{}
	once := map[Role]int{}
	for _, c := range columns.Items {
		sc := SchemaColumn{Name: l.text(c, "name"), Kind: named[Kind](l, c, "kind", kindNames[:]...),
			Role: named[Role](l, c, "role", roleNames[:]...), NA: l.texts(c, "na_values")}
		if _, twice := roles[sc.Name]; twice {
			l.fail("column %q stands twice", sc.Name)
		}
		roles[sc.Name] = sc.Role
		once[sc.Role]++
		s.Columns = append(s.Columns, sc)
	}
	l.checkTargets(s, roles, once)
	s.labels = indexOf(s.Labels)
	return s
}

func (l *loader) checkTargets(s *Schema, roles map[string]Role, once map[Role]int) {
	for _, name := range s.Targets {
		if r, ok := roles[name]; !ok || r != Target {
			l.fail("target %q is no target column", name)
		}
	}
	if repeated(s.Targets) >= 0 || len(s.Targets) != once[Target] || len(s.Targets) == 0 {
		l.fail("the targets are not the target columns")
	}
	if once[Feature] == 0 || once[ID] > 1 || once[Weight] > 1 {
		l.fail("there must be inputs, and at most one id and one weight")
	}
	labels := len(s.Labels)
	if repeated(s.Labels) >= 0 {
		l.fail("a label stands twice")
	}
	switch {
	case s.Task == Auto:
		l.fail("the task is not decided")
	case s.Task == Binary && labels != 2, s.Task == Multiclass && labels < 2, !s.Task.Classes() && labels != 0,
		s.Task.Classes() && len(s.Targets) != 1:
		l.fail("%d labels and %d targets do not make a %s task", labels, len(s.Targets), s.Task)
	}
}

// fit restores what was learned.
func (l *loader) fit(p *Pipeline, columns *spec.Node) {
	for i := range p.schema.Columns {
		sc := &p.schema.Columns[i]
		if sc.Role != Feature {
			continue
		}
		f := feature{}
		if sc.Kind.scales() {
			l.scaled(&f, sc, columns.Items[i])
		} else {
			l.categorical(&f, sc, columns.Items[i])
		}
		if l.err != nil {
			return
		}
		if f.width = len(f.inputs()); f.width > inputLimit+1 {
			l.fail("column %q makes %d inputs", sc.Name, f.width)
		}
		p.features = append(p.features, f)
	}
	for _, name := range p.schema.Targets {
		switch p.schema.Task {
		case Regression:
			p.targets = append(p.targets, scaled{l.learned(prefixOf(name) + "mean"), l.divisor(prefixOf(name) + "sd")})
		case MultiLabel:
			p.targets = append(p.targets, scaled{0, 1})
		}
	}
}
