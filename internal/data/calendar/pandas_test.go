package calendar

import (
	"encoding/json"
	"os"
	"testing"
)

// Days, times and durations are those that pandas reads, which needs the format for it.
func TestPandas(t *testing.T) {
	text, err := os.ReadFile("testdata/pandas/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	type golden struct {
		Form    string
		Words   []string
		Days    []int
		Seconds []float64
	}
	var all struct{ Days, Times, Durations []golden }
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, g := range all.Days {
		l, found, doubt := Look(g.Words, "")
		if !found || doubt {
			t.Errorf("%s: no layout is found (%q, %v)", g.Form, g.Words[0], doubt)
			continue
		}
		for i, w := range g.Words {
			if d, v := l.Parse(w); v != IsDate || d.Days != g.Days[i] {
				t.Errorf("%s: %q is day %d, verdict %d; pandas has %d", g.Form, w, d.Days, v, g.Days[i])
			}
			n++
		}
	}
	for _, g := range all.Times {
		for i, w := range g.Words {
			if d, v := ParseClock(w); v != IsDate || d.SecondsOfDay() != g.Seconds[i] {
				t.Errorf("%s: %q is second %v, verdict %d; pandas has %v", g.Form, w, d.SecondsOfDay(), v, g.Seconds[i])
			}
			n++
		}
	}
	for _, g := range all.Durations {
		for i, w := range g.Words {
			if v, ok := ParseDuration(w); !ok || v != g.Seconds[i] {
				t.Errorf("%q is %v seconds, %v; pandas has %v", w, v, ok, g.Seconds[i])
			}
			n++
		}
	}
	if n < 1000 {
		t.Errorf("%d words are compared", n)
	}
}
