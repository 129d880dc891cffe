package pipeline

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mlp/internal/data/parse"
)

func TestDateInputs(t *testing.T) {
	const half, root = "0.5", "0.8660254" // sine of 30° and 60°
	for _, c := range []struct{ name, cells, config, features, rows string }{
		{"days of the usual parts", "2024-01-01 2024-04-01 2026-07-31", `{}`,
			"a.year a.month_sin a.month_cos a.day_sin a.day_cos a.weekday_sin a.weekday_cos", ""},
		{"midnights have no time", "2024-01-01T00:00:00 2024-04-01T00:00:00Z", `{}`,
			"a.year a.month_sin a.month_cos a.day_sin a.day_cos a.weekday_sin a.weekday_cos", ""},
		{"hours", "2024-01-01T06:00 2024-04-01T12:00", `{}`,
			"a.year a.month_sin a.month_cos a.day_sin a.day_cos a.weekday_sin a.weekday_cos a.hour_sin a.hour_cos", ""},
		{"minutes", "2024-01-01T06:00 2024-04-01T12:30", `{}`,
			"a.year a.month_sin a.month_cos a.day_sin a.day_cos a.weekday_sin a.weekday_cos a.hour_sin a.hour_cos a.minute_sin a.minute_cos", ""},
		{"quarters of a year", "2024-01-09 2024-04-09 2024-07-09 2024-10-09 2024-02-09 2024-03-09", `{"parts": "month_cyclic"}`, "a.month_sin a.month_cos",
			"[0 1] [1 0] [0 -1] [-1 0] [" + half + " " + root + "] [" + root + " " + half + "]"},
		{"weekdays from Monday", "2024-04-29 2024-05-05 1969-12-28 1970-01-01", `{"parts": ["weekday"], "scale": "none"}`, "a.weekday", "[1] [7] [7] [4]"},
		{"parts in the order given", "2024-02-29T13:45:30 2023-12-31T00:00:00", `{"parts": ["minute", "hour", "day_of_year", "day", "month", "year"], "scale": "none"}`,
			"a.minute a.hour a.day_of_year a.day a.month a.year", "[45 13 60 29 2 2024] [0 0 365 31 12 2023]"},
		{"days since 1970", "1970-01-01 1969-12-31T12:00 1970-01-02T06:00:00Z 2024-05-01", `{"parts": "days", "scale": "none"}`, "a.days", "[0] [-0.5] [1.25] [19844]"},
		{"an offset is not applied", "2024-05-01T23:30:00-05:00 2024-05-01T00:30:00+05:00", `{"parts": ["day", "hour"], "scale": "none"}`, "a.day a.hour", "[1 23] [1 0]"},
		{"linear parts are scaled", "2020-01-01 2022-01-01 2024-01-01", `{"parts": "year"}`, "a.year", "[-1.2247449] [0] [1.2247449]"},
		{"clip", "2020-01-01 2022-01-01 2024-01-01", `{"parts": "year", "clip": 1}`, "a.year", "[-1] [0] [1]"},
		{"missing", "2020-01-01 NA 2022-04-01 2029-01-01", `{"parts": ["year", "month_cyclic"], "scale": "none", "indicator": true}`, "a.year a.month_sin a.month_cos a=missing",
			"[2020 0 1 0] [2022 0 0 1] [2022 1 0 0] [2029 0 1 0]"},
		{"missing, a constant", "2020-01-01 NA 2022-04-01", `{"parts": "year", "scale": "none", "missing": {"constant": 1999}}`, "a.year", "[2020] [1999] [2022]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			csv := "a,y\n"
			for i, cell := range strings.Fields(c.cells) {
				csv += fmt.Sprintf("%s,%d\n", cell, i%2)
			}
			entry := `{"name": "a"` + strings.Replace(", "+c.config[1:], ", }", "}", 1)
			_, p := fit(t, csv, `{"target": "y", "columns": [`+entry+`]}`, nil)
			if got := strings.Join(p.Features(), " "); got != c.features {
				t.Errorf("features %q, want %q", got, c.features)
			}
			if got := applied(t, p, csv); c.rows != "" && got != c.rows {
				t.Errorf("rows %s, want %s", got, c.rows)
			}
		})
	}
}

