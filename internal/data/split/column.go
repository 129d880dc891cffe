package split

import (
	"fmt"
	"strings"

	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/problem"
)

// splitBy returns the column that the split goes by. The spec may name it by its
// place, which is one among all columns of the training table.
func splitBy(s *schema.Schema, t *table.Table, path string, refs []schema.ColumnRef) (*table.Column, error) {
	var names []string
	for _, sc := range s.Columns {
		names = append(names, sc.Name)
	}
	if len(refs) == 0 || refs[0].Find(names) < 0 {
		return nil, &problem.Problem{Path: path, Msg: "which column is it?"} // the spec and the schema have been checked
	}
	name := names[refs[0].Find(names)]
	col := t.Column(name)
	if col == nil || col.Skipped {
		return nil, problem.Data(problem.Pos{File: t.Name}, name, "the parts of the rows go by it: give the table that column", "the column is missing")
	}
	return col, nil
}

// partWords are what a cell may call its part, in any case.
var partWords = [3][]string{{"train", "training"}, {"validation", "valid", "val", "dev"}, {"test", "testing", "holdout"}}

// splitColumn puts each row where its cell says.
func splitColumn(t *table.Table, s *schema.Schema, c schema.Config, _ uint64) (Rows, error) {
	col, err := splitBy(s, t, "data.split.column", c.Split.Column)
	if err != nil {
		return Rows{}, err
	}
	var rows [3][]int
	bad := problem.List{File: t.Name}
	wrong := make([]bool, t.Rows)
	known := map[string]int{}
	for row := range t.Rows {
		word := col.Text(row)
		part, seen := known[word]
		if !seen {
			part = partNamed(word)
			known[word] = part
		}
		if part < 0 {
			wrong[row] = true
			continue
		}
		rows[part] = append(rows[part], row)
	}
	t.Refuse(&bad, col, nil, func(row int) bool { return wrong[row] }, func(text string) (string, string) {
		const hint = "the parts are train, validation (valid, val, dev) and test (holdout)"
		if text == "" {
			return "the part is missing", hint
		}
		return fmt.Sprintf("%q is no part", problem.Clip(text)), hint
	})
	p := Rows{Parts: Parts[[]int]{rows[0], rows[1], rows[2]}}
	p.note("parts as column %q says", col.Name)
	return p, bad.Err()
}

func partNamed(word string) int {
	for part, words := range partWords {
		for _, w := range words {
			if strings.EqualFold(w, strings.TrimSpace(word)) {
				return part
			}
		}
	}
	return -1
}
