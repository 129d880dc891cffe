package data

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mlp/internal/spec"
)

var update = flag.Bool("update", false, "rewrite the expected complaints in testdata")

// settings of the files that need more than the target in their last column
var malformedConfigs = map[string]func(*Config){
	"negative_weight.csv":  func(c *Config) { c.Weight = []ColumnRef{{Name: "w"}} },
	"ragged_no_header.csv": func(c *Config) { c.Header = No },
}

// Each file in testdata/malformed is answered with the complaints that stand
// beside it in a file .want: place, column, message, excerpt with a mark, hint.
func TestMalformedTables(t *testing.T) {
	files, err := filepath.Glob("testdata/malformed/*.csv*")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".want") {
			continue
		}
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			c := Default()
			c.Target = []ColumnRef{{Number: -1}}
			if set := malformedConfigs[name]; set != nil {
				set(&c)
			}
			src := File(file)
			src.Name = name
			table, err := Read(src, c)
			if err == nil {
				_, err = Infer(table, c, Auto)
			}
			if err == nil {
				t.Fatal("accepted")
			}
			got := complaintText(t, err)
			if *update {
				if err := os.WriteFile(file+".want", []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file + ".want")
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

// complaintText renders problems as a person sees them.
func complaintText(t *testing.T, err error) string {
	t.Helper()
	var all spec.Problems
	var one *spec.Problem
	switch {
	case errors.As(err, &all):
	case errors.As(err, &one):
		all = spec.Problems{one}
	default:
		t.Fatalf("not a problem: %v", err)
	}
	var b strings.Builder
	for _, p := range all {
		if p.Domain != spec.InData {
			t.Errorf("%v: not in the data's domain", p)
		}
		fmt.Fprintln(&b, p.Error())
		if p.Excerpt != "" {
			fmt.Fprintf(&b, "    %s\n    %s%s\n", strings.ReplaceAll(p.Excerpt, "\t", " "), strings.Repeat(" ", p.Pos.Col-1), strings.Repeat("^", max(1, p.Width)))
		}
		for _, also := range p.Also {
			fmt.Fprintf(&b, "  see %s\n", also)
		}
		if p.Hint != "" {
			fmt.Fprintf(&b, "  hint: %s\n", p.Hint)
		}
	}
	return b.String()
}
