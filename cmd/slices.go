package cmd

import (
	"fmt"
	"strconv"

	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/evaluate"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// mostSlices is how many different values --by puts up with: more make a table
// that nobody reads, and slices too small to say anything.
const mostSlices = 50

// evaluateBy measures the rows of each value of the column that --by names,
// which need not be one that the model knows.
func (o *evaluateOptions) evaluateBy(s *session, rows *evaluated, whole *evaluate.Evaluation) ([]evaluate.Subgroup, error) {
	config := schema.Default()
	config.Delimiter, config.Header, config.NA = s.Model.Data.Delimiter, s.Model.Data.Header, s.Model.Data.NA
	config.Columns = []schema.ColumnConfig{{Ref: schema.ColumnRef{Name: o.by}, Type: "categorical"}}
	textTable, err := schema.Read(rows.source, config)
	if err != nil {
		return nil, err
	}
	column := textTable.Column(o.by)
	if column == nil {
		return nil, problem.Data(problem.Pos{File: "flag --by"}, "", problem.DidYouMean(o.by, textTable.Names()), "%s has no column %q", textTable.Name, o.by)
	}
	valueAt := map[int]string{} // by line
	different := map[string]bool{}
	for row, line := range textTable.Lines {
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
	return whole.Subgroups(groups)
}

// cellOf returns the cell of a row; a packed table may have it as a number.
func cellOf(c *table.Column, row int) string {
	switch {
	case c.Codes != nil && c.Codes[row] >= 0:
		return c.Words[c.Codes[row]]
	case c.Codes == nil && c.Numbers[row] == c.Numbers[row]:
		return cell(c.Numbers[row])
	}
	return "(missing)"
}

// sliceTable has one line a value.
func sliceTable(by string, all []evaluate.Subgroup) *textTable {
	header := []string{printable(by), "rows", "loss"}
	for _, v := range all[0].Values {
		header = append(header, v.Name)
	}
	t := newTable(header...)
	for i := range header[1:] {
		t.right(i + 1)
	}
	for _, s := range all {
		cells := []string{printable(s.Value), strconv.Itoa(s.Rows), number(s.Loss)}
		for _, v := range s.Values {
			cells = append(cells, number(v.Value))
		}
		t.add(cells...)
	}
	return t
}

// sliceMetrics are the metrics of the slices as they stand in a flat object:
// accuracy/sex/female.
func sliceMetrics(by string, all []evaluate.Subgroup, add func(key, value string)) {
	for _, s := range all {
		under := fmt.Sprintf("/%s/%s", by, s.Value)
		add("rows"+under, strconv.Itoa(s.Rows))
		add("loss"+under, spec.NumberJSON(s.Loss))
		for _, v := range s.Values {
			add(v.Name+under, spec.NumberJSON(v.Value))
		}
	}
}
