package split

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mlp/internal/data/parse"
	"mlp/internal/data/pipeline"
	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/task"
)

// inferred reads a table and decides what its columns are.
func inferred(t *testing.T, csv, config string) (*table.Table, *schema.Schema, schema.Config) {
	t.Helper()
	c := configure(t, config)
	table, err := schema.Read(text(csv), c)
	if err != nil {
		t.Fatal(err)
	}
	s, err := schema.Infer(table, c, task.Auto)
	if err != nil {
		t.Fatal(err)
	}
	return table, s, c
}

// visits writes a table with groups of random sizes.
func visits(groups, largest int) (csv string, group []string) {
	var b strings.Builder
	b.WriteString("patient,a,y\n")
	row := 0
	for g := range groups {
		for range 1 + (g*7+3)%largest {
			group = append(group, fmt.Sprintf("%d", 16777216+g)) // float32 could not tell them apart
			fmt.Fprintf(&b, "%s,%d,%d.5\n", group[row], row%5, row)
			row++
		}
	}
	return b.String(), group
}

func TestNoGroupIsInTwoParts(t *testing.T) {
	for _, size := range []struct{ groups, largest int }{{40, 6}, {12, 30}, {3, 50}, {100, 1}} {
		csv, group := visits(size.groups, size.largest)
		for _, f := range []struct{ validation, test float64 }{{0.2, 0.2}, {0.1, 0}, {0, 0.3}, {0.4, 0.4}} {
			for seed := range uint64(5) {
				table, s, c := inferred(t, csv, fmt.Sprintf(`{"target": "y", "split": {"by": "group", "group": "patient", "validation": %g, "test": %g}}`, f.validation, f.test))
				p, err := Split(table, s, c, seed)
				if err != nil {
					t.Fatal(err)
				}
				all := slices.Concat(p.Train, p.Validation, p.Test)
				slices.Sort(all)
				if !slices.Equal(all, upTo(table.Rows)) {
					t.Fatal("not each row once")
				}
				in := map[string]int{}
				for part, rows := range [][]int{p.Train, p.Validation, p.Test} {
					for _, row := range rows {
						if was, seen := in[group[row]]; seen && was != part {
							t.Fatalf("group %s is in two parts", group[row])
						}
						in[group[row]] = part
					}
				}
				for _, part := range []struct {
					rows []int
					f    float64
				}{{p.Validation, f.validation}, {p.Test, f.test}} {
					// Whole groups come no nearer than half the largest, or take the smallest.
					off := float64(len(part.rows)) - part.f*float64(table.Rows)
					if part.f > 0 && len(part.rows) == 0 || part.f == 0 && len(part.rows) > 0 || off > float64(size.largest) || off < -float64(size.largest) {
						t.Errorf("%v, seed %d: %d rows of %d for %g", size, seed, len(part.rows), table.Rows, part.f)
					}
				}
			}
		}
	}
}

func TestGroupsDependOnTheSeedAlone(t *testing.T) {
	csv, _ := visits(20, 6)
	table, s, c := inferred(t, csv, `{"target": "y", "split": {"by": "group", "group": 1, "validation": 0.25}}`)
	a, _ := Split(table, s, c, 1)
	b, _ := Split(table, s, c, 1)
	other, _ := Split(table, s, c, 2)
	if !slices.Equal(a.Validation, b.Validation) || slices.Equal(a.Validation, other.Validation) {
		t.Errorf("%v %v %v", a.Validation, b.Validation, other.Validation)
	}
	// Saved models depend on these rows: a change breaks them.
	if got, want := fmt.Sprint(a.Validation), "[4 5 6 7 8 18 19 20 36 46 47 48 49 50 67 68 69 70 71]"; got != want {
		t.Errorf("the rows drawn have changed: %s", got)
	}
	// A model reads the column as it was read for training, and finds the rows again.
	p, err := pipeline.FitPipeline(table, s, c, a.Train)
	if err != nil {
		t.Fatal(err)
	}
	node, numbers := p.Save()
	q, err := pipeline.LoadPipeline(node, numbers)
	if err != nil {
		t.Fatal(err)
	}
	table, err = q.ReadFor(text(csv), true)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Split(table, q.Schema(), c, 1); err != nil || !slices.Equal(again.Validation, a.Validation) || again.Note != a.Note {
		t.Errorf("%+v, then %+v, %v", a, again, err)
	}
	if want := `groups of column "patient": 15 for training, 5 for validation, 0 for the test`; a.Note != want {
		t.Errorf("note %q, want %q", a.Note, want)
	}
}

