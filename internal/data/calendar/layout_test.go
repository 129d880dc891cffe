package calendar

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// Every way to write a day and a time, as the library of Go writes it, is read as the
// same moment, and its layout is found among thirty days.
func TestLayouts(t *testing.T) {
	for form, want := range map[string]Layout{
		"2006/01/02": YearFirst, "2006/1/2": YearFirst, "2006.01.02": YearFirst, "2006-1-2": YearFirst, "2006/01/02 15:04:05": YearFirst, "2006/01/02T15:04": YearFirst,
		"02/01/2006": DayFirst, "2/1/2006": DayFirst, "02.01.2006": DayFirst, "02-01-2006": DayFirst, "02/01/2006 15:04": DayFirst, "2.1.2006 15:04:05": DayFirst,
		"01/02/2006": MonthFirst, "1/2/2006": MonthFirst, "01-02-2006": MonthFirst, "1/2/2006 3:04 PM": MonthFirst, "01/02/2006 03:04:05PM": MonthFirst, "1/2/2006, 3:04:05 pm": MonthFirst,
		"2 Jan 2006": Named, "02-Jan-2006": Named, "January 2, 2006": Named, "Jan 2 2006": Named, "2 January 2006 15:04": Named, "Mon, 02 Jan 2006 15:04:05 -0700": Named, "02/Jan/2006": Named,
		"02/01/06": DayFirst, "2.1.06 15:04": DayFirst, "1/2/06 3:04 PM": MonthFirst, "02-Jan-06": Named, "Jan 2, 06": Named, "2 January 06 15:04": Named,
		"20060102": Compact, "20060102T15:04": Compact,
		"2006-01-02": ISO, "2006-01-02 15:04:05 UTC": ISO, "2006-01-02T15:04:05 GMT": ISO, "2006-01-02 15:04:05-07": ISO,
	} {
		r := rand.New(rand.NewPCG(1, 2))
		var words []string
		var moments []time.Time
		for i := range 30 {
			m := time.Date(1990+r.IntN(50), time.Month(1+r.IntN(12)), 1+r.IntN(28), r.IntN(24), r.IntN(60), r.IntN(60), 0, time.UTC)
			if i == 0 {
				m = time.Date(2024, 1, 31, 12, 0, 0, 0, time.UTC)
			}
			moments = append(moments, m)
			words = append(words, m.Format(form))
		}
		got, found, doubt := Look(words, "")
		if got != want || !found || doubt {
			t.Errorf("%s: layout %q, %v, %v, want %q", form, got, found, doubt, want)
			continue
		}
		for i, w := range words {
			d, v := got.Parse(w)
			m := moments[i]
			same := d.Year == m.Year() && d.Month == int(m.Month()) && d.Day == m.Day()
			if strings.Contains(form, ":04") {
				same = same && d.Hour == m.Hour() && d.Minute == m.Minute()
			}
			if v != IsDate || !same {
				t.Errorf("%s: %q is %+v, %d", form, w, d, v)
			}
			if d, v := got.Parse(m.Format(time.DateOnly)); v != IsDate || d.Day != m.Day() {
				t.Errorf("%s: ISO 8601 is not read beside it", form)
			}
		}
	}
}

// What can be misread is not read, or only as it is said.
func TestDoubtfulDays(t *testing.T) {
	for _, c := range []struct{ words, said, want string }{
		{"01/02/2024 03/04/2024", "", "doubt"},
		{"01-02-2024", "", "doubt"},
		{"01.02.2024", "", "day_first"},
		{"01.02.2024", "false", "none"}, // with points the month never comes first
		{"01/02/2024 03/04/2024", "true", "day_first"},
		{"01/02/2024 03/04/2024", "false", "month_first"},
		{"01/02/2024 13/04/2024", "", "day_first"},
		{"01/02/2024 04/13/2024", "", "month_first"},
		{"14/02/2024 04/13/2024", "", "none"},
		{"14/02/2024 2024/04/13", "", "none"},
		{"14/02/2024 2024-04-13", "", "day_first"},
		{"31/02/2024 01/02/2024", "", "none"}, // there is no such day
		{"14/02/2024 soon", "", "none"},
		{"14/02/24 15/02/24", "", "day_first"},
		{"01/02/24 15/02/23", "", "day_first"},
		{"02/14/24 02/15/24", "", "month_first"},
		{"14-02-24 15-02-23", "", "doubt"}, // 2014 or 2024?
		{"14-02-24 15-02-23", "true", "day_first"},
		{"14-02-24 15-02-75", "", "day_first"},
		{"24/02/1 15/02/3", "", "none"},
		{"14-Feb-24 15-Mar-68", "", "named"},
		{"1.2.3 1.2.4", "", "none"},
		{"192.168.2024.1", "", "none"},
		{"20241301", "", "none"},
		{"14-Foo-2024", "", "none"},
		{"14/02/2024T25:00", "", "none"},
		{"14/02/2024T13:00PM", "", "none"},
	} {
		l, found, doubt := Look(strings.Fields(c.words), c.said)
		got := string(l)
		switch {
		case doubt:
			got = "doubt"
		case !found:
			got = "none"
		}
		if got != c.want {
			t.Errorf("%s, %s: %s, want %s", c.words, c.said, got, c.want)
		}
	}
}

// No text makes it panic.
func FuzzLayout(f *testing.F) {
	for _, s := range []string{"2024/1/31", "Jan 31, 2024 3:04 PM", "Mon, 2 Jan 2006", "T", "1/2/2024T", "//", "1/1/1 :", "20240131T1:", "\u00a0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l, found, _ := Look([]string{s}, "")
		if _, v := l.Parse(s); found && v != IsDate {
			t.Errorf("%q: layout %q does not read it", s, l)
		}
	})
}
