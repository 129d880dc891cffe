package split

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mlp/internal/data/parse"
	"mlp/internal/data/schema"
	"mlp/internal/data/table"
)

func mustFold(t *testing.T, table *table.Table, s *schema.Schema, c schema.Config, f FoldConfig, seed, repeat uint64) []Rows {
	t.Helper()
	parts, err := Folds(table, s, c, f, seed, repeat)
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

func thirds(i int) string { return "pqr"[i%3 : i%3+1] }

// groupsOf gives row i one of n groups of unequal sizes.
func groupsOf(rows, n int) []string {
	groups := make([]string, rows)
	for i := range groups {
		groups[i] = fmt.Sprint("g", min(i%n, i%7))
	}
	return groups
}

func TestEachRowIsHeldOutOnce(t *testing.T) {
	for _, config := range []string{`{"target": "y"}`, `{"target": "y", "split": {"validation": 0.2, "test": 0.3}}`, `{"target": "y", "split": {"validation": 0.25, "by": "last"}}`} {
		for _, by := range FoldKinds {
			if by == Forward {
				continue // TestForwardFolds
			}
			for n := 30; n < 45; n++ {
				table, s, c := labelled(t, n, thirds, config)
				f := FoldConfig{Folds: 4, By: by}
				if by == "group" {
					f.Groups = groupsOf(n, 6)
				}
				parts := mustFold(t, table, s, c, f, 3, 0)
				var held []int
				for _, p := range parts {
					for _, rows := range [][]int{p.Train, p.Validation, p.Test} {
						if !slices.IsSorted(rows) {
							t.Fatalf("%s: not in file order: %v", by, rows)
						}
					}
					all := slices.Concat(p.Train, p.Validation, p.Test)
					slices.Sort(all)
					if !slices.Equal(all, upTo(n)) {
						t.Fatalf("%s, %s: the parts of a fold are not the %d rows: %v", config, by, n, all)
					}
					if by != "group" && (len(p.Test) < n/4 || len(p.Test) > n/4+1) {
						t.Errorf("%s: %d of %d rows in one of 4 folds", by, len(p.Test), n)
					}
					if (len(p.Validation) > 0) != (c.Split.Validation > 0) {
						t.Errorf("%s, %s: %d validation rows", config, by, len(p.Validation))
					}
					held = append(held, p.Test...)
				}
				slices.Sort(held)
				if !slices.Equal(held, upTo(n)) {
					t.Fatalf("%s: held out %v", by, held)
				}
			}
		}
	}
}

// A class of m rows has m/k of them in each fold, rounded down or up: the
// promise of scikit-learn's StratifiedKFold.
func TestStratifiedFoldsKeepTheShares(t *testing.T) {
	label := func(i int) string {
		switch {
		case i < 61:
			return "x"
		case i < 84:
			return "y"
		}
		return "z"
	}
	size := map[string]int{"x": 61, "y": 23, "z": 13}
	table, s, c := labelled(t, 97, label, `{"target": "y", "split": {"validation": 0.25}}`)
	for repeat := range uint64(3) {
		for _, p := range mustFold(t, table, s, c, FoldConfig{Folds: 5}, 1, repeat) {
			held, kept := map[string]int{}, map[string]int{}
			for _, row := range p.Test {
				held[label(row)]++
			}
			for _, row := range p.Validation {
				kept[label(row)]++
			}
			for l, m := range size {
				if held[l] < m/5 || held[l] > m/5+1 {
					t.Errorf("%d of the %d rows of %s in one of 5 folds", held[l], m, l)
				}
				if want := float64(m-held[l]) / 4; float64(kept[l]) < want-1 || float64(kept[l]) > want+1 {
					t.Errorf("%d rows of %s for validation, want about %.1f", kept[l], l, want)
				}
			}
		}
	}
}

func TestFoldsNeverSplitAGroup(t *testing.T) {
	tab, s, c := labelled(t, 120, thirds, `{"target": "y", "split": {"validation": 0.2}}`)
	groups := make([]string, 120)
	for i := range groups {
		groups[i] = fmt.Sprint("patient ", i*i%37)
	}
	largest := 0
	f := FoldConfig{Folds: 3, Groups: groups}
	_, members := f.Members(table.AllRows(tab))
	for _, rows := range members {
		largest = max(largest, len(rows))
	}
	for repeat := range uint64(4) {
		least, most := tab.Rows, 0
		for i, p := range mustFold(t, tab, s, c, f, 5, repeat) {
			part := map[string]string{}
			for name, rows := range map[string][]int{"train": p.Train, "validation": p.Validation, "test": p.Test} {
				for _, row := range rows {
					if had := part[groups[row]]; had != "" && had != name {
						t.Errorf("fold %d: %s stands in %s and in %s", i+1, groups[row], had, name)
					}
					part[groups[row]] = name
				}
			}
			least, most = min(least, len(p.Test)), max(most, len(p.Test))
		}
		if most-least > largest {
			t.Errorf("folds of %d and of %d rows, though no group has more than %d", least, most, largest)
		}
	}
}

func TestFoldsDependOnSeedAndRepeat(t *testing.T) {
	table, s, c := labelled(t, 60, thirds, `{"target": "y", "split": {"validation": 0.2}}`)
	draw := func(seed, repeat uint64) string {
		return fmt.Sprint(mustFold(t, table, s, c, FoldConfig{Folds: 3}, seed, repeat))
	}
	one := draw(1, 0)
	if again := draw(1, 0); again != one {
		t.Error("the same seed gives other folds")
	}
	if one == draw(2, 0) || one == draw(1, 1) {
		t.Error("another seed, or another repeat, gives the same folds")
	}
	// Figures people have published depend on these rows.
	small, s, c := labelled(t, 9, thirds, `{"target": "y"}`)
	if got := fmt.Sprint(mustFold(t, small, s, c, FoldConfig{Folds: 3}, 1, 0)[0].Test); got != "[0 2 7]" {
		t.Errorf("the rows drawn have changed: %s", got)
	}
}

func TestWhatFoldsRefuses(t *testing.T) {
	once := func(i int) string { return map[bool]string{true: "rare", false: "common"}[i == 4] }
	numbers := func(i int) string { return fmt.Sprintf("%d.5", i) }
	cases := []struct {
		name  string
		label func(i int) string
		f     FoldConfig
		msg   string
	}{
		{"one fold", thirds, FoldConfig{Folds: 1}, "folds: 1 fold cannot hold rows out and train on others"},
		{"too many", thirds, FoldConfig{Folds: 13}, "folds: 13 folds are more than the 12 rows of t.csv"},
		{"once, random", once, FoldConfig{Folds: 3, By: "random"}, `no training row has the label "rare"`},
		{"no classes", numbers, FoldConfig{Folds: 3, By: "stratified"}, "by: the target is no label; there are no classes to stratify by"},
		{"no kind", thirds, FoldConfig{Folds: 3, By: "stratfied"}, `by: "stratfied" is not one of random, stratified, group`},
		{"no group", thirds, FoldConfig{Folds: 3, By: "group"}, "by: there is no group"},
		{"group and random", thirds, FoldConfig{Folds: 3, By: "random", Groups: groupsOf(12, 4)}, "group: random folds look at no group"},
		{"few groups", thirds, FoldConfig{Folds: 5, Groups: groupsOf(12, 4)}, "folds: 4 groups cannot fill 5 folds"},
		{"class in one group", once, FoldConfig{Folds: 3, Groups: groupsOf(12, 4)}, `no training row has the label "rare"`},
	}
	for _, c := range cases {
		table, s, config := labelled(t, 12, c.label, `{"target": "y"}`)
		if _, err := Folds(table, s, config, c.f, 1, 0); err == nil || !strings.Contains(err.Error(), c.msg) {
			t.Errorf("%s: %v, want %s", c.name, err, c.msg)
		}
	}
}

// A label rarer than there are folds is told of, and no reason to refuse.
func TestRareLabels(t *testing.T) {
	for _, c := range []struct {
		name string
		rare []int
		f    FoldConfig
		want string
	}{
		{"as many as folds", []int{1, 4, 9}, FoldConfig{Folds: 3}, ""},
		{"two", []int{4, 9}, FoldConfig{Folds: 3}, `only 2 rows have the label "rare", fewer than the 3 folds: some folds hold none of them out`},
		{"one", []int{4}, FoldConfig{Folds: 3}, `only line 6 has the label "rare": the fold that holds it out is trained without the label`},
		{"at random", []int{4, 9}, FoldConfig{Folds: 3, By: "random"}, ""},
	} {
		label := func(i int) string { return map[bool]string{true: "rare", false: "common"}[slices.Contains(c.rare, i)] }
		table, s, config := labelled(t, 12, label, `{"target": "y"}`)
		if _, err := Folds(table, s, config, c.f, 1, 0); err != nil && c.f.By == "" {
			t.Errorf("%s: %v", c.name, err)
		}
		if got := strings.Join(c.f.RareLabels(table, s), "; "); got != c.want {
			t.Errorf("%s: told %q, want %q", c.name, got, c.want)
		}
	}
}

// Where nobody says, there are five folds, or as many as rows.
func TestUsualFolds(t *testing.T) {
	for rows, want := range map[int]int{1: 2, 2: 2, 4: 4, 5: 5, 1000: 5} {
		if got := (FoldConfig{}).For(rows); got != want {
			t.Errorf("%d rows: %d folds, want %d", rows, got, want)
		}
	}
	if got := (FoldConfig{Folds: 7}).For(4); got != 7 {
		t.Errorf("said: %d folds, want 7", got)
	}
}

func TestGroupsAreReadAsWords(t *testing.T) {
	const csv = "a,y,who\n1.5,p,007\n2.5,q,7\n3.5,p,007\n"
	for _, column := range []string{"who", "3", "-1"} {
		for _, config := range []string{`{"target": "y"}`, `{"target": "y", "ignore": "who"}`} {
			c := configure(t, config)
			table, err := schema.Read(text(csv), c)
			if err != nil {
				t.Fatal(err)
			}
			name, groups, err := Groups(table, text(csv), c, column)
			if got := fmt.Sprint(name, groups, err); got != "who[007 7 007] <nil>" {
				t.Errorf("%s, %s: %s", column, config, got)
			}
		}
	}
	c := configure(t, `{"target": "y"}`)
	for _, bad := range []struct{ csv, column, msg string }{
		{csv, "whom", `group: the table has no column "whom"`},
		{"a,y,who\n1.5,p,x\n2.5,q,\n", "who", "t.csv:3:7: who: the group is missing"},
	} {
		tab, err := schema.Read(text(bad.csv), c)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = Groups(tab, text(bad.csv), c, bad.column)
		if parse.Locate(err, text(bad.csv)); err == nil || err.Error() != bad.msg {
			t.Errorf("%v, want %s", err, bad.msg)
		}
	}
}

// Each fold is trained on the rows before it, validated on the last of those, and the
// rows of no block but the first are never held out. Rows that are not dealt out are in
// no part, whatever deals.
func TestForwardFolds(t *testing.T) {
	for n := 30; n < 45; n++ {
		tab, s, c := labelled(t, n, func(i int) string { return fmt.Sprintf("%d.5", i) }, `{"target": "y", "task": "regression", "split": {"validation": 0.25}}`)
		var odd []int
		for row := 1; row < n; row += 2 {
			odd = append(odd, row)
		}
		for _, rows := range [][]int{nil, odd} {
			f := FoldConfig{Folds: 4, By: Forward, Rows: rows}
			if rows == nil {
				rows = upTo(n)
			}
			at := 0
			for i, p := range mustFold(t, tab, s, c, f, 3, 0) {
				before := slices.Concat(p.Train, p.Validation)
				if i == 0 {
					at = len(before)
				}
				if !slices.Equal(before, rows[:at]) || !slices.Equal(p.Test, rows[at:at+len(p.Test)]) || len(p.Validation) == 0 {
					t.Fatalf("%d rows, fold %d: %v", n, i, p)
				}
				if d := len(p.Test) - len(rows)/5; d != 0 && d != 1 {
					t.Errorf("%d rows: %d in one of 5 blocks", len(rows), len(p.Test))
				}
				at += len(p.Test)
			}
			if at != len(rows) {
				t.Errorf("%d of %d rows", at, len(rows))
			}
		}
		for _, by := range []string{"random", "group", "stratified"} {
			if by == "stratified" {
				tab, s, c = labelled(t, n, thirds, `{"target": "y", "split": {"validation": 0.25}}`)
			}
			f := FoldConfig{Folds: 3, By: by, Rows: odd}
			if by == "group" {
				f.Groups = groupsOf(n, 6)
			}
			var held []int
			for _, p := range mustFold(t, tab, s, c, f, 3, 0) {
				all := slices.Concat(p.Train, p.Validation, p.Test)
				slices.Sort(all)
				if held = append(held, p.Test...); !slices.Equal(all, odd) {
					t.Fatalf("%s: %v", by, all)
				}
			}
			if slices.Sort(held); !slices.Equal(held, odd) {
				t.Fatalf("%s: held out %v", by, held)
			}
		}
	}
}
