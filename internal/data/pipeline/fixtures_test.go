package pipeline

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

func sameBits(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(x, y float32) bool { return math.Float32bits(x) == math.Float32bits(y) })
}

// complaintText renders problems as a person sees them.
func complaintText(t *testing.T, err error) string {
	t.Helper()
	var all problem.Problems
	var one *problem.Problem
	switch {
	case errors.As(err, &all):
	case errors.As(err, &one):
		all = problem.Problems{one}
	default:
		t.Fatalf("not a problem: %v", err)
	}
	var b strings.Builder
	for _, p := range all {
		if p.Domain != problem.InData {
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

func text(s string) source.Source { return source.Bytes("t.csv", []byte(s)) }

// configure returns the defaults with what a `data:` section in JSON says.
func configure(t testing.TB, json string) schema.Config {
	t.Helper()
	n, err := spec.ParseJSON([]byte(json), "spec.yaml", "spec.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c schema.Config
	if _, problems := spec.Decode(n, func(f *spec.Fields) { c = schema.Decode(f) }); len(problems) > 0 {
		t.Fatal(problems)
	}
	return c
}

func zipped(t testing.TB, format string, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&out)
	if format == "zst" {
		var err error
		if w, err = zstd.NewWriter(&out); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// streamed reads a table in chunks.
func streamed(p *Pipeline, src source.Source, rows int, do func(*table.Table) error) error {
	s, err := p.Open(src, rows)
	if err != nil {
		return err
	}
	return s.Each(do)
}
