package schema

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"mlp/internal/data/parse"
	"mlp/internal/data/preprocess"
	"mlp/internal/data/scan"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/task"
)

func TestKinds(t *testing.T) {
	for _, c := range []struct {
		cells string
		want  *preprocess.Kind
	}{
		{"1 2 3", preprocess.Numeric},
		{"0 1 0", preprocess.Numeric},
		{"−5 3 −７", preprocess.Numeric},
		{"a b a", preprocess.Categorical},
		{"yes no yes", preprocess.Boolean},
		{"TRUE false True", preprocess.Boolean},
		{"t F t", preprocess.Boolean},
		{"Y n NA", preprocess.Boolean},
		{"on off on", preprocess.Boolean},
		{"yes yes yes", preprocess.Categorical},   // says nothing of no
		{"yes false yes", preprocess.Categorical}, // of two spellings
		{"yes no maybe", preprocess.Categorical},
		{"2024-05-01 2023-01-31 NA", preprocess.Date},
		{"2024-05-01T13:45:00Z 2024-05-01T13:45 2024-05-01", preprocess.Date},
		{"2024-05-01T13:45:00+02:00 2024-05-01T13:45:00.250-0330 0001-01-01t00:00z", preprocess.Date},
		{"2024-05-01 2024-05 2023-01-31", preprocess.Categorical},
		{"01.05.2024 31.01.2023", preprocess.Date},
		{"2024/1/31 2023/12/01", preprocess.Date},
		{"01/02/2024 31/01/2023", preprocess.Date},
		{"01/02/2024 03/04/2023", preprocess.Categorical}, // which is the month?
		{"01/31/2024 31/01/2023", preprocess.Categorical}, // both come first
		{"5-Jan-2024 17-May-2023", preprocess.Date},
		{"31/01/24 30/01/99", preprocess.Date},
		{"01/31/24 12/30/68", preprocess.Date},
		{"5-Jan-24 17-May-99", preprocess.Date},
		{"31-01-75 01-02-24", preprocess.Date},        // 75 is no day
		{"20-01-21 19-02-24", preprocess.Categorical}, // where is the year?
		{"01/02/24 03/04/23", preprocess.Categorical}, // which is the month?
		{"1.2.3 1.2.4", preprocess.Categorical},
		{"20240501 20230131", preprocess.Numeric},
		{"2024-02-30 2024-01-01", preprocess.Date}, // complained of, not taken for a word
		{"08:30 8:30pm 23:59:59.5 NA", preprocess.Time},
		{"08:30 25:10", preprocess.Duration}, // minutes and seconds
		{"1:23:45 26:00:00", preprocess.Duration},
		{"1h30m PT1H30M 90min", preprocess.Duration},
		{"5m 3m 5m", preprocess.Categorical}, // minutes, metres, millions?
		{"12% 3% NA", preprocess.Amount},
		{"$5 $1,200 ($3)", preprocess.Amount},
		{"5km 7.5km", preprocess.Amount},
		{"5km 7mi", preprocess.Categorical},
		{"2wd 4wd", preprocess.Categorical},
		{"1,234km 5,678km", preprocess.Categorical}, // thousands or fractions?
		{strings.Repeat("2024-05-01 ", 20) + "soon", preprocess.Date},
		{strings.Repeat("2024-05-01 ", 20) + "soon later", preprocess.Categorical},
	} {
		csv := "a,y\n"
		for i, cell := range strings.Fields(c.cells) {
			csv += fmt.Sprintf("%q,%d\n", cell, i)
		}
		table, err := Read(text(csv), configure(t, `{"target": "y"}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := preprocess.KindOf(table.Column("a"), scan.Marks{}); got != c.want {
			t.Errorf("%s: %s, want %s", c.cells, got, c.want)
		}
	}
}

func TestDeclaredKinds(t *testing.T) {
	for _, c := range []struct{ csv, config, want string }{
		{"a,y\n1,1\n0,2\n2,3\n1,4\nx,5\n", `{"name": "a", "type": "boolean"}`, "t.csv:4:1: a: \"2\" says neither yes nor no\nt.csv:6:1: a: \"x\" says neither yes nor no"},
		{"a,y\n2024-02-30,1\n2024-01-01,2\n", `{"name": "y"}`, `t.csv:2:1: a: there is no such date: "2024-02-30"`},
		{"a,y\n2024-01-01,1\n2024011,2\n", `{"name": "a", "type": "date"}`, `t.csv:3:1: a: "2024011" is not a date`},
		{"a,y\n01/02/2024,1\n03/04/2024,2\n", `{"name": "a", "type": "date"}`, `t.csv: a: in "01/02/2024" the day may be the month`},
		{"a,y\n01/02/2024,1\n03/14/2024,2\n", `{"name": "a", "day_first": true}`, `t.csv:3:1: a: "03/14/2024" is not a date`},
		{"a,y\n2024-01-01,1\nx,2\n", `{"name": "a", "parts": "year"}`, `t.csv:3:1: a: "x" is not a date`},
		{"a,y\n1,1\n2,2\n", `{"name": "a", "parts": "years"}`, `did you mean "year"?`},
		{"b,a,y\n" + strings.Repeat("1,2024-05-01,1\n", 20) + "2,soon,3\n", `{"name": "b"}`, `t.csv:22:3: a: "soon" is not a date`},
		{"a,y\n5 km,1\n7 mi,2\n", `{"name": "a", "type": "amount"}`, `t.csv:3:1: a: "7 mi" is not written as the numbers of this column are`},
		{"a,y\n\"1,234 km\",1\n\"5,678 km\",2\n", `{"name": "a", "type": "amount"}`, "if between thousands: `read: {thousands: \",\"}`; if before the fraction: `read: {decimal: \",\"}`"},
		{"a,y\n08:30,1\n25:10,2\n", `{"name": "a", "type": "time"}`, `t.csv:3:1: a: there is no such time of the day: "25:10"`},
		{"a,y\n08:30,1\n9:10,2\n", `{"name": "a", "parts": "hour", "type": "time"}`, ""},
		{"a,y\n08:30,1\n9:10,2\n", `{"name": "a", "parts": "year", "type": "time"}`, `"year" is a part of a day`},
		{"a,y\n5,1\nsoon,2\n", `{"name": "a", "type": "duration"}`, `t.csv:2:1: a: "5" does not say how long something takes`},
		{"a,y\n$5,1\n$6,2\n", `{"name": "a", "min_count": 2}`, `column "a" is an amount; encode, min_count and unknown are for categories`},
		{"a,y\n$5,1\n$6,2\n", `{"name": "a", "type": "numeric"}`, "declare the column `type: amount`"},
		{"b,a,y\n" + days("%02d/03/124"), `{"name": "b"}`, "if they are dates, write them as year-month-day: 2024-05-01"},
	} {
		problems := ""
		config, err := tryConfigure(`{"target": "y", "task": "regression", "columns": [` + c.config + `]}`)
		if err == nil {
			var table *table.Table
			if table, err = Read(text(c.csv), config); err == nil {
				_, err = Infer(table, config, task.Auto)
			}
		}
		if parse.Locate(err, text(c.csv)); err != nil {
			problems = withHints(err)
		}
		if !strings.Contains(problems, c.want) {
			t.Errorf("%s: %s\nwant %s", c.config, problems, c.want)
		}
	}
}

// days writes thirty rows with a different day each.
func days(form string) string {
	rows := ""
	for i := range 30 {
		rows += fmt.Sprintf("%d,"+form+",%d\n", i, i+1, i)
	}
	return rows
}

// tryConfigure is configure for a section that may be wrong.
func tryConfigure(json string) (Config, error) {
	n, err := spec.ParseJSON([]byte(json), "spec.yaml", "spec.yaml")
	if err != nil {
		return Config{}, err
	}
	var c Config
	_, problems := spec.Decode(n, func(f *spec.Fields) { c = Decode(f) })
	return c, problems.Err()
}

// withHints returns all problems, then their hints.
func withHints(err error) string {
	all := err.Error()
	var list problem.Problems
	var one *problem.Problem
	if errors.As(err, &one) && !errors.As(err, &list) {
		list = problem.Problems{one}
	}
	for _, p := range list {
		all += "\n" + p.Hint
	}
	return all
}
