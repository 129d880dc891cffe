package schema

import (
	"mlp/internal/data/scan"
	"mlp/internal/data/table"
)

// Read reads a whole table as the spec says. Columns are numeric when every cell
// that is not missing is a number, or nearly every one (Infer then refuses the
// others). Problems are problem.Problems: the first ten, then a count.
func Read(src table.Source, c Config) (*table.Table, error) {
	src, err := src.InMemory()
	if err != nil {
		return nil, err
	}
	r, err := table.Open(src, table.Options{Delimiter: c.Delimiter, Header: c.Header, NA: scan.NewNASet(withEmpty(c.NA)...)})
	if err != nil {
		return nil, err
	}
	return r.Read(c.plans(r.Names()))
}

// plans says how each column is read. Mistakes in the spec are found by Infer, when
// the table is known to be one.
func (c Config) plans(names []string) []table.Plan {
	roles, _ := c.resolve(names)
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
		case r.role == ID || r.role == Group || r.role == Part:
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
	if r.exception != nil {
		tokens = append(append([]string{}, tokens...), r.exception.NA...)
	}
	return tokens
}
