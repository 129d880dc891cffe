package pipeline

import (
	"errors"

	"mlp/internal/data/dialect"
	"mlp/internal/data/preprocess"
	"mlp/internal/data/scan"
	"mlp/internal/data/schema"
	"mlp/internal/spec"
	"mlp/internal/stats"
	"mlp/internal/task"
)

// LoadPipeline is the inverse of Save. It trusts nothing: every word, number and
// reference is checked, and memory stays in proportion to what is given.
func LoadPipeline(schema *spec.Node, learned []preprocess.Numbers) (*Pipeline, error) {
	if schema == nil {
		return nil, errors.New("schema: there is none")
	}
	l := loader{preprocess.NewLoader("schema", learned)}
	p := &Pipeline{schema: l.schema(schema)}
	if l.Err == nil {
		l.fit(p, schema)
	}
	if l.Err == nil {
		l.seen(p)
	}
	if l.Close(); l.Err != nil {
		return nil, l.Err
	}
	p.nameInputs()
	return p, nil
}

// A loader restores what Save wrote.
type loader struct{ *preprocess.Loader }

func (l loader) schema(n *spec.Node) *schema.Schema {
	s := &schema.Schema{Task: task.Task(l.Enum(n, "task", task.Names[:]...)), Header: l.Bool(n, "header"),
		Labels: l.Texts(n, "labels"), Targets: l.Texts(n, "targets")}
	if said := n.Get("read"); said != nil && l.Err == nil {
		_, problems := spec.Decode(said, func(f *spec.Fields) { s.Reading = dialect.Decode(f) })
		if len(problems) > 0 {
			l.Fail("%v", problems)
		}
	}
	columns := n.Get("columns")
	if columns == nil || columns.Kind != spec.List {
		l.Fail("there are no columns")
		return s
	}
	roles := map[string]schema.Role{}
	once := map[schema.Role]int{}
	for _, c := range columns.Items {
		sc := schema.SchemaColumn{Name: l.Text(c, "name"), Kind: preprocess.KindNamed(preprocess.KindNames()[l.Enum(c, "kind", preprocess.KindNames()...)]),
			Role: schema.Role(l.Enum(c, "role", schema.RoleNames[:]...)), NA: l.Texts(c, "na_values")}
		if c.Get("wide") != nil {
			sc.Wide = l.Bool(c, "wide")
		}
		if _, twice := roles[sc.Name]; twice {
			l.Fail("column %q stands twice", sc.Name)
		}
		roles[sc.Name] = sc.Role
		once[sc.Role]++
		s.Columns = append(s.Columns, sc)
	}
	l.checkTargets(s, roles, once)
	s.Index = preprocess.IndexOf(s.Labels)
	return s
}

func (l loader) checkTargets(s *schema.Schema, roles map[string]schema.Role, once map[schema.Role]int) {
	for _, name := range s.Targets {
		if r, ok := roles[name]; !ok || r != schema.Target {
			l.Fail("target %q is no target column", name)
		}
	}
	if scan.Repeated(s.Targets) >= 0 || len(s.Targets) != once[schema.Target] || len(s.Targets) == 0 {
		l.Fail("the targets are not the target columns")
	}
	if once[schema.Feature] == 0 || once[schema.ID] > 1 || once[schema.Weight] > 1 {
		l.Fail("there must be inputs, and at most one id and one weight")
	}
	labels := len(s.Labels)
	if scan.Repeated(s.Labels) >= 0 {
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
func (l loader) fit(p *Pipeline, n *spec.Node) {
	columns := n.Get("columns")
	for i := range p.schema.Columns {
		sc := &p.schema.Columns[i]
		if sc.Role != schema.Feature {
			continue
		}
		f := newFeature(*sc)
		f.Load(l.Loader, columns.Items[i])
		sc.Settings = f.Settings()
		f.column = *sc
		if l.Err != nil {
			return
		}
		if f.width = len(f.Inputs()); f.width > inputLimit+1 {
			l.Fail("column %q makes %d inputs", sc.Name, f.width)
		}
		p.features = append(p.features, f)
	}
	log := n.Get("target_scale") != nil
	if log {
		l.Enum(n, "target_scale", string(schema.ScaleLog1p))
	}
	clip := p.schema.Task == task.Regression && n.Get("target_clip") != nil && l.Bool(n, "target_clip")
	for _, name := range p.schema.Targets {
		if clip {
			r := stats.Interval{Low: l.Number(preprocess.Prefix(name) + "min"), High: l.Number(preprocess.Prefix(name) + "max")}
			if p.within = append(p.within, r); r.Low > r.High {
				l.Fail("target %q: its least value is above its greatest", name)
			}
		}
		switch p.schema.Task {
		case task.Regression:
			p.targets = append(p.targets, scaled{mean: l.Number(preprocess.Prefix(name) + "mean"), sd: l.Divisor(preprocess.Prefix(name) + "sd"), log: log})
		case task.MultiLabel:
			p.targets = append(p.targets, scaled{sd: 1})
		}
	}
}
