package scan

import (
	"bytes"
	"fmt"

	"mlp/internal/problem"
)

// A table can be JSON Lines: an object a line, whose keys are the columns. The first
// line names them; later ones may leave some out, which are then missing, as those
// that are null. Keys that come late are told, for another reading. Numbers, text, true and false become
// cells as if they stood in a CSV table.

// objects are the columns of JSON Lines.
type objects struct {
	names []string
	index map[string]int
	row   int      // counts records
	given []int    // the record in which a column was given last
	late  []string // keys that the first line has not, in the order in which they came
	later map[string]bool
}

// NewObjectCutter returns a cutter of JSON Lines, whose columns are the keys of the
// first line, which must be whole.
func NewObjectCutter(line []byte) (*Cutter, *Flaw) {
	o, bad := newObjects(line)
	c := NewCutter(0)
	c.Objects = o
	return c, bad
}

// Names returns the columns of JSON Lines; nil of a cutter of CSV.
func (c *Cutter) Names() []string {
	if c.Objects == nil {
		return nil
	}
	return c.Objects.names
}

func newObjects(line []byte) (*objects, *Flaw) {
	o := &objects{index: map[string]int{}}
	p := objectParser{b: line}
	bad := p.open()
	for bad == nil {
		key, _, more, wrong := p.pair()
		if bad = wrong; wrong != nil || !more {
			break
		}
		name, _ := key.Content(line, nil)
		_, twice := o.index[string(name)]
		switch {
		case twice:
			bad = keyTwice(key, name)
		case len(name) == 0:
			bad = &Flaw{At: int(key.From), Msg: "a key without a name", Hint: "the keys of the first line name the columns"}
		}
		o.index[string(name)] = len(o.names)
		o.names = append(o.names, string(name))
	}
	if bad == nil && len(o.names) == 0 {
		bad = &Flaw{Msg: "the first line names no columns", Hint: "its keys are the columns"}
	}
	o.given = make([]int, len(o.names))
	return o, bad
}

// Expect adds columns that the first line may lack.
func (c *Cutter) Expect(names []string) {
	o := c.Objects
	o.late, o.later = nil, nil
	for _, name := range names {
		if _, known := o.index[name]; !known {
			o.index[name] = len(o.names)
			o.names, o.given = append(o.names, name), append(o.given, 0)
		}
	}
}

// Late returns the keys of later lines that are no columns; nil of a cutter of CSV.
func (c *Cutter) Late() []string {
	if c.Objects == nil {
		return nil
	}
	return c.Objects.late
}

// comesLate takes note of a key that is no column.
func (o *objects) comesLate(key Span, name []byte) *Flaw {
	switch {
	case o.later[string(name)]:
		return nil
	case len(name) == 0:
		return &Flaw{At: int(key.From), Msg: "a key without a name", Hint: "the keys name the columns"}
	case len(o.names)+len(o.late) >= ColumnLimit:
		return &Flaw{At: int(key.From), Msg: "more than 262144 keys", Hint: "is this a table?", Fatal: true}
	case o.later == nil:
		o.later = map[string]bool{}
	}
	o.later[string(name)] = true
	o.late = append(o.late, string(name))
	return nil
}

func keyTwice(key Span, name []byte) *Flaw {
	return &Flaw{At: int(key.From) - 1, Msg: fmt.Sprintf("the key %q stands twice", problem.Clip(string(name))), Hint: "one value a column"}
}

// column finds the column of a key; i is where it is if the line is in the order of
// the first.
func (o *objects) column(name []byte, i int) (j int, ok bool) {
	if i < len(o.names) && string(name) == o.names[i] {
		return i, true
	}
	j, ok = o.index[string(name)]
	return j, ok
}

// object cuts the line that begins at i of b into cells, as record does a record.
func (c *Cutter) object(b []byte, i int) (next, lines int, bad *Flaw) {
	o := c.Objects
	end, next := len(b), len(b)
	if n := bytes.IndexByte(b[i:], '\n'); n >= 0 {
		end, next = i+n, i+n+1
	}
	c.Cells = c.Cells[:0]
	p := objectParser{b: b[:end], i: i}
	if p.blanks(); p.i == end {
		return next, 1, nil // a blank line has no cells
	}
	for range o.names {
		c.Cells = append(c.Cells, Span{From: int32(end), To: int32(end)})
	}
	o.row++
	bad = p.open()
	for n := 0; bad == nil; n++ {
		key, value, more, wrong := p.pair()
		if bad = wrong; wrong != nil || !more {
			break
		}
		var name []byte
		name, c.scratch = key.Content(b, c.scratch)
		j, known := o.column(name, n)
		switch {
		case !known:
			bad = o.comesLate(key, name)
		case o.given[j] == o.row:
			bad = keyTwice(key, name)
		default:
			o.given[j] = o.row
			c.Cells[j] = value
		}
	}
	if bad != nil {
		bad.Unclosed = next == end // what follows might mend it
		return p.i, 0, bad
	}
	return next, 1, nil
}

// LooksLikeObjects reports whether text begins with a JSON object. No CSV does: a
// quote may not stand inside an unquoted cell.
func LooksLikeObjects(text []byte) bool {
	text, found := bytes.CutPrefix(bytes.TrimLeft(text, " \t"), []byte("{"))
	text = bytes.TrimLeft(text, " \t\r\n")
	return found && len(text) > 0 && (text[0] == '"' || text[0] == '}')
}

// TextOfJSON returns what a JSON value is as a cell: a text's content, nothing for
// null, the rest as it stands.
func TextOfJSON(value []byte) []byte {
	switch {
	case bytes.Equal(value, []byte("null")):
		return nil
	case len(value) > 1 && value[0] == '"':
		s := Span{From: 1, To: int32(len(value) - 1), Quoted: true, Doubled: true, undo: undoJSON}
		text, _ := s.Content(value, nil)
		return text
	}
	return value
}
