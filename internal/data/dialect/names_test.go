package dialect

import (
	"fmt"
	"slices"
	"testing"
)

// Names that are given twice are numbered on, past those that stand there already.
func TestNamesAreGivenOnce(t *testing.T) {
	var names Names
	names.Take("x_3")
	var got []string
	for _, name := range []string{"x", "x", "x", "x_2", "x_2", "", "x"} {
		got = append(got, names.Free(name))
	}
	if want := []string{"x", "x_2", "x_4", "x_2_2", "x_2_3", "", "x_5"}; !slices.Equal(got, want) {
		t.Errorf("the names are %q, want %q", got, want)
	}
}

// As many equal names as a table may have columns are numbered in a moment: were each to
// look through all before it, this would take hours.
func TestManyEqualNames(t *testing.T) {
	row := slices.Repeat([]string{"x"}, 1<<18)
	h := Name(row, nil, false, nil)
	for _, i := range []int{0, 1, len(row) - 1} {
		want := "x"
		if i > 0 {
			want = fmt.Sprintf("x_%d", i+1)
		}
		if h.Names[i] != want {
			t.Errorf("column %d is called %q, want %q", i, h.Names[i], want)
		}
	}
	if h = Name(row, nil, false, row); h.Names[len(row)-1] != "x" {
		t.Errorf("a name that is not known is given: %q", h.Names[len(row)-1])
	}
}
