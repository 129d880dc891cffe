package data

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"mlp/internal/problem"
)

// A table can be JSON Lines: an object a line, whose keys are the columns. The first
// line names them; later ones may leave some out, which are then missing, as those
// that are null, but may not bring others. Numbers, text, true and false become
// cells as if they stood in a CSV table.

// objects are the columns of JSON Lines.
type objects struct {
	names []string
	index map[string]int
	row   int   // counts records
	given []int // the record in which a column was given last
}

// newObjects takes the columns from the first line, which must be whole.
func newObjects(line []byte) (*objects, *flaw) {
	o := &objects{index: map[string]int{}}
	p := objectParser{b: line}
	bad := p.open()
	for bad == nil {
		key, _, more, wrong := p.pair()
		if bad = wrong; wrong != nil || !more {
			break
		}
		name, _ := key.content(line, nil)
		_, twice := o.index[string(name)]
		switch {
		case twice:
			bad = keyTwice(key, name)
		case len(name) == 0:
			bad = &flaw{at: int(key.from), msg: "a key without a name", hint: "the keys of the first line name the columns"}
		}
		o.index[string(name)] = len(o.names)
		o.names = append(o.names, string(name))
	}
	if bad == nil && len(o.names) == 0 {
		bad = &flaw{msg: "the first line names no columns", hint: "its keys are the columns"}
	}
	o.given = make([]int, len(o.names))
	return o, bad
}

func keyTwice(key span, name []byte) *flaw {
	return &flaw{at: int(key.from) - 1, msg: fmt.Sprintf("the key %q stands twice", problem.Clip(string(name))), hint: "one value a column"}
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
func (c *cutter) object(b []byte, i int) (next, lines int, bad *flaw) {
	o := c.objects
	end, next := len(b), len(b)
	if n := bytes.IndexByte(b[i:], '\n'); n >= 0 {
		end, next = i+n, i+n+1
	}
	c.cells = c.cells[:0]
	p := objectParser{b: b[:end], i: i}
	if p.blanks(); p.i == end {
		return next, 1, nil // a blank line has no cells
	}
	for range o.names {
		c.cells = append(c.cells, span{from: int32(end), to: int32(end)})
	}
	o.row++
	bad = p.open()
	for n := 0; bad == nil; n++ {
		key, value, more, wrong := p.pair()
		if bad = wrong; wrong != nil || !more {
			break
		}
		var name []byte
		name, c.scratch = key.content(b, c.scratch)
		j, known := o.column(name, n)
		switch {
		case !known:
			bad = &flaw{at: int(key.from) - 1, msg: fmt.Sprintf("the key %q is not on the first line", problem.Clip(string(name))),
				hint: "the first line names the columns, null where it has no value"}
		case o.given[j] == o.row:
			bad = keyTwice(key, name)
		default:
			o.given[j] = o.row
			c.cells[j] = value
		}
	}
	if bad != nil {
		bad.unclosed = next == end // what follows might mend it
		return p.i, 0, bad
	}
	return next, 1, nil
}

// looksLikeObjects reports whether text begins with a JSON object. No CSV does: a
// quote may not stand inside an unquoted cell.
func looksLikeObjects(text []byte) bool {
	text, found := bytes.CutPrefix(bytes.TrimLeft(text, " \t"), []byte("{"))
	text = bytes.TrimLeft(text, " \t\r\n")
	return found && len(text) > 0 && (text[0] == '"' || text[0] == '}')
}

// notObjects refuses JSON that is not JSON Lines: a list, or whatever stands in a
// file that says it is.
func (rs *records) notObjects() error {
	text := bytes.TrimLeft(rs.window[rs.next:], " \t\r\n")
	at := len(rs.window) - len(text)
	inside := bytes.TrimLeft(bytes.TrimPrefix(text, []byte("[")), " \t\r\n")
	if bytes.HasPrefix(text, []byte("[")) && looksLikeObjects(inside) {
		return rs.problemAt(at, "write one object a line: jq -c '.[]'", "this is one JSON list")
	}
	name := strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(rs.name), ".gz"), ".zst")
	if ext := filepath.Ext(name); ext == ".jsonl" || ext == ".ndjson" {
		return rs.problemAt(at, `each line is an object: {"glucose": 148, "age": 50}`, "the first line is not a JSON object")
	}
	return nil
}

// lookForObjects sets the cutter up if the table is JSON Lines.
func (rs *records) lookForObjects() (found bool, err error) {
	text := rs.window[rs.next:]
	if !looksLikeObjects(text) {
		return false, rs.notObjects()
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	o, bad := newObjects(line)
	if bad != nil {
		rs.at, rs.line = rs.next, rs.left
		return false, rs.problemAt(rs.next+bad.at, bad.hint, "%s", bad.msg)
	}
	rs.cut = newCutter(0)
	rs.cut.objects = o
	return true, nil
}

// beginObjects names the columns. The first line is a row as well.
func (p *pass) beginObjects() {
	rs := p.rs
	p.names, p.header, p.headerLine = rs.cut.objects.names, true, rs.left
	for i := rs.next; i < len(rs.window) && len(p.sample) < sampleRecords; {
		next, _, bad := rs.cut.record(rs.window, i)
		if bad != nil || next == len(rs.window) && !rs.eof {
			break
		}
		i = next
		var row []string
		for _, s := range rs.cut.cells {
			cell, _ := s.content(rs.window, nil)
			row = append(row, string(cell))
		}
		p.sample = append(p.sample, row)
	}
}

// skipHeader goes past the line that names the columns, where it is not a row too.
func (rs *records) skipHeader(found bool) error {
	if !found || rs.cut.objects != nil {
		return nil
	}
	_, _, err := rs.advance()
	return err
}

// appendJSON appends the value of a cell of the record as it stands.
func (rs *records) appendJSON(to []byte, s span) []byte {
	switch {
	case s.quoted:
		return append(to, rs.window[s.from-1:s.to+1]...)
	case s.from == s.to:
		return append(to, "null"...)
	}
	return append(to, rs.window[s.from:s.to]...)
}

// TextOfJSON returns what a JSON value is as a cell: a text's content, nothing for
// null, the rest as it stands.
func TextOfJSON(value []byte) []byte {
	switch {
	case bytes.Equal(value, []byte("null")):
		return nil
	case len(value) > 1 && value[0] == '"':
		s := span{from: 1, to: int32(len(value) - 1), quoted: true, doubled: true, json: true}
		text, _ := s.content(value, nil)
		return text
	}
	return value
}
