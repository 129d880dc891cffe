package pipeline

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"mlp/internal/data/scan"
	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/rng"
	"mlp/internal/spec"
	"mlp/internal/task"
)

// rewritten returns the table in other ways of writing the same cells.
func rewritten(t *testing.T, plain []byte) map[string]source.Source {
	t.Helper()
	all := map[string][]byte{
		"byte order mark":   append([]byte("\ufeff"), plain...),
		"crlf":              bytes.ReplaceAll(plain, []byte("\n"), []byte("\r\n")),
		"cr":                bytes.ReplaceAll(plain, []byte("\n"), []byte("\r")),
		"no newline at end": bytes.TrimRight(plain, "\n"),
		"newlines at end":   append(bytes.Clone(plain), "\n\n"...),
		"semicolons":        bytes.ReplaceAll(plain, []byte(","), []byte(";")),
		"tabs":              bytes.ReplaceAll(plain, []byte(","), []byte("\t")),
		"blanks":            bytes.ReplaceAll(plain, []byte(","), []byte("  , ")),
		"gzip":              zipped(t, "gz", plain),
		"zstd":              zipped(t, "zst", plain),
	}
	var quoted, plus bytes.Buffer
	for i, line := range strings.Split(strings.TrimSpace(string(plain)), "\n") {
		cells := strings.Split(line, ",")
		fmt.Fprintf(&quoted, "\"%s\"\n", strings.Join(cells, `","`))
		for j, cell := range cells {
			if _, v := scan.Number(cell); v == scan.IsNumber && cell[0] != '-' && i > 0 && j < len(cells)-1 {
				cells[j] = "+" + cell + "e0" // the target's words are labels, as they stand
			}
		}
		fmt.Fprintln(&plus, strings.Join(cells, ","))
	}
	all["all in quotes"], all["numbers written otherwise"] = quoted.Bytes(), plus.Bytes()
	sources := map[string]source.Source{"another name": source.Bytes("other.csv", plain)}
	for name, b := range all {
		sources[name] = source.Bytes(name, b)
	}
	sources["stdin"] = source.Source{Name: "-", Once: true, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(plain)), nil }}
	for _, size := range []int{1 << 10, 7 << 10, 64 << 10} {
		src := source.Bytes("blocks", plain)
		src.Block, src.Threads = size, 1+size>>10%4
		sources[fmt.Sprintf("blocks of %d", size)] = src
	}
	return sources
}

// learned writes all that a model takes from a table: the schema, the fitted
// numbers, the inputs and the targets.
func learned(t *testing.T, src source.Source, c schema.Config) (string, *Pipeline) {
	t.Helper()
	table, err := schema.Read(src, c)
	if err != nil {
		t.Fatalf("%s: %v", src.Name, err)
	}
	s, err := schema.Infer(table, c, task.Auto)
	if err != nil {
		t.Fatalf("%s: %v", src.Name, err)
	}
	p, err := FitPipeline(table, s, c, upTo(table.Rows))
	if err != nil {
		t.Fatalf("%s: %v", src.Name, err)
	}
	d, err := p.Apply(table, nil)
	if err != nil {
		t.Fatalf("%s: %v", src.Name, err)
	}
	schema, numbers := p.Save()
	return fmt.Sprintf("%s %x %x %x", spec.CanonicalJSON(schema), numbers, d.X.Data, d.Y.Data), p
}

// The same cells make the same model, however they are written, packed or read.
func TestSameCellsSameModel(t *testing.T) {
	for i := range uint64(20) {
		s := rng.New(i, "relations")
		plain := learnable(s, 20+int(s.Uint64(0)%2000))
		c := schema.Default()
		c.Target = []schema.ColumnRef{{Name: "y"}}
		want, p := learned(t, source.Bytes("t.csv", plain), c)
		for name, src := range rewritten(t, plain) {
			if got, _ := learned(t, src, c); got != want {
				t.Errorf("table %d, %s: another model", i, name)
			}
		}
		checkPermuted(t, plain, c, p)
	}
}

// checkPermuted demands the same inputs from the table with its columns in
// another order.
func checkPermuted(t *testing.T, plain []byte, c schema.Config, p *Pipeline) {
	t.Helper()
	var b bytes.Buffer
	for line := range strings.Lines(string(plain)) {
		cells := strings.Split(strings.TrimSpace(line), ",")
		slices.Reverse(cells)
		fmt.Fprintln(&b, strings.Join(cells, ","))
	}
	var x [2][]float32
	for i, src := range []source.Source{source.Bytes("t.csv", plain), source.Bytes("t.csv", b.Bytes())} {
		table, err := p.ReadFor(src, true)
		if err != nil {
			t.Fatal(err)
		}
		d, err := p.Apply(table, nil)
		if err != nil {
			t.Fatal(err)
		}
		x[i] = append(d.X.Data, d.Y.Data...)
	}
	if !sameBits(x[0], x[1]) {
		t.Error("columns in another order give other inputs")
	}
}

// learnable returns a random table with numbers, words, missing cells and a target
// y of two classes or of numbers.
func learnable(s rng.Stream, rows int) []byte {
	var b bytes.Buffer
	b.WriteString("n,w,m,i,y\n")
	for row := range uint64(rows) {
		draw := s.At(row + 1)
		word := []string{"red", "green", "blue"}[draw.Uint64(1)%3]
		missing := []string{"NA", "", "7", "1.25", "-3"}[draw.Uint64(2)%5]
		y := []string{"no", "yes"}[draw.Uint64(3)%2]
		if s.Uint64(1)%2 == 0 {
			y = fmt.Sprintf("%.2f", 100*draw.Float64(4))
		}
		fmt.Fprintf(&b, "%.4f,%s,%s,%d,%s\n", 20*draw.Float64(5)-10, word, missing, draw.Uint64(6)%50, y)
	}
	return b.Bytes()
}