func TestAColumnSaysTheParts(t *testing.T) {
	tab, s, c := inferred(t, "a,part,y\n1,train,1.5\n2,Val,2\n3,TEST,3\n4,training,4\n5,dev,5\n6,holdout,6\n7,validation,8\n", `{"target": "y", "split": {"by": "column", "column": "part"}}`)
	p, err := Split(tab, s, c, 0)
	if err != nil || fmt.Sprint(p.Train, p.Validation, p.Test) != "[0 3] [1 4 6] [2 5]" || p.Note != `parts as column "part" says` {
		t.Errorf("%v %v", p, err)
	}
	tab, s, c = inferred(t, "a,part,y\n1,train,1.5\n2,later,2\n3,,3\n", `{"target": "y", "split": {"by": "column", "column": "part"}}`)
	_, err = Split(tab, s, c, 0)
	parse.Locate(err, text("a,part,y\n1,train,1.5\n2,later,2\n3,,3\n"))
	if want := "t.csv:3:3: part: \"later\" is no part\nt.csv:4:3: part: the part is missing"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// The column that a split goes by is an input only where the spec has an entry
// for it.
func TestSplitColumnsAreNoInputs(t *testing.T) {
	const csv = "a,g,y\n1,5,1.5\n2,6,2\n3,5,3\n4,7,4\n"
	for config, want := range map[string]string{
		`{"target": "y"}`: "a g",
		`{"target": "y", "split": {"by": "group", "group": "g", "test": 0.3}}`:                                                    "a",
		`{"target": "y", "split": {"by": "group", "group": "g"}}`:                                                                 "a",
		`{"target": "y", "ignore": "g", "split": {"by": "group", "group": "g", "test": 0.3}}`:                                     "a",
		`{"target": "y", "id": "g", "split": {"by": "group", "group": "g", "test": 0.3}}`:                                         "a",
		`{"target": "y", "split": {"by": "group", "group": "g", "test": 0.3}, "columns": [{"name": "*", "scale": "none"}]}`:       "a",
		`{"target": "y", "split": {"by": "group", "group": 2, "test": 0.3}, "columns": [{"name": "g", "scale": "none"}]}`:         "a g",
		`{"target": "y", "split": {"by": "group", "group": "g", "test": 0.3}, "columns": [{"name": "g", "type": "categorical"}]}`: "a g=5 g=6 g=7 g=other",
	} {
		table, s, c := inferred(t, csv, config)
		p, err := pipeline.FitPipeline(table, s, c, upTo(table.Rows))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(p.Features(), " "); got != want {
			t.Errorf("%s: %s, want %s", config, got, want)
		}
		// A model finds the same rows again, whatever the order of the columns.
		parts, err := Split(table, s, c, 4)
		if err != nil {
			t.Fatal(err)
		}
		node, numbers := p.Save()
		q, err := pipeline.LoadPipeline(node, numbers)
		if err != nil {
			t.Fatal(err)
		}
		again, err := q.ReadFor(text("y,g,a\n1.5,5,1\n2,6,2\n3,5,3\n4,7,4\n"), true)
		if err != nil {
			t.Fatal(err)
		}
		same, err := Split(again, q.Schema(), c, 4)
		if err != nil || !slices.Equal(parts.Test, same.Test) || !slices.Equal(parts.Train, same.Train) {
			t.Errorf("%s: %v, then %v, %v", config, parts, same, err)
		}
		// To predict, the column is needed only as an input.
		if _, err := q.ReadFor(text("a\n1\n"), false); (err == nil) == strings.Contains(want, "g") {
			t.Errorf("%s: %v", config, err)
		}
	}
}

func TestWhatSplitsByColumnsRefuse(t *testing.T) {
	for config, want := range map[string]string{
		`{"target": "y", "split": {"by": "group"}}`:                                               "split.by: which column is it?",
		`{"target": "y", "split": {"by": "column"}}`:                                              "split.by: which column is it?",
		`{"target": "y", "split": {"group": "g"}}`:                                                "split.group: by: random looks at no group",
		`{"target": "y", "split": {"by": "column", "column": "g", "test": 0.2}}`:                  "a column says the parts, and fractions say them too",
		`{"target": "y", "split": {"by": "group", "group": "g", "stratify": true}}`:               "whole groups cannot be stratified",
		`{"target": "y", "split": {"by": "group", "group": "h"}}`:                                 `data.split.group: the table has no column "h"`,
		`{"target": "y", "split": {"by": "group", "group": "y"}}`:                                 `column "y" is the target already`,
		`{"target": "y", "split": {"by": "group", "group": "a", "test": 0.4, "validation": 0.1}}`: `column "a" has 2 groups, and there are 3 parts to fill`,
		`{"target": "y", "split": {"by": "group", "group": "g", "test": 0.4}}`:                    "t.csv:4:3: g: the group is missing",
		`{"target": "y", "test": "t.csv", "split": {"by": "column", "column": "g"}}`:              "the parts are files of their own",
	} {
		c, err := tryConfigure(config)
		if err == nil {
			var table *table.Table
			var s *schema.Schema
			if table, err = schema.Read(text("a,g,y\n1,5,1.5\n2,6,2\n1,,3\n2,7,4\n"), c); err != nil {
				t.Fatal(err)
			}
			if s, err = schema.Infer(table, c, task.Auto); err == nil {
				_, err = Split(table, s, c, 0)
			}
		}
		if parse.Locate(err, text("a,g,y\n1,5,1.5\n2,6,2\n1,,3\n2,7,4\n")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", config, err, want)
		}
	}
}

// Where shares cannot be had, training starts all the same, with a word about it.
func TestSplitsOfSmallTables(t *testing.T) {
	for _, c := range []struct {
		labels, split    string
		train, val, test int
		note             string
	}{
		{"p q", `{"validation": 0.2, "test": 0.2}`, 2, 0, 0, "no row is left for validation; no row is left for the test"},
		{"p q p", `{"validation": 0.1}`, 2, 1, 0, ""},
		{"p p p p p p p p p p p p p p p q", `{"validation": 0.25, "test": 0.25}`, 8, 4, 4, ""},
		{"p q r s t u p", `{"validation": 0.3}`, 6, 1, 0, ""},
		{"1.5 2.5", `{"validation": 0.2, "test": 0.2}`, 1, 1, 0, "no row is left for the test"},
		{"1.5 2.5 3.5 4.5", `{"by": "last", "validation": 0.1, "test": 0.1}`, 3, 0, 1, "no row is left for validation"},
	} {
		csv := "a,y\n"
		for i, label := range strings.Fields(c.labels) {
			csv += fmt.Sprintf("%d,%s\n", i, label)
		}
		for seed := range uint64(20) {
			table, s, config := inferred(t, csv, `{"target": "y", "split": `+c.split+`}`)
			p, err := Split(table, s, config, seed)
			if err != nil || len(p.Train) != c.train || len(p.Validation) != c.val || len(p.Test) != c.test || p.Note != c.note {
				t.Errorf("%s, seed %d: %+v, %v", c.labels, seed, p, err)
				break
			}
		}
	}
}
