package data

import (
	"fmt"
	"strings"
	"testing"

	"mlp/internal/data/pipeline"
	"mlp/internal/data/preprocess"
	"mlp/internal/data/schema"
	"mlp/internal/spec"
	"mlp/internal/task"
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
func applied(t *testing.T, p *pipeline.Pipeline, csv string) string {
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

// A boolean is one input. Only spellings that training saw count.
func TestBooleans(t *testing.T) {
	for _, c := range []struct{ csv, config, predict, want string }{
		{"a,y\nyes,1\nno,2\nYes,3\n", `{"target": "y"}`, "a\nyes\nYes\nYES\nno\n\"\"\ntrue\n", "[1] [1] [0.5] [0] [0.5] [0.5]"},
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

// The hash of a word must never change: models depend on it. Sixteen words in
// eight buckets, from an independent program (FNV-1a and SplitMix64's finalizer
// in Python).
func TestHashBuckets(t *testing.T) {
	words := strings.Fields("a b c A B C 0 1 2 10 Zürich Genève 東京 user-00017 user-00018 x")
	var got []int
	for _, w := range words {
		got = append(got, preprocess.Hashed{Buckets: 8}.Bucket(w))
	}
	if want := "[0 5 2 6 3 6 2 7 2 6 5 4 5 4 5 6]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
	// No bucket of 32 may have more than its share by far: of 3200 words, 100 each
	// with a standard deviation of 10, and 32 draws.
	var n [32]int
	for i := range 3200 {
		n[preprocess.Hashed{Buckets: 32}.Bucket(fmt.Sprintf("id%05d", i))]++
	}
	for i, have := range n {
		if have < 60 || have > 140 {
			t.Errorf("bucket %d has %d of 3200 words", i, have)
		}
	}
}

// Columns whose words are nearly all different are refused until they are
// ignored, hashed or embedded by name.
func TestNamesOfRows(t *testing.T) {
	csv := "a,b,y\n"
	for i := range 30 {
		csv += fmt.Sprintf("user-%d,%d,%d\n", i, i%7, i%2)
	}
	for config, ok := range map[string]bool{
		`{"target": "y"}`: false,
		`{"target": "y", "categorical": {"encode": "hash"}}`:                 false,
		`{"target": "y", "columns": [{"name": "a", "encode": "hash"}]}`:      true,
		`{"target": "y", "columns": [{"name": "a", "encode": {"hash": 8}}]}`: true,
		`{"target": "y", "columns": [{"name": "a", "encode": "embedding"}]}`: true,
		`{"target": "y", "columns": [{"name": "a", "type": "categorical"}]}`: true,
		`{"target": "y", "ignore": "a"}`:                                     true,
		`{"target": "y", "id": "a"}`:                                         true,
	} {
		c := configure(t, config)
		table, err := schema.Read(text(csv), c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = schema.Infer(table, c, task.Auto); (err == nil) != ok {
			t.Errorf("%s: %v", config, err)
		}
		if err != nil && !strings.Contains(withHints(err), "`encode: hash`") {
			t.Errorf("%s: %s", config, withHints(err))
		}
	}
}

// Every registered encoder must name as many inputs as it writes, and leave what
// it does not write alone.
func TestEncodersWriteTheirInputs(t *testing.T) {
	for _, name := range preprocess.Encoders.Names() {
		encoder, err := preprocess.Encoders.Build(spec.NewString(name))
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range []bool{true, false} {
			words, problem := encoder.Words([]string{"no", "yes"})
			if problem != nil {
				t.Fatal(problem)
			}
			width := len(encoder.Inputs(words, other))
			for code, word := range []string{"no", "yes", "", "perhaps"} {
				dst := make([]float32, width+2)
				encoder.Encode(dst[1:width+1:width+1], word, min(code, len(words)), len(words))
				if dst[0] != 0 || dst[width+1] != 0 {
					t.Errorf("%s wrote beside its %d inputs: %v", name, width, dst)
				}
			}
		}
	}
}
