package table

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"

	"mlp/internal/spec"
)

// An unpacker takes a packed dataset apart, keeping the first mistake.
type unpacker struct {
	data   []byte
	header map[string]json.RawMessage
	err    error
}

func (u *unpacker) fail(format string, args ...any) {
	if u.err == nil {
		u.err = fmt.Errorf(format, args...)
	}
}

// tensor returns the bytes of a vector of n elements, or nil.
func (u *unpacker) tensor(name, dtype string, n, width int) []byte {
	var e struct {
		DType   string  `json:"dtype"`
		Shape   []int64 `json:"shape"`
		Offsets []int64 `json:"data_offsets"`
	}
	if err := json.Unmarshal(u.header[name], &e); err != nil {
		u.fail("%q is missing", name)
		return nil
	}
	size := int64(len(u.data))
	if e.DType != dtype || len(e.Shape) != 1 || e.Shape[0] != int64(n) || len(e.Offsets) != 2 ||
		e.Offsets[0] < 0 || e.Offsets[1] > size || e.Offsets[0] > e.Offsets[1] || e.Offsets[1]-e.Offsets[0] != int64(n)*int64(width) {
		u.fail("%q has another shape or place than the table says", name)
		return nil
	}
	return u.data[e.Offsets[0]:e.Offsets[1]]
}

func (u *unpacker) table(text string) *Table {
	n, err := spec.ParseJSON([]byte(text), "table", "")
	if err != nil {
		u.fail("%v", err)
		return nil
	}
	l := &spec.Strict{What: "table"}
	// A row takes at least its line's 8 bytes, so the rows are bounded by the file.
	t := &Table{Rows: int(l.Float(n, "rows", 1, float64(len(u.data)/8))), HeaderFound: l.Bool(n, "header"), SHA256: l.Text(n, "sha256")}
	for _, r := range l.Text(n, "delimiter") {
		t.Delimiter = r
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
	lines := u.tensor("lines", "I64", t.Rows, 8)
	if u.err != nil {
		return nil
	}
	t.Lines = make([]int, t.Rows)
	for i := range t.Lines {
		line := int64(binary.LittleEndian.Uint64(lines[8*i:]))
		if line < 1 || line > 1<<50 {
			u.fail("row %d has no line", i+1)
		}
		t.Lines[i] = int(line)
	}
	return t
}

func (u *unpacker) column(l *spec.Strict, n *spec.Node, i, rows int) *Column {
	c := &Column{Name: l.Text(n, "name"), index: i, Missing: int(l.Float(n, "missing", 0, float64(rows)))}
	missing := 0
	switch kind := l.Text(n, "kind"); kind {
	case "skipped":
		c.Skipped = true
		return c
	case Numeric.String():
		b := u.tensor(fmt.Sprintf("column/%d", i), "F32", rows, 4)
		c.Numbers = make([]float32, len(b)/4)
		for row := range c.Numbers {
			bits := binary.LittleEndian.Uint32(b[4*row:])
			c.Numbers[row] = math.Float32frombits(bits)
			if c.Numbers[row] != c.Numbers[row] {
				missing++
			}
			if bits&0x7f800000 == 0x7f800000 && bits != canonicalNaN {
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

func (u *unpacker) codes(l *spec.Strict, n *spec.Node, c *Column, i, rows int) (missing int) {
	c.Words = l.Texts(n, "words")
	if Repeated(c.Words) >= 0 {
		u.fail("column %q has a word twice", c.Name)
	}
	b := u.tensor(fmt.Sprintf("codes/%d", i), "I32", rows, 4)
	c.Codes = make([]int32, len(b)/4)
	for row := range c.Codes {
		c.Codes[row] = int32(binary.LittleEndian.Uint32(b[4*row:]))
		if c.Codes[row] < -1 || int(c.Codes[row]) >= len(c.Words) {
			u.fail("column %q has a code without a word", c.Name)
		}
		if c.Codes[row] < 0 {
			missing++
		}
	}
	return missing
}
