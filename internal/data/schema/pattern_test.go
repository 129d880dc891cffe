package schema

import (
	"strings"
	"testing"

	"mlp/internal/task"
)

func TestFits(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"lag_*", "lag_1", true}, {"lag_*", "lag_", true}, {"lag_*", "flag_1", false}, {"*_lag", "a_lag", true}, {"*", "", true},
		{"lag_?", "lag_1", true}, {"lag_?", "lag_12", false}, {"lag_?", "lag_", false}, {"?", "é", true}, {"a*b*c", "aXbYbZc", true},
		{"a*b*c", "aXcYb", false}, {"*a", "aab", false}, {"*a*", "bab", true}, {"**", "x", true}, {"a/*", "a/b/c", true}, {"[a]*", "[a]x", true}, {"[a]*", "ax", false},
	} {
		if got := Fits([]rune(c.pattern), []rune(c.name)); got != c.want {
			t.Errorf("%q, %q: %v", c.pattern, c.name, got)
		}
	}
}

// An exact name goes first wherever it stands, then the first pattern that fits.
func TestPatterns(t *testing.T) {
	const csv = "lag_1,lag_2,lag_10,b*,b2,y\n1,2,3,4,5,6.5\n3,4,5,6,7,9\n"
	for config, want := range map[string]string{
		`"columns": [{"name": "lag_*", "scale": "none"}]`:                                      "none none none standard standard",
		`"columns": [{"name": "lag_?", "scale": "none"}, {"name": "lag*", "scale": "minmax"}]`: "none none minmax standard standard",
		`"columns": [{"name": "lag*", "scale": "none"}, {"name": "lag_2", "scale": "minmax"}]`: "none minmax none standard standard",
		`"columns": [{"name": "*", "scale": "none"}]`:                                          "none none none none none",
		`"columns": [{"name": "b*", "scale": "none"}]`:                                         "standard standard standard none standard",
		`"columns": [{"name": "b*", "scale": "none"}, {"name": "b?", "scale": "minmax"}]`:      "standard standard standard none minmax",
		`"ignore": ["lag_*"]`: "- - - standard standard",
		`"ignore": ["b*"]`:    "standard standard standard - standard",
		`"ignore": ["*_?", "b?"], "columns": [{"name": "*", "scale": "none"}]`:                  "- - none - -",
		`"columns": [{"name": "lag_*", "scale": "none"}, {"name": "lag_*", "scale": "minmax"}]`: `the pattern "lag_*" is left without a column`,
		`"ignore": ["lag_*"], "columns": [{"name": "lag_?", "scale": "none"}]`:                  `the pattern "lag_?" is left without a column`,
		`"columns": [{"name": "log_*", "scale": "none"}]`:                                       `data.columns[0].name: no column of the table fits the pattern "log_*"`,
		`"ignore": ["x*"]`: `data.ignore: no column of the table fits the pattern "x*"`,
		`"ignore": ["y*"]`: `the pattern "y*" is left without a column`,
		`"id": "lag_*"`:    `data.id: the table has no column "lag_*"`,
	} {
		c := configure(t, `{"target": "y", `+config+`}`)
		table, err := Read(text(csv), c)
		if err != nil {
			t.Fatal(err)
		}
		s, err := Infer(table, c, task.Auto)
		if err != nil {
			if !strings.Contains(withHints(err), want) {
				t.Errorf("%s: %s", config, withHints(err))
			}
			continue
		}
		var got []string
		for _, sc := range s.Columns {
			switch sc.Role {
			case Feature:
				got = append(got, sc.Numeric.Scale.Spec.Text)
			case Ignored:
				got = append(got, "-")
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %s, want %s", config, strings.Join(got, " "), want)
		}
	}
}
