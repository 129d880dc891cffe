package run

import (
	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/evaluate"
	"mlp/internal/problem"
)

// mostSubgroups is how many different values a column of subgroups may have: more make
// a table too long to read, of subgroups too small to say anything.
const mostSubgroups = 50

// subgroups measures the rows of each value of a column, which need not be one that
// the model has. The table is read again, for that column; a row is the same one if it
// stands in the same line.
func (s *Session) subgroups(e *Evaluation, by string) ([]evaluate.Subgroup, error) {
	config := schema.Default()
	config.Delimiter, config.Header, config.NA = s.Model.Data.Delimiter, s.Model.Data.Header, s.Model.Data.NA
	config.Columns = []schema.ColumnConfig{{Ref: schema.ColumnRef{Name: by}, Type: "categorical"}}
	t, err := schema.Read(e.source, config)
	if err != nil {
		return nil, err
	}
	column := t.Column(by)
	if column == nil {
		return nil, inBy(problem.DidYouMean(by, t.Names()), "%s has no column %q", t.Name, by)
	}
	valueAt := map[int]string{} // by line
	different := map[string]bool{}
	for row, line := range t.Lines {
		valueAt[line] = cellOf(column, row)
		different[valueAt[line]] = true
	}
	if n := len(different); n > mostSubgroups {
		return nil, inBy("choose a column with fewer, such as a category", "column %q has %d different values, more than %d", by, n, mostSubgroups)
	}
	values := make([]string, len(e.Part.Lines))
	for i, line := range e.Part.Lines {
		values[i] = valueAt[line]
	}
	return e.Evaluation.Subgroups(values)
}

// inBy is a problem of a table that does not go with the option by.
func inBy(hint, format string, args ...any) error {
	p := problem.InOption("by", hint, format, args...)
	p.Domain = problem.InData
	return p
}

// cellOf returns the cell of a row; a packed table may have it as a number.
func cellOf(c *table.Column, row int) string {
	switch {
	case c.Codes != nil && c.Codes[row] >= 0:
		return c.Words[c.Codes[row]]
	case c.Codes == nil && !c.IsMissing(row):
		return c.Text(row)
	}
	return "(missing)"
}
