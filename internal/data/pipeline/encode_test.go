package pipeline

import (
	"fmt"
	"strings"
	"testing"
)

// What every encoder makes of a category that training knew, one that was rare,
// one that it never saw, and none.
func TestEveryEncoderHasAPlaceForTheUnknown(t *testing.T) {
	const csv = "a,y\nx,0\nx,1\ny,0\ny,1\nrare,0\n,1\n"
	for _, c := range []struct{ encoder, unknown, want string }{
		{"one_hot", "other", "[1 0 0] [0 0 1] [0 0 1] [0 0 1]"},
		{"one_hot", "ignore", "[1 0] [0 0] [0 0] [0 0]"},
		{"embedding", "other", "[0] [2] [2] [2]"},
		{"ordinal", "other", "[0] [0.5] [0.5] [0.5]"},
		{`{"type": "hash", "buckets": 4}`, "other", "[0 0 1 0 0] [1 0 0 0 0] [0 0 0 1 0] [0 0 0 0 1]"},
		{`{"type": "hash", "buckets": 4}`, "ignore", "[0 0 1 0] [1 0 0 0] [0 0 0 1] [0 0 0 0]"},
	} {
		encoder := c.encoder
		if encoder[0] != '{' {
			encoder = `"` + encoder + `"`
		}
		_, p := fit(t, csv, fmt.Sprintf(`{"target": "y", "categorical": {"encode": %s, "min_count": 2, "unknown": %q}}`, encoder, c.unknown), nil)
		if got := applied(t, p, "a\nx\nrare\nnever\n\"\"\n"); got != c.want {
			t.Errorf("%s, %s: %s, want %s", c.encoder, c.unknown, got, c.want)
		}
	}
}

// applied returns the inputs of each row of a table that a fitted pipeline reads.
func applied(t *testing.T, p *Pipeline, csv string) string {
	t.Helper()
	table, err := p.ReadFor(text(csv), false)
	if err != nil {
		t.Fatal(err)
	}
	d, err := p.Apply(table, nil)
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for i := range d.X.Rows {
		rows = append(rows, fmt.Sprint(d.X.Row(i)))
	}
	return strings.Join(rows, " ")
}

// The most frequent category of the training rows may stand in for a missing one.
func TestMissingCategories(t *testing.T) {
	const csv = "a,y\nx,0\nz,1\nz,0\n,1\nx,0\nz,1\nw,0\nw,0\nw,0\nw,0\n"
	train := []int{0, 1, 2, 3, 4, 5} // of which no row is w
	for encoder, want := range map[string]string{
		`"one_hot"`:   "[0 1 0] [0 0 1] [0 1 0]",
		`"ordinal"`:   "[1] [0.5] [1]",
		`"embedding"`: "[1] [2] [1]",
		`{"hash": 4}`: "[0 0 1 0 0] [0 1 0 0 0] [0 0 1 0 0]",
	} {
		_, p := fit(t, csv, `{"target": "y", "columns": [{"name": "a", "missing": "mode", "encode": `+encoder+`}]}`, train)
		if got := applied(t, p, "a\n\"\"\nw\nz\n"); got != want {
			t.Errorf("%s: %s, want %s", encoder, got, want)
		}
	}
	_, p := fit(t, "a,y\nyes,0\nno,1\nno,0\n,1\n", `{"target": "y", "columns": [{"name": "a", "missing": "mode"}]}`, nil)
	if got := applied(t, p, "a\nyes\n\"\"\n"); got != "[1] [0]" {
		t.Errorf("boolean: %s", got)
	}
}

// A boolean is one input, in any spelling.
func TestBooleans(t *testing.T) {
	for _, c := range []struct{ csv, config, predict, want string }{
		{"a,y\nyes,1\nno,2\nYes,3\n", `{"target": "y"}`, "a\nyes\nYes\nYES\nno\n\"\"\ntrue\n", "[1] [1] [1] [0] [0.5] [1]"},
		{"a,y\nf,1\nt,2\n", `{"target": "y"}`, "a\nt\nf\n", "[1] [0]"},
		{"a,y\n1,1\n0,2\n", `{"target": "y", "columns": [{"name": "a", "type": "boolean"}]}`, "a\n1\n0\nNA\n", "[1] [0] [0.5]"},
		{"a,y\nyes,1\nno,2\n", `{"target": "y", "columns": [{"name": "a", "type": "categorical"}]}`, "a\nyes\nno\nNA\n", "[0 1 0] [1 0 0] [0 0 1]"},
		{"a,y\nyes,1\nno,2\n", `{"target": "y", "columns": [{"name": "a", "encode": "ordinal"}]}`, "a\nyes\nno\nNA\n", "[1] [0] [0.5]"},
		{"a,y\nyes,1\nno,2\n", `{"target": "y", "categorical": {"encode": "embedding", "unknown": "ignore"}}`, "a\nyes\nno\nNA\n", "[1] [0] [0.5]"},
	} {
		_, p := fit(t, c.csv, c.config, nil)
		if got := applied(t, p, c.predict); got != c.want {
			t.Errorf("%q, %s: %s, want %s", c.csv, c.config, got, c.want)
		}
	}
}
