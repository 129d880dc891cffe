package split

import (
	"testing"

	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/spec"
)

// tryConfigure is configure for a section that may be wrong.
func tryConfigure(json string) (schema.Config, error) {
	n, err := spec.ParseJSON([]byte(json), "spec.yaml", "spec.yaml")
	if err != nil {
		return schema.Config{}, err
	}
	var c schema.Config
	_, problems := spec.Decode(n, func(f *spec.Fields) { c = schema.Decode(f) })
	return c, problems.Err()
}

func upTo(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
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
