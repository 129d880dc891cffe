package schema

import (
	"strings"
	"testing"
)

// targeting is what the command line says of a table with --target alone.
func targeting(column string) Config {
	c := Default()
	c.Target = []ColumnRef{{Name: column}}
	return c
}

// Whole numbers are class numbers where they lie close or repeat.
func TestFewIntegers(t *testing.T) {
	for cells, want := range map[string]bool{
		"0 1 1 0": true, "1 2 3 5 6 7": true, "-1 1": true, "10 20 30 40": false, "191 189 193 162 202": false,
		"100 200 100 200 100 200 100 200 100 200": true, "1.5 2.5": false,
	} {
		table, err := Read(text("x,y\n"+strings.Join(strings.Fields("0,"+strings.ReplaceAll(cells, " ", " 0,")), "\n")+"\n"), targeting("y"))
		if err != nil {
			t.Fatal(err)
		}
		if got := fewIntegers(table.Columns[1]); got != want {
			t.Errorf("%s: %v, want %v", cells, got, want)
		}
	}
}
