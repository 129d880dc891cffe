package pipeline

import (
	"errors"
	"math"
	"slices"

	"mlp/internal/data/preprocess"
	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/spec"
	"mlp/internal/task"
)

// LoadPipeline is the inverse of Save. It trusts nothing: every word, number and
// reference is checked, and memory stays in proportion to what is given.
func LoadPipeline(schema *spec.Node, learned []Numbers) (*Pipeline, error) {
	if schema == nil {
		return nil, errors.New("schema: there is none")
	}
	l := &loader{Strict: spec.Strict{What: "schema"}, numbers: map[string][]float64{}}
	for _, n := range learned {
		if _, twice := l.numbers[n.Name]; twice {
			l.Fail("%q stands twice", n.Name)
		}
		l.numbers[n.Name] = n.Data
	}
	p := &Pipeline{schema: l.schema(schema)}
	if l.Err == nil {
		l.fit(p, schema.Get("columns"))
	}
	if l.Err == nil {
		l.seen(p)
	}
	if l.Err == nil && len(l.numbers) > 0 {
		for _, n := range learned {
			if _, left := l.numbers[n.Name]; left {
				l.Fail("%q belongs to no column", n.Name)
				break
			}
		}
	}
	if l.Err != nil {
		return nil, l.Err
	}
	p.nameInputs()
	return p, nil
}

// A loader restores what Save wrote.
type loader struct {
	spec.Strict
	numbers map[string][]float64 // those not used so far
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
		l.Fail("%q is missing or not one finite number", name)
		return 1
	}
	return v[0]
}

// divisor takes a number that values are divided by.
func (l *loader) divisor(name string) float64 {
	v := l.learned(name)
	if v <= 0 {
		l.Fail("%q is not greater than 0", name)
		return 1
	}
	return v
}

// table takes ascending numbers.
func (l *loader) table(name string) []float64 {
	v := l.take(name)
	if len(v) == 0 || !slices.IsSorted(v) {
		l.Fail("%q is missing or no list of ascending finite numbers", name)
		return []float64{0}
	}
	return v
}

// component builds one from its tree.
func component[T any](l *loader, r *spec.Registry[T], n *spec.Node, key string) preprocess.Choice[T] {
	at := n.Get(key)
	if at == nil {
		l.Fail("%q is missing", key)
		at = spec.NewNull()
	}
	v, err := r.Build(at)
	if err != nil {
		l.Fail("%q: %v", key, err)
	}
	return preprocess.Choice[T]{Use: v, Spec: at.Clone()}
}

func (l *loader) schema(n *spec.Node) *schema.Schema {
	s := &schema.Schema{Task: task.Task(l.Enum(n, "task", task.Names[:]...)), Header: l.Bool(n, "header"),
		Labels: l.Texts(n, "labels"), Targets: l.Texts(n, "targets")}
	columns := n.Get("columns")
	if columns == nil || columns.Kind != spec.List {
		l.Fail("there are no columns")
		return s
	}
	roles := map[string]schema.Role{}
	once := map[schema.Role]int{}
	for _, c := range columns.Items {
		sc := schema.SchemaColumn{Name: l.Text(c, "name"), Kind: table.Kind(l.Enum(c, "kind", table.KindNames[:]...)),
			Role: schema.Role(l.Enum(c, "role", schema.RoleNames[:]...)), NA: l.Texts(c, "na_values")}
		if _, twice := roles[sc.Name]; twice {
			l.Fail("column %q stands twice", sc.Name)
		}
		roles[sc.Name] = sc.Role
		once[sc.Role]++
		s.Columns = append(s.Columns, sc)
	}
	l.checkTargets(s, roles, once)
	s.Index = schema.IndexOf(s.Labels)
	return s
}

func (l *loader) checkTargets(s *schema.Schema, roles map[string]schema.Role, once map[schema.Role]int) {
	for _, name := range s.Targets {
		if r, ok := roles[name]; !ok || r != schema.Target {
			l.Fail("target %q is no target column", name)
		}
	}
	if table.Repeated(s.Targets) >= 0 || len(s.Targets) != once[schema.Target] || len(s.Targets) == 0 {
		l.Fail("the targets are not the target columns")
	}
	if once[schema.Feature] == 0 || once[schema.ID] > 1 || once[schema.Weight] > 1 {
		l.Fail("there must be inputs, and at most one id and one weight")
	}
	labels := len(s.Labels)
	if table.Repeated(s.Labels) >= 0 {
		l.Fail("a label stands twice")
	}
	switch {
	case s.Task == task.Auto:
		l.Fail("the task is not decided")
	case s.Task == task.Binary && labels != 2, s.Task == task.Multiclass && labels < 2, !s.Task.Classes() && labels != 0,
		s.Task.Classes() && len(s.Targets) != 1:
		l.Fail("%d labels and %d targets do not make a %s task", labels, len(s.Targets), s.Task)
	}
}

// fit restores what was learned.
func (l *loader) fit(p *Pipeline, columns *spec.Node) {
	for i := range p.schema.Columns {
		sc := &p.schema.Columns[i]
		if sc.Role != schema.Feature {
			continue
		}
		f := feature{}
		if sc.Kind.Scales() {
			l.scaled(&f, sc, columns.Items[i])
		} else {
			l.categorical(&f, sc, columns.Items[i])
		}
		if l.Err != nil {
			return
		}
		if f.width = len(f.inputs()); f.width > inputLimit+1 {
			l.Fail("column %q makes %d inputs", sc.Name, f.width)
		}
		p.features = append(p.features, f)
	}
	for _, name := range p.schema.Targets {
		switch p.schema.Task {
		case task.Regression:
			p.targets = append(p.targets, scaled{l.learned(prefixOf(name) + "mean"), l.divisor(prefixOf(name) + "sd")})
		case task.MultiLabel:
			p.targets = append(p.targets, scaled{0, 1})
		}
	}
}
