package table

import (
	"fmt"
	"math"
	"slices"

	"mlp/internal/data/dialect"
	"mlp/internal/data/scan"
	"mlp/internal/safetensors"
	"mlp/internal/spec"
)

// An unpacker takes a packed dataset apart, and remembers the first mistake.
type unpacker struct {
	tensors map[string]safetensors.Tensor
	err     error
}

func (u *unpacker) fail(format string, args ...any) {
	if u.err == nil {
		u.err = fmt.Errorf(format, args...)
	}
}

// vector returns a vector of n elements, with none where it is not there or is of
// another type or length.
func (u *unpacker) vector(name string, n int, elements func(t safetensors.Tensor) int) safetensors.Tensor {
	t, found := u.tensors[name]
	switch {
	case !found:
		u.fail("%q is missing", name)
	case elements(t) != n || !slices.Equal(t.Shape, []int{n}):
		u.fail("%q has another type or shape than the table says", name)
	default:
		return t
	}
	return safetensors.Tensor{}
}

func (u *unpacker) table(text string) *Table {
	n, err := spec.ParseJSON([]byte(text), "table", "")
	if err != nil {
		u.fail("%v", err)
		return nil
	}
	l := &spec.Strict{What: "table"}
	t := &Table{Rows: int(l.Float(n, "rows", 1, float64(len(u.tensors["lines"].I64)))), HeaderFound: l.Bool(n, "header"), SHA256: l.Text(n, "sha256")}
	for _, r := range l.Text(n, "delimiter") {
		t.Delimiter = r
	}
	if said := n.Get("read"); said != nil {
		if _, problems := spec.Decode(said, func(f *spec.Fields) { t.Reading = dialect.Decode(f) }); len(problems) > 0 {
			u.fail("%v", problems)
		}
	}
	columns := n.Get("columns")
	if columns == nil || columns.Kind != spec.List || len(columns.Items) == 0 {
		l.Fail("there are no columns")
	}
	if l.Err != nil {
		u.err = l.Err
		return nil
	}
	names := map[string]bool{}
	for i, c := range columns.Items {
		col := u.column(l, c, i, t.Rows)
		if names[col.Name] {
			u.fail("column %q stands twice", col.Name)
		}
		names[col.Name] = true
		t.Columns = append(t.Columns, col)
	}
	if l.Err != nil {
		u.err = l.Err
	}
	lines := u.vector("lines", t.Rows, func(t safetensors.Tensor) int { return len(t.I64) }).I64
	if u.err != nil {
		return nil
	}
	t.Lines = make([]int, t.Rows)
	for i, line := range lines {
		if line < 1 || line > 1<<50 {
			u.fail("row %d has no line", i+1)
		}
		t.Lines[i] = int(line)
	}
	return t
}

func (u *unpacker) column(l *spec.Strict, n *spec.Node, i, rows int) *Column {
	c := &Column{Name: l.Text(n, "name"), Index: i, Missing: int(l.Float(n, "missing", 0, float64(rows)))}
	missing := 0
	switch kind := l.Text(n, "kind"); kind {
	case "skipped":
		c.Skipped = true
		return c
	case Numeric.String():
		name := fmt.Sprintf("column/%d", i)
		if len(u.tensors[name].F64) > 0 {
			missing = u.wide(c, name, rows)
			break
		}
		c.Numbers = u.vector(name, rows, func(t safetensors.Tensor) int { return len(t.F32) }).F32
		for _, v := range c.Numbers {
			if v != v {
				missing++
			}
			if bits := math.Float32bits(v); bits&0x7f800000 == 0x7f800000 && bits != canonicalNaN {
				u.fail("column %q holds what is no number", c.Name)
			}
		}
	case Categorical.String():
		c.Kind = Categorical
	default:
		u.fail("column %q is of kind %q", c.Name, kind)
		return c
	}
	if n.Get("words") != nil {
		missing = u.codes(l, n, c, i, rows)
	} else if c.Kind == Categorical {
		u.fail("column %q has no words", c.Name)
	}
	if missing != c.Missing {
		u.fail("column %q misses %d cells, not %d", c.Name, missing, c.Missing)
	}
	return c
}

// wide reads a column of float64.
func (u *unpacker) wide(c *Column, name string, rows int) (missing int) {
	c.Wide = u.vector(name, rows, func(t safetensors.Tensor) int { return len(t.F64) }).F64
	for _, v := range c.Wide {
		switch {
		case v != v && math.Float64bits(v) == canonicalNaN64:
			missing++
		case !(math.Abs(v) <= math.MaxFloat32):
			u.fail("column %q holds what is no number", c.Name)
		}
	}
	return missing
}

func (u *unpacker) codes(l *spec.Strict, n *spec.Node, c *Column, i, rows int) (missing int) {
	c.Words = l.Texts(n, "words")
	if scan.Repeated(c.Words) >= 0 {
		u.fail("column %q has a word twice", c.Name)
	}
	c.Codes = u.vector(fmt.Sprintf("codes/%d", i), rows, func(t safetensors.Tensor) int { return len(t.I32) }).I32
	for _, code := range c.Codes {
		if code < -1 || int(code) >= len(c.Words) {
			u.fail("column %q has a code without a word", c.Name)
		}
		if code < 0 {
			missing++
		}
	}
	return missing
}
