package parse

import (
	"io"
	"slices"
	"testing"
	"time"

	"mlp/internal/data/scan"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
)

// Rows of a stream are handed on when they have come, whatever the rest waits for: after
// each text that is written the numbers of column a are there, before the next is.
func TestRowsAreHandedOnAsTheyCome(t *testing.T) {
	for name, c := range map[string]struct {
		header table.Setting
		writes []string
		want   [][]float64 // after each
	}{
		"a header alone":          {table.Yes, []string{"a,b\n", "1,2\n", "3,4\n5,6\n"}, [][]float64{nil, {1}, {3, 5}}},
		"header and row":          {table.Yes, []string{"b,a\n2,1\n", "4,3\n"}, [][]float64{{1}, {3}}},
		"half a row":              {table.Yes, []string{"a,b\n1,2\n3", ",4\n5,6\n7,8"}, [][]float64{{1}, {3, 5}}},
		"a line break in quotes":  {table.Yes, []string{"a,b\n1,2\n3,\"x\ny", "z\"\n"}, [][]float64{{1}, {3}}},
		"carriage returns":        {table.Yes, []string{"a,b\r\n1,2\r\n", "3,4\r\n"}, [][]float64{{1}, {3}}},
		"lines of JSON":           {table.Yes, []string{"{\"a\":1,\"b\":2}\n", "{\"b\":4,\"a\":3}\n"}, [][]float64{{1}, {3}}},
		"a key that comes late":   {table.Yes, []string{"{\"b\":2}\n", "{\"b\":4,\"a\":3}\n"}, [][]float64{nil, {-1, 3}}},
		"no newline at the end":   {table.Yes, []string{"a,b\n1,2\n", "3,4"}, [][]float64{{1}, nil}},
		"a table in UTF-16":       {table.Yes, []string{"\xff\xfea\x00\n\x001\x00\n\x00", "3\x00\n\x00"}, [][]float64{{1}, {3}}},
		"blank lines above":       {table.Yes, []string{"\n\na,b\n1,2\n", "3,4\n"}, [][]float64{{1}, {3}}},
		"delimiters by the names": {table.Yes, []string{"a;b,c\n1;2,5\n", "3;4,5\n"}, [][]float64{{1}, {3}}},
	} {
		r, w := io.Pipe()
		src := source.Source{Name: "-", Once: true, Open: func() (io.ReadCloser, error) { return r, nil }}
		numbers := make(chan float64, 100)
		ended := make(chan error, 1)
		go func() {
			ended <- func() error {
				reader, err := Open(src, Options{Header: c.header, Wanted: []string{"a"}, Eager: true})
				if err != nil {
					return err
				}
				plans := make([]table.Plan, len(reader.Names()))
				at := slices.Index(reader.Names(), "a")
				plans[at] = table.Plan{Keep: table.AsNumbers, Kind: table.DeclaredNumeric, NA: scan.NewNASet("")}
				return reader.Each(plans, Chunks{Rows: 4096}, func(t *table.Table) error {
					for row := range t.Rows {
						v := t.Column("a").Number(row)
						if v != v {
							v = -1
						}
						numbers <- v
					}
					return nil
				})
			}()
		}()
		for i, text := range c.writes {
			if _, err := io.WriteString(w, text); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, want := range c.want[i] {
				select {
				case v := <-numbers:
					if v != want {
						t.Errorf("%s: after write %d a is %v, want %v", name, i+1, v, want)
					}
				case err := <-ended:
					t.Fatalf("%s: after write %d: %v", name, i+1, err)
				case <-time.After(10 * time.Second): // a pipe is written to in micro-seconds; a machine may be busy
					t.Fatalf("%s: no row after write %d", name, i+1)
				}
			}
		}
		_ = w.Close()
		if err := <-ended; err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
