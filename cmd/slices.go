package cmd

import (
	"mlp/internal/data"
	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/report"
)

// mostSlices is how many different values --by puts up with: more make a table
// that nobody reads, and slices too small to say anything.
const mostSlices = 50

// evaluateBy measures the rows of each value of the column that --by names,
// which need not be one that the model knows.
func (o *evaluateOptions) evaluateBy(m *model.Model, s *session, rows *evaluated, c evaluate.Config, whole *evaluate.Result) ([]evaluate.Subgroup, error) {
	config := data.Default()
	config.Delimiter, config.Header, config.NA = s.Model.Data.Delimiter, s.Model.Data.Header, s.Model.Data.NA
	config.Columns = []data.ColumnConfig{{Ref: data.ColumnRef{Name: o.by}, Type: "categorical"}}
	table, err := data.Read(rows.source, config)
	if err != nil {
		return nil, err
	}
	column := table.Column(o.by)
	if column == nil {
		return nil, problem.Data(problem.Pos{File: "flag --by"}, "", problem.DidYouMean(o.by, table.Names()), "%s has no column %q", table.Name, o.by)
	}
	valueAt := map[int]string{} // by line
	different := map[string]bool{}
	for row, line := range table.Lines {
		valueAt[line] = cellOf(column, row)
		different[valueAt[line]] = true
	}
	if n := len(different); n > mostSlices {
		return nil, problem.Data(problem.Pos{File: "flag --by"}, "", "choose a column with fewer, such as a category",
			"column %q has %d different values, more than %d", o.by, n, mostSlices)
	}
	groups := make([]string, len(rows.part.Lines))
	for i, line := range rows.part.Lines {
		groups[i] = valueAt[line]
	}
	return evaluate.Subgroups(m, rows.part, groups, c, whole)
}

// cellOf returns the cell of a row; a packed table may have it as a number.
func cellOf(c *data.Column, row int) string {
	switch {
	case c.Codes != nil && c.Codes[row] >= 0:
		return c.Words[c.Codes[row]]
	case c.Codes == nil && c.Numbers[row] == c.Numbers[row]:
		return report.Cell(c.Numbers[row])
	}
	return "(missing)"
}
