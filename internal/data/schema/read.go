package schema

import (
	"errors"

	"mlp/internal/data/parse"
	"mlp/internal/data/scan"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
)

// Read reads a whole table as the spec says. Columns are numeric when every cell
// that is not missing is a number, or nearly every one (Infer then refuses the
// others). Problems are problem.Problems: the first ten, then a count.
func Read(src source.Source, c Config) (*table.Table, error) {
	src, err := src.InMemory()
	if err != nil {
		return nil, err
	}
	o := parse.Options{Delimiter: c.Delimiter, Header: c.Header, NA: scan.NewNASet(withEmpty(c.NA)...), Reading: c.Reading}
	for {
		r, err := parse.Open(src, o)
		if err != nil {
			return nil, err
		}
		t, err := r.Read(c.plans(r.Names(), r.Nameless()))
		var late *parse.LateColumns
		if err == nil {
			return c.withTargets(t)
		}
		if !errors.As(err, &late) {
			return nil, err
		}
		o.Keys = late.Names // once more: all names are known now
	}
}

// withTargets leaves out rows without a target, if that is wanted.
func (c Config) withTargets(t *table.Table) (*table.Table, error) {
	var targets []*table.Column
	for _, ref := range c.Target {
		if i := ref.Find(t.Names()); i >= 0 {
			targets = append(targets, t.Columns[i])
		}
	}
	if !c.DropMissingTarget || len(targets) == 0 {
		return t, nil
	}
	return WithTargets(t, targets)
}

// ReadLooking reads as Read does, for a draft that a person looks at: once more where
// lines below the header hold units, or columns of words are sure to be numbers with
// other marks than a point. Table.Reading has what was found.
func ReadLooking(src source.Source, c Config) (*table.Table, error) {
	t, err := Read(src, c)
	if err == nil && t.UnitsDoubt > 0 && c.Header != table.No {
		c.Reading.UnitsRow = t.UnitsDoubt
		t, err = Read(src, c)
	}
	if err != nil || !c.Reading.Marks.Plain() {
		return t, err
	}
	if marks, doubtful := t.Marks(); !doubtful && !marks.Plain() {
		c.Reading.Marks = marks
		return Read(src, c)
	}
	return t, nil
}

// plans says how each column is read. Mistakes in the spec are found by Infer, when
// the table is known to be one.
func (c Config) plans(names []string, nameless []bool) []table.Plan {
	roles, _ := c.resolve(names, nameless)
	common := scan.NewNASet(c.naOf(columnRole{})...)
	plans := make([]table.Plan, len(names))
	for j, r := range roles {
		p := table.Plan{Keep: table.AsNumbers, NA: common}
		if r.exception != nil {
			p.Kind, p.NA = r.exception.reading(), scan.NewNASet(c.naOf(r)...)
		}
		switch {
		case r.role == Ignored:
			p.Keep = table.Skip
		case r.role == Target && c.Task.Classes():
			p.Keep, p.Kind = table.AsWords, table.DeclaredWords
		case r.role == Target:
			p.Keep = table.AsBoth
		case r.role == ID || r.role == Group || r.role == Part || r.role == Time:
			p.Keep, p.Kind = table.AsWords, table.DeclaredWords
		case r.role == Weight:
			p.Kind = table.DeclaredNumeric
		case p.Kind == table.DeclaredWords:
			p.Keep = table.AsWords
		}
		plans[j] = p
	}
	return plans
}

// naOf returns the missing tokens of a column.
func (c Config) naOf(r columnRole) []string {
	tokens := withEmpty(c.NA)
	if r.exception != nil && r.exception.OwnNA {
		tokens = []string{""}
	}
	if r.exception != nil {
		tokens = append(append([]string{}, tokens...), r.exception.NA...)
	}
	return tokens
}
