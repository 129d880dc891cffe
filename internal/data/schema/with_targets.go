package schema

import (
	"slices"

	"mlp/internal/data/table"
	"mlp/internal/problem"
)

// WithTargets leaves out the rows of t in which a target is missing.
func WithTargets(t *table.Table, targets []*table.Column) (*table.Table, error) {
	lacks := func(row int) bool {
		return slices.ContainsFunc(targets, func(c *table.Column) bool { return c.IsMissing(row) && !slices.Contains(c.Others, row) })
	}
	for _, c := range targets {
		if c.Skipped || c.OtherN > len(c.Others) {
			return t, nil // it is refused as it stands
		}
	}
	rows := slices.DeleteFunc(table.AllRows(t), lacks)
	switch len(rows) {
	case t.Rows:
		return t, nil
	case 0:
		return nil, noTarget(t, targets[0])
	}
	some := pickRows(t, rows)
	some.Dropped = t.Rows - len(rows)
	return some, nil
}

func noTarget(t *table.Table, col *table.Column) *problem.Problem {
	return problem.Data(problem.Pos{File: t.Name}, col.Name, "name the column that is to be predicted; if its cells are no missing ones, correct na_values", "no row has a target")
}

// pickRows returns a table of some rows of t, ascending.
func pickRows(t *table.Table, rows []int) *table.Table {
	some := *t
	some.Rows, some.Lines, some.Verbatim = len(rows), pick(t.Lines, rows), nil
	some.Columns = make([]*table.Column, len(t.Columns))
	for i, c := range t.Columns {
		some.Columns[i] = pickColumn(c, rows)
	}
	return &some
}

func pickColumn(c *table.Column, rows []int) *table.Column {
	if c.Skipped {
		return c
	}
	some := *c
	some.Numbers, some.Codes, some.Words, some.Others = pick(c.Numbers, rows), nil, nil, nil
	if c.Codes != nil {
		some.Codes = make([]int32, len(rows))
		code := map[int32]int32{-1: -1}
		for i, row := range rows {
			old := c.Codes[row]
			if _, known := code[old]; !known {
				code[old] = int32(len(some.Words))
				some.Words = append(some.Words, c.Words[old])
			}
			some.Codes[i] = code[old]
		}
	}
	for _, row := range c.Others {
		if i, found := slices.BinarySearch(rows, row); found {
			some.Others = append(some.Others, i)
		} else {
			some.OtherN--
		}
	}
	some.Missing = -some.OtherN // which have no number either
	if c.Numbers == nil {
		some.Missing = 0
	}
	for i := range rows {
		if some.IsMissing(i) {
			some.Missing++
		}
	}
	return &some
}

func pick[T any](all []T, rows []int) []T {
	if all == nil {
		return nil
	}
	some := make([]T, len(rows))
	for i, row := range rows {
		some[i] = all[row]
	}
	return some
}
