package profile

import (
	"fmt"
	"strings"
	"testing"

	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/task"
)

// Of many warnings of one kind the first are shown, and how many more there are.
func TestShownWarnings(t *testing.T) {
	r := &Report{}
	for i := range 100 {
		r.Warnings = append(r.Warnings, Warning{Kind: "constant", Msg: fmt.Sprint(i)})
	}
	r.Warnings = append(r.Warnings, Warning{Kind: "duplicate_rows", Msg: "rows"})
	shown := r.Shown()
	if len(shown) != 10 || shown[7].Msg != "7" || shown[8].Msg != "rows" || shown[9].Msg != "and 92 more like these (constant)" {
		t.Errorf("%d are shown: %v", len(shown), shown)
	}
}

// Labels with few rows are one warning, and none where all have as few.
func TestSkewOfManyLabels(t *testing.T) {
	for _, c := range []struct {
		name string
		rows []int // of each label
		want string
	}{
		{"all alike", []int{5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5}, ""},
		{"nearly alike", []int{5, 4, 5, 6, 5, 5, 5, 7, 5, 5, 5, 5, 5, 5, 5, 5, 4, 5, 5, 5, 5, 5, 5, 5, 5}, ""},
		{"one of two", []int{100, 2}, `only 2 rows are labelled "l1"`},
		{"a row", []int{100, 1}, `only 1 row is labelled "l1"`},
		{"several", []int{200, 3, 2}, `2 labels of 3 have few rows: "l2" 2, "l1" 3`},
		{"many", []int{500, 9, 8, 7, 6, 5, 4}, `6 labels of 7 have few rows: "l6" 4, "l5" 5, "l4" 6, "l3" 7, "l2" 8, and 1 more`},
	} {
		s := &schema.Schema{Task: task.Multiclass, Targets: []string{"y"}}
		p := &profiler{schema: s, report: &Report{}, table: &table.Table{}}
		for i, n := range c.rows {
			p.report.Classes = append(p.report.Classes, Count{fmt.Sprintf("l%d", i), n})
			p.table.Rows += n
		}
		p.skew()
		var got []string
		for _, w := range p.report.Warnings {
			got = append(got, w.Msg)
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