// Whether the parts have a time is the training rows' to say.
func TestTestRowsChooseNoParts(t *testing.T) {
	_, p := fit(t, "a,y\n2024-01-01,0\n2024-04-02,1\n2024-04-02T13:45,1\n", `{"target": "y"}`, []int{0, 1})
	if got := len(p.Features()); got != 7 {
		t.Errorf("%d inputs: %v", got, p.Features())
	}
}

func TestDatesAtPredictTime(t *testing.T) {
	_, p := fit(t, "b,a,y\n1,2024-01-01,0\n2,2024-04-02,1\n", `{"target": "y"}`, nil)
	_, strict := fit(t, "b,a,y\n1,2024-01-01,0\n2,2024-04-02,1\n", `{"target": "y", "numeric": {"missing": "error"}}`, nil)
	for _, c := range []struct {
		p               *Pipeline
		csv, want, hint string
	}{
		{p, "b,a\n1,2031-12-31\n2,\n", "", ""},
		{p, "b,a\n1,2031-12-31\n2,2024-02-30\n", `t.csv:3:3: a: there is no such date: "2024-02-30"`, "na_values"},
		{p, "b,a\n1,soon\n", `t.csv:2:3: a: "soon" is not a date`, "2024-05-01T13:45"},
		{p, "b,a\n1,1714521600\n", `t.csv:2:3: a: "1714521600" is not a date`, "year-month-day"},
		{strict, "b,a\n1,2024-01-01\n2,NA\n", "t.csv:3:3: a: the value is missing", "missing: median"},
	} {
		tab, err := c.p.ReadFor(text(c.csv), false)
		if err == nil {
			_, err = c.p.Apply(tab, nil)
		}
		parse.Locate(err, text(c.csv))
		checkProblem(t, err, c.want, c.hint)
	}
}

// A model remembers how the dates of its table are written; other tables may have them so,
// or in ISO 8601.
func TestDatesInOtherForms(t *testing.T) {
	for _, c := range []struct{ cells, column, given, other string }{
		{"31/01/2024 01/02/2024 02/02/2024", `{"name": "d"}`, "03/04/2024", "04/13/2024"},
		{"01/31/2024 02/01/2024 02/02/2024", `{"name": "d"}`, "04/03/2024", "13/04/2024"},
		{"01/02/2024 02/02/2024", `{"name": "d", "day_first": true}`, "03/04/2024", "2024/04/03"},
		{"02/01/2024 02/02/2024", `{"name": "d", "day_first": false}`, "04/03/2024", "soon"},
		{"2024/1/31 2024/2/1", `{"name": "d"}`, "2024/04/3", "03/04/2024"},
		{"31.1.2024 1.2.2024", `{"name": "d"}`, "3.4.2024", "3.13.2024"},
		{"31-Jan-2024 1-Feb-2024", `{"name": "d"}`, "3-Apr-2024", "3-Foo-2024"},
		{"20240131 20240201", `{"name": "d", "type": "date"}`, "20240403", "20241303"},
	} {
		csv := "d,y\n"
		for i, cell := range strings.Fields(c.cells) {
			csv += fmt.Sprintf("%s,%d\n", cell, i%2)
		}
		_, p := fit(t, csv, `{"target": "y", "columns": [`+c.column+`]}`, nil)
		sch, learned := p.Save()
		again, err := LoadPipeline(sch, learned)
		if err != nil {
			t.Errorf("%s: %v", c.cells, err)
			continue
		}
		want := applied(t, p, "d\n"+c.given+"\n")
		if !slices.Contains(p.Features(), "d.days") {
			t.Errorf("%s: inputs %q", c.cells, p.Features())
		}
		for _, p := range []*Pipeline{p, again} {
			if got := applied(t, p, "d\n2024-04-03\n"); got != want {
				t.Errorf("%s: %s is %s, 2024-04-03 is %s", c.cells, c.given, want, got)
			}
			if _, err := p.ReadFor(text("d\n"+c.other+"\n"), false); err == nil {
				t.Errorf("%s: %q is read", c.cells, c.other)
			}
		}
	}
}
