package profile

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"mlp/internal/data/pipeline"
	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/task"
)

// show writes a table on one line: name=[cells], with "·" for a missing one;
// words stand in quotes.
func show(t *table.Table) string {
	var parts []string
	for _, c := range t.Columns {
		if c.Skipped {
			parts = append(parts, c.Name+" skipped")
			continue
		}
		var cells []string
		for row := range t.Rows {
			switch {
			case c.IsMissing(row):
				cells = append(cells, "·")
			case c.Kind == table.Categorical:
				cells = append(cells, fmt.Sprintf("%q", c.Words[c.Codes[row]]))
			case c.Wide != nil:
				cells = append(cells, fmt.Sprint(c.Wide[row]))
			default:
				cells = append(cells, fmt.Sprint(c.Numbers[row]))
			}
		}
		parts = append(parts, c.Name+"=["+strings.Join(cells, " ")+"]")
	}
	return strings.Join(parts, " ")
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

func FuzzRead(f *testing.F) {
	for _, s := range []string{"a,b\n1,x\n", "a;b\r\n\"1\"\"\";\r\n", "\ufeffa\n\n1", "a,b\r1,\"\n", "1,5;2\n", "a,a\n1,2\n", ",\n,\n", "a\tb\n\t\n", "\"", "a,y\n1,p\n2,q\n"} {
		f.Add([]byte(s))
	}
	for _, name := range []string{"malformed", "unusual"} {
		dir, _ := tables(f, name)
		files, _ := filepath.Glob(filepath.Join(dir, "*.csv"))
		for _, file := range files {
			if b, err := os.ReadFile(file); err == nil && len(b) < 300 {
				f.Add(b)
			}
		}
	}
	c := schema.Default()
	c.Target = []schema.ColumnRef{{Number: -1}}
	f.Fuzz(func(t *testing.T, b []byte) {
		tab, err := schema.Read(source.Bytes("f.csv", b), c)
		src := source.Bytes("f.csv", b)
		src.Block, src.Threads = 1+len(b)/3, 1+len(b)%3
		if got, want := outcome(schema.Read(src, c)), outcome(tab, err); got != want {
			t.Fatalf("in blocks of %d bytes:\n%s\nrow by row:\n%s", src.Block, got, want)
		}
		if err != nil {
			checkPlaces(t, b, err)
			return
		}
		checkWritten(t, tab, c)
		for _, col := range tab.Columns {
			if n := col.Len(); n != tab.Rows && !col.Nameless {
				t.Fatalf("column %q has %d of %d rows", col.Name, n, tab.Rows)
			}
		}
		s, err := schema.Infer(tab, c, task.Auto)
		if err != nil {
			checkPlaces(t, b, err)
			return
		}
		rows := make([]int, tab.Rows)
		for i := range rows {
			rows[i] = i
		}
		p, err := pipeline.FitPipeline(tab, s, c, rows)
		if err != nil {
			return
		}
		d, err := p.Apply(tab, nil)
		if err != nil {
			t.Fatalf("a table that the pipeline was fitted on: %v", err)
		}
		for _, v := range d.X.Data {
			if v != v {
				t.Fatal("NaN among the inputs")
			}
		}
		Profile(tab, s, 0)
		again, err := p.ReadFor(source.Bytes("f.csv", b), true)
		if err != nil {
			if !strings.Contains(err.Error(), "delimiter") && !strings.Contains(err.Error(), "separated") {
				t.Fatalf("the table it was fitted on: %v", err)
			}
			return
		}
		e, err := p.Apply(again, nil)
		if err != nil || !sameBits(d.X.Data, e.X.Data) {
			t.Fatalf("reading the training table again gives other inputs: %v", err)
		}
		var streamed []float32
		stream, err := p.Open(source.Bytes("f.csv", b), 2)
		if err != nil {
			t.Fatalf("a table that was read: %v", err)
		}
		err = stream.Each(func(chunk *table.Table) error {
			part, err := p.Apply(chunk, nil)
			if err == nil {
				streamed = append(streamed, part.X.Data...)
			}
			return err
		})
		if err != nil || !sameBits(d.X.Data, streamed) {
			t.Fatalf("streaming the training table gives other inputs: %v", err)
		}
	})
}

// checkWritten demands that a table that is written anew, every cell in quotes,
// is read as the same table.
func checkWritten(t *testing.T, tab *table.Table, c schema.Config) {
	t.Helper()
	if slices.Contains(tab.Nameless(), true) {
		return // the cells of such columns are not kept
	}
	var b strings.Builder
	line := func(cell func(c *table.Column) string) {
		for j, col := range tab.Columns {
			if j > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`"` + strings.ReplaceAll(cell(col), `"`, `""`) + `"`)
		}
		b.WriteByte('\n')
	}
	c.Header, c.Delimiter = table.No, ','
	if tab.HeaderFound {
		c.Header = table.Yes
		line(func(col *table.Column) string { return col.Name })
	}
	for row := range tab.Rows {
		line(func(col *table.Column) string { return col.Text(row) })
	}
	for _, col := range tab.Columns {
		if col.OtherN > 0 {
			return // of these cells only the place is known
		}
	}
	again, err := schema.Read(source.Bytes("written", []byte(b.String())), c)
	if err != nil || show(again) != show(tab) {
		t.Fatalf("written anew as\n%s\nit is another table: %v\n%s\n%s", b.String(), err, show(tab), show(again))
	}
}

// checkPlaces demands that complaints point into the file.
func checkPlaces(t *testing.T, b []byte, err error) {
	t.Helper()
	lines := bytes.Count(b, []byte("\n")) + bytes.Count(b, []byte("\r")) + 1
	var all problem.Problems
	var one *problem.Problem
	if !errors.As(err, &all) {
		if !errors.As(err, &one) {
			t.Fatalf("not a problem: %v", err)
		}
		all = problem.Problems{one}
	}
	for _, p := range all {
		if p.Pos.Line > lines || p.Pos.Line < 0 || p.Pos.Col < 0 || p.Msg == "" || !utf8.ValidString(p.Msg+p.Excerpt+p.Path) {
			t.Fatalf("%+v does not suit %q", p, b)
		}
		if width := utf8.RuneCountInString(p.Excerpt); p.Excerpt != "" && p.Pos.Col > width+1 {
			t.Fatalf("column %d of %q", p.Pos.Col, p.Excerpt)
		}
	}
}
