package split

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/task"
)

// labelled returns a table of n rows whose label is given by the function.
func labelled(t *testing.T, n int, label func(i int) string, config string) (*table.Table, *schema.Schema, schema.Config) {
	t.Helper()
	var b strings.Builder
	b.WriteString("a,y\n")
	for i := range n {
		fmt.Fprintf(&b, "%d.5,%s\n", i, label(i))
	}
	c := configure(t, config)
	table, err := schema.Read(text(b.String()), c)
	if err != nil {
		t.Fatal(err)
	}
	s, err := schema.Infer(table, c, task.Auto)
	if err != nil {
		t.Fatal(err)
	}
	return table, s, c
}

func TestSplitsCoverEachRowOnce(t *testing.T) {
	for _, config := range []string{
		`{"target": "y"}`,
		`{"target": "y", "split": {"validation": 0.2, "test": 0.3}}`,
		`{"target": "y", "split": {"validation": 0.1, "stratify": false}}`,
		`{"target": "y", "split": {"test": 0.25, "by": "last"}}`,
		`{"target": "y", "split": {"validation": 0.33, "test": 0.33, "by": "last"}}`,
	} {
		for n := 20; n < 60; n++ {
			table, s, c := labelled(t, n, func(i int) string { return "pq"[i%2 : i%2+1] }, config)
			p, err := Split(table, s, c, 3)
			if err != nil {
				t.Fatal(err)
			}
			all := slices.Concat(p.Train, p.Validation, p.Test)
			for _, part := range [][]int{p.Train, p.Validation, p.Test} {
				if !slices.IsSorted(part) {
					t.Fatalf("%s: not in file order: %v", config, part)
				}
			}
			slices.Sort(all)
			if !slices.Equal(all, upTo(n)) {
				t.Fatalf("%s: %d rows: %v", config, n, all)
			}
			for _, part := range []struct {
				rows []int
				f    float64
			}{{p.Validation, c.Split.Validation}, {p.Test, c.Split.Test}} {
				if got, want := float64(len(part.rows)), part.f*float64(n); got < want-1 || got > want+1 {
					t.Fatalf("%s: %v of %d rows, want %v", config, got, n, want)
				}
			}
		}
	}
}

func TestStratifiedPartsKeepTheShares(t *testing.T) {
	label := func(i int) string { // 60 %, 30 %, 10 %, sorted by class as in iris
		switch {
		case i < 120:
			return "x"
		case i < 180:
			return "y"
		}
		return "z"
	}
	table, s, c := labelled(t, 200, label, `{"target": "y", "split": {"validation": 0.2, "test": 0.15}}`)
	p, err := Split(table, s, c, 9)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []struct {
		name string
		rows []int
		want string
	}{{"train", p.Train, "map[x:78 y:39 z:13]"}, {"validation", p.Validation, "map[x:24 y:12 z:4]"}, {"test", p.Test, "map[x:18 y:9 z:3]"}} {
		counts := map[string]int{}
		for _, row := range part.rows {
			counts[label(row)]++
		}
		if got := fmt.Sprint(counts); got != part.want {
			t.Errorf("%s: %s, want %s", part.name, got, part.want)
		}
	}
}

func TestSplitDependsOnTheSeedAlone(t *testing.T) {
	table, s, c := labelled(t, 30, func(i int) string { return "pq"[i%2 : i%2+1] }, `{"target": "y", "split": {"validation": 0.2}}`)
	a, _ := Split(table, s, c, 1)
	b, _ := Split(table, s, c, 1)
	other, _ := Split(table, s, c, 2)
	if !slices.Equal(a.Validation, b.Validation) || slices.Equal(a.Validation, other.Validation) {
		t.Errorf("%v %v %v", a.Validation, b.Validation, other.Validation)
	}
	// Saved models depend on these rows: a change breaks them.
	if got := fmt.Sprint(a.Validation); got != splitOfSeedOne {
		t.Errorf("the rows drawn have changed: %s", got)
	}
}

const splitOfSeedOne = "[0 3 6 17 18 23]"

// Keras: split_at = floor(n·(1 − f)), and validation is what follows.
func TestLastRowsAreKerassRule(t *testing.T) {
	for _, c := range []struct {
		n     int
		f     string
		train int
	}{{768, "0.2", 614}, {768, "0.33", 514}, {10, "0.25", 7}, {10, "0.1", 9}, {150, "0.3", 105}} {
		table, s, config := labelled(t, c.n, func(i int) string { return "pq"[i%2 : i%2+1] }, `{"target": "y", "split": {"by": "last", "validation": `+c.f+`}}`)
		p, err := Split(table, s, config, 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Train) != c.train || p.Validation[0] != c.train {
			t.Errorf("%d rows, %s: %d for training, want %d", c.n, c.f, len(p.Train), c.train)
		}
	}
}

func TestWhatSplitRefuses(t *testing.T) {
	sorted := func(i int) string { return map[bool]string{true: "p", false: "q"}[i < 15] }
	cases := []struct {
		n           int
		label       func(i int) string
		config, msg string
	}{
		{20, sorted, `{"target": "y", "split": {"by": "last", "validation": 0.3}}`, `spec.yaml: data.split: no training row has the label "q"`},
		{20, sorted, `{"target": "y", "split": {"validation": 0.97, "stratify": false}}`, `spec.yaml: data.split: no training row has the label`},
		{2, func(i int) string { return fmt.Sprint(i, ".5") }, `{"target": "y", "split": {"by": "last", "validation": 0.6}}`, "spec.yaml: data.split.train: of 2 rows none is left for train"},
		{20, func(i int) string { return fmt.Sprint(i, ".5") }, `{"target": "y", "split": {"validation": 0.2, "stratify": true}}`, "spec.yaml: data.split.stratify: the target is a number"},
	}
	for _, c := range cases {
		label := c.label
		table, s, config := labelled(t, c.n, func(i int) string { return strings.ReplaceAll(label(i), " ", "") }, c.config)
		_, err := Split(table, s, config, 1)
		if err == nil || !strings.HasPrefix(err.Error(), c.msg) {
			t.Errorf("%v, want %s", err, c.msg)
		}
	}
}
