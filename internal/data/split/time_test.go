package split

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mlp/internal/rng"
)

// days writes a table whose rows are of days in disorder, some of them of one day.
func days(t *testing.T, rows, per int) (csv string, day []int) {
	t.Helper()
	order := make([]int, rows)
	rng.New(9, "days").Perm(order)
	var b strings.Builder
	b.WriteString("day,a,y\n")
	for i, at := range order {
		day = append(day, at/per)
		fmt.Fprintf(&b, "2023-%02d-%02d,%d,%d.5\n", 1+at/per/28, 1+at/per%28, i%5, i)
	}
	return b.String(), day
}

// No row of a part is earlier than one of the part before it, and no day is in two.
func TestLaterRowsAreForTheTest(t *testing.T) {
	for _, per := range []int{1, 3, 7} {
		csv, day := days(t, 200, per)
		for _, columns := range []string{"", `, "columns": [{"name": "day"}]`} { // no input, or one
			table, s, c := inferred(t, csv, `{"target": "y", "split": {"by": "time", "column": "day", "validation": 0.2, "test": 0.1}`+columns+`}`)
			p, err := Split(table, s, c, 1)
			if err != nil {
				t.Fatal(err)
			}
			last := -1
			for _, part := range []struct {
				rows []int
				want int
			}{{p.Train, 140}, {p.Validation, 40}, {p.Test, 20}} {
				if d := len(part.rows) - part.want; d > per || d < -per { // a day of rows at each end
					t.Errorf("%d rows a day: %d rows, want %d", per, len(part.rows), part.want)
				}
				if !slices.IsSorted(part.rows) {
					t.Error("a part is not in file order")
				}
				first, latest := 1<<30, -1
				for _, row := range part.rows {
					first, latest = min(first, day[row]), max(latest, day[row])
				}
				if first <= last {
					t.Errorf("%d rows a day: day %d comes after day %d", per, first, last)
				}
				last = latest
			}
			if len(p.Train)+len(p.Validation)+len(p.Test) != 200 {
				t.Error("not each row once")
			}
		}
	}
}

// Forward folds follow the column: each is trained, and watched, on earlier days alone.
func TestForwardFoldsFollowTime(t *testing.T) {
	csv, day := days(t, 120, 3)
	table, s, c := inferred(t, csv, `{"target": "y", "split": {"by": "time", "column": "day", "validation": 0.25}}`)
	l, err := ByTime(table, s, c)
	if err != nil {
		t.Fatal(err)
	}
	folds, err := Folds(table, s, c, FoldConfig{Folds: 4, By: Forward, Time: l}, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	held := map[int]bool{}
	for i, p := range folds {
		latest := func(rows []int) (v int) {
			for _, row := range rows {
				v = max(v, day[row])
			}
			return v
		}
		earliest := func(rows []int) int {
			v := 1 << 30
			for _, row := range rows {
				v = min(v, day[row])
			}
			return v
		}
		if latest(p.Train) >= earliest(p.Validation) || latest(p.Validation) >= earliest(p.Test) {
			t.Errorf("fold %d: days %d, then %d to %d, then %d", i+1, latest(p.Train), earliest(p.Validation), latest(p.Validation), earliest(p.Test))
		}
		for _, row := range p.Test {
			if held[row] {
				t.Errorf("row %d is held out twice", row)
			}
			held[row] = true
		}
		if n := len(p.Test); n < 21 || n > 27 { // a fifth of 120, and a day at each end
			t.Errorf("fold %d holds out %d rows", i+1, n)
		}
	}
}

// Times are numbers too; what is neither is refused with its place, and one time for all
// rows leaves none for the test.
func TestTimes(t *testing.T) {
	table, s, c := inferred(t, "year,a,y\n2020,1,1.5\n1999,2,2.5\n2021.5,3,3.5\n-3,4,4.5\n", `{"target": "y", "split": {"by": "time", "column": "year", "test": 0.25}}`)
	if p, err := Split(table, s, c, 1); err != nil || !slices.Equal(p.Test, []int{2}) {
		t.Errorf("%v, %v", p, err)
	}
	table, s, c = inferred(t, "day,a,y\n2020-05-01T08:00:01,1,1.5\n2020-05-01T08:00:00,2,2.5\n2020-05-01,4,4.5\n2020-04-30,4,4.5\n", `{"target": "y", "split": {"by": "time", "column": "day", "test": 0.25}}`)
	if p, err := Split(table, s, c, 1); err != nil || !slices.Equal(p.Test, []int{0}) {
		t.Errorf("%v, %v", p, err)
	}
	for cell, want := range map[string]string{"soon": `"soon" is no time`, "": "the time is missing", "2020-02-30": `"2020-02-30" is no time`} {
		table, s, c = inferred(t, "day,a,y\n2020-05-01,1,1.5\n"+cell+",2,2.5\n2020-05-02,3,3.5\n", `{"target": "y", "split": {"by": "time", "column": "day", "test": 0.25}}`)
		if _, err := Split(table, s, c, 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", cell, err)
		}
	}
	table, s, c = inferred(t, "day,a,y\n7,1,1.5\n7,2,2.5\n7,3,3.5\n", `{"target": "y", "split": {"by": "time", "column": "day", "test": 0.3}}`)
	if p, err := Split(table, s, c, 1); err != nil || len(p.Train) != 3 || !strings.Contains(p.Note, "no row is left for the test") {
		t.Errorf("%+v, %v", p, err)
	}
}
