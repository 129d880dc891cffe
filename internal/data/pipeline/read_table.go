package pipeline

import (
	"cmp"
	"fmt"
	"slices"

	"mlp/internal/data/parse"
	"mlp/internal/data/preprocess"
	"mlp/internal/data/scan"
	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// ReadFor reads a table for a pipeline that exists already. Columns are matched
// by name, in any order; those the pipeline does not know are skipped. The
// target is read only when it is needed; then it must be there, and each label
// must be one that training saw. An unknown category is never an error.
func (p *Pipeline) ReadFor(src source.Source, needTarget bool) (*table.Table, error) {
	return p.ReadRows(src, Rows{Targets: needTarget})
}

// Rows says which rows of a table are wanted.
type Rows struct {
	Targets     bool // those with targets; a row without one is refused
	DropMissing bool // or left out
	Unseen      bool // those with a label that training never saw, too
}

// ReadRows is ReadFor with a say in what becomes of rows whose target is of no use.
func (p *Pipeline) ReadRows(src source.Source, wanted Rows) (*table.Table, error) {
	r, err := p.open(src, wanted.Targets, false)
	if err != nil {
		return nil, err
	}
	t, err := r.Read(p.plans(r.Names(), wanted.Targets))
	if err != nil {
		return nil, err
	}
	if wanted.DropMissing {
		var targets []*table.Column
		for _, name := range p.schema.Targets {
			targets = append(targets, t.Column(name))
		}
		if t, err = schema.WithTargets(t, targets); err != nil {
			return nil, err
		}
	}
	return t, p.check(t, wanted)
}

// open starts reading a table whose schema is known.
func (p *Pipeline) open(src source.Source, needTarget, eager bool) (*parse.Reader, error) {
	wanted := p.wanted(needTarget)
	header := table.No
	if p.schema.Header {
		header = table.Yes
	}
	r, err := parse.Open(src, parse.Options{Header: header, Wanted: wanted, Known: p.allNames(), Reading: p.schema.Reading, Eager: eager})
	if err != nil {
		return nil, err
	}
	if !p.schema.Header && r.Format() == parse.CSV {
		err = p.nameByPosition(r)
	}
	if err == nil {
		err = p.require(r, wanted)
	}
	if err != nil {
		return nil, cmp.Or(err, r.Close())
	}
	return r, nil
}

// wanted names the columns that must be there.
func (p *Pipeline) wanted(needTarget bool) []string {
	var names []string
	for _, sc := range p.schema.Columns {
		if sc.Role == schema.Feature || sc.Role == schema.Target && needTarget {
			names = append(names, sc.Name)
		}
	}
	return names
}

// allNames are the names of the training table's columns.
func (p *Pipeline) allNames() []string {
	names := make([]string, len(p.schema.Columns))
	for i := range names {
		names[i] = p.schema.Columns[i].Name
	}
	return names
}

// plans says how the columns of a file are read: those that are not needed, not at
// all.
func (p *Pipeline) plans(names []string, needTarget bool) []table.Plan {
	known := make(map[string]*schema.SchemaColumn, len(p.schema.Columns))
	for i := range p.schema.Columns {
		known[p.schema.Columns[i].Name] = &p.schema.Columns[i]
	}
	plans := make([]table.Plan, len(names))
	for j, name := range names {
		sc := known[name]
		if sc == nil || sc.Role == schema.Ignored || sc.Role != schema.Feature && sc.Role != schema.ID && !needTarget {
			continue
		}
		plans[j] = table.Plan{Keep: table.AsNumbers, Kind: table.DeclaredNumeric, NA: scan.NewNASet(sc.NA...), Precision: scan.Single}
		if sc.Wide {
			plans[j].Precision = scan.Double
		}
		if sc.Role == schema.ID || sc.Role == schema.Group || sc.Role == schema.Part || sc.Role == schema.Time || sc.Role == schema.Target && p.schema.Task.Classes() || sc.Role == schema.Feature && !sc.Kind.Numbers {
			plans[j].Keep, plans[j].Kind = table.AsWords, table.DeclaredWords
		}
	}
	return plans
}

// nameByPosition names the columns of a table without a header as those of the
// training table: all of them, or all but the targets.
func (p *Pipeline) nameByPosition(r *parse.Reader) error {
	var all, inputs []string
	for _, sc := range p.schema.Columns {
		all = append(all, sc.Name)
		if sc.Role != schema.Target {
			inputs = append(inputs, sc.Name)
		}
	}
	switch n := len(r.Names()); n {
	case len(all):
		r.Rename(all)
	case len(inputs):
		r.Rename(inputs)
	default:
		return problem.Data(r.Header(), "", "columns without names are matched by their place",
			"%s found; the model was trained on a table without a header with %d, %d without the target", problem.Count(n, "column"), len(all), len(inputs))
	}
	return nil
}

// require complains about all columns that are missing.
func (p *Pipeline) require(r *parse.Reader, wanted []string) error {
	names := r.Found()
	there := make(map[string]bool, len(names))
	for _, name := range names {
		there[name] = true
	}
	var missing []string
	for _, name := range wanted {
		if !there[name] {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if len(missing) == len(wanted) && r.Format() != parse.Packed {
		hint := "its first line must name the columns, among them " + spec.Quote(wanted[:min(len(wanted), 8)])
		if r.Format() == parse.CSV {
			hint += fmt.Sprintf("; is the delimiter %s?", r.Delimiter())
		}
		return problem.Data(r.Header(), "", hint, "the table has none of the columns that the model needs")
	}
	hint := "the table has " + spec.QuoteSome(names)
	others := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return p.schema.Column(name) != nil })
	if near := problem.Nearest(missing[0], others); near != "" {
		hint = fmt.Sprintf("is %q the one called %q? columns are matched by name", near, missing[0])
	}
	if len(missing) == 1 {
		return problem.Data(r.Header(), missing[0], hint, "the column is missing")
	}
	return problem.Data(r.Header(), "", hint, "%d columns are missing: %s", len(missing), spec.QuoteSome(missing))
}

// settingsOf returns the settings of a feature, with what was learned.
func (p *Pipeline) settingsOf(name string) preprocess.Settings {
	for i := range p.features {
		if p.features[i].column.Name == name {
			return p.features[i].Settings()
		}
	}
	return preprocess.Settings{}
}

// check refuses what can be seen only in whole columns.
func (p *Pipeline) check(t *table.Table, wanted Rows) error {
	columns := t.ByName()
	list := problem.List{File: t.Name}
	for _, sc := range p.schema.Columns {
		number := sc.Role == schema.Target && wanted.Targets && !p.schema.Task.Classes()
		switch col := columns[sc.Name]; {
		case sc.Role == schema.Feature || number:
			col, err := columnFor(sc, t, col)
			if err != nil {
				return err
			}
			if number {
				preprocess.CheckNumbers(t, col, &list)
			} else if !sc.Kind.AnyWord {
				sc.Kind.Check(t, col, p.settingsOf(sc.Name), &list)
			}
		case sc.Role == schema.Weight && col != nil && !col.Skipped:
			schema.CheckWeights(t, col, &list)
		}
		if err := list.Err(); err != nil {
			return err
		}
	}
	if !wanted.Targets {
		return nil
	}
	for _, name := range p.schema.Targets {
		switch col := columns[name]; {
		case wanted.Unseen:
			schema.CheckTargets(t, col, nil, &list, schema.MissingTarget)
		case p.schema.Task.Classes():
			p.schema.CheckLabels(t, col, nil, p.schema.ClassesOf(col), &list)
			list.Mend(problem.ApartLabels)
		default:
			schema.CheckTargets(t, col, nil, &list, schema.MissingTarget)
		}
		if err := list.Err(); err != nil {
			return err
		}
	}
	return nil
}
