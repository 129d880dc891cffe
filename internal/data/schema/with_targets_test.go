package schema

import (
	"math"
	"slices"
	"testing"

	"mlp/internal/data/table"
)

// Rows that are picked are a table of their own: words that stand in none of them are
// gone, and what is missing or no number is counted anew.
func TestPickRows(t *testing.T) {
	nan := float32(math.NaN())
	whole := &table.Table{Rows: 5, Lines: []int{2, 3, 5, 6, 9}, Columns: []*table.Column{
		{Name: "n", Kind: table.Numeric, Numbers: []float32{1, nan, nan, 4, nan}, Missing: 1, Others: []int{1, 4}, OtherN: 2, OtherWords: []string{"x", "y"}},
		{Name: "w", Kind: table.Categorical, Codes: []int32{0, 1, -1, 2, 1}, Words: []string{"a", "b", "c"}, Missing: 1},
		{Name: "s", Skipped: true},
	}}
	some := pickRows(whole, []int{2, 3, 4})
	n, w := some.Columns[0], some.Columns[1]
	if some.Rows != 3 || !slices.Equal(some.Lines, []int{5, 6, 9}) {
		t.Errorf("%d rows from lines %v", some.Rows, some.Lines)
	}
	if n.Missing != 1 || n.OtherN != 1 || !slices.Equal(n.Others, []int{2}) || n.Numbers[1] != 4 || !n.IsMissing(0) || !n.IsMissing(2) {
		t.Errorf("the numbers are %+v", n)
	}
	if w.Missing != 1 || !slices.Equal(w.Words, []string{"c", "b"}) || !slices.Equal(w.Codes, []int32{-1, 0, 1}) {
		t.Errorf("the words are %+v", w)
	}
	if whole.Columns[0].Numbers[3] != 4 || len(whole.Columns[1].Words) != 3 {
		t.Error("the whole table has changed")
	}
}
