package source

import (
	"bufio"
	"bytes"
	"io"
	"slices"

	"mlp/internal/data/scan"
)

// rewritten is a part whose rows are written anew: with their cells, as they stand, in the
// order of the first part, and behind them what the folders above the part say. A row that
// cannot be cut, or has more or fewer cells, stays as it is, to be complained of.
type rewritten struct {
	r       *bufio.Reader
	cut     *scan.Cutter // nil of lines of JSON
	comment string       // what lines begin with that are no rows
	order   []int        // nil: as they stand
	more    string       // behind the cells
	row     []byte       // what is left of it
	text    []byte
}

func (o *rewritten) Read(b []byte) (int, error) {
	if len(o.row) == 0 {
		if err := o.nextRow(); err != nil {
			return 0, err
		}
	}
	n := copy(b, o.row)
	o.row = o.row[n:]
	return n, nil
}

// nextRow reads a row, and its line breaks within quotes.
func (o *rewritten) nextRow() error {
	o.text = o.text[:0]
	for inside := false; ; {
		begin := len(o.text)
		line, err := o.r.ReadSlice('\n')
		for o.text = append(o.text, line...); err == bufio.ErrBufferFull; o.text = append(o.text, line...) {
			line, err = o.r.ReadSlice('\n')
		}
		if err != nil && (err != io.EOF || len(o.text) == 0) {
			return err
		}
		if o.cut == nil || begin == 0 && o.comment != "" && bytes.HasPrefix(o.text, []byte(o.comment)) {
			break
		}
		if inside = o.within(o.text[begin:], inside); !inside || err == io.EOF {
			break
		}
	}
	o.row = o.rewrite(o.text)
	return nil
}

// within reports whether a line ends within quotes, or in a line break that is escaped, as
// it may have begun.
func (o *rewritten) within(line []byte, inside bool) bool {
	d := o.cut.Dialect()
	begins := !inside // a cell
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case d.Escape != 0 && c == d.Escape:
			if i++; i == len(line)-1 {
				return true
			}
			begins = false
		case d.Quote != 0 && c == d.Quote && inside && i+1 < len(line) && line[i+1] == c:
			i++
		case d.Quote != 0 && c == d.Quote && (inside || begins):
			inside, begins = !inside, false
		case inside:
		case c == d.Delim:
			begins = true
		case !o.cut.Blank(c):
			begins = false
		}
	}
	return inside
}

// rewrite returns a row as it is to be read.
func (o *rewritten) rewrite(text []byte) []byte {
	body := bytes.TrimRight(text, "\r\n")
	ending := text[len(body):]
	if o.cut == nil {
		return o.rewriteObject(body, ending)
	}
	_, _, bad := o.cut.Record(text, 0)
	if len(body) == 0 || bad != nil || o.order != nil && len(o.cut.Cells) != len(o.order) || o.comment != "" && bytes.HasPrefix(text, []byte(o.comment)) {
		return text
	}
	row := make([]byte, 0, len(text)+len(o.more))
	if o.order == nil {
		row = append(row, body...)
	}
	for i, j := range o.order {
		if i > 0 {
			row = append(row, o.cut.Delim)
		}
		s := o.cut.Cells[j]
		if s.Quoted {
			s.From, s.To = s.From-1, s.To+1
		}
		row = append(row, text[s.From:s.To]...)
	}
	return append(append(row, o.more...), ending...)
}

// rewriteObject returns a line of JSON with more pairs.
func (o *rewritten) rewriteObject(body, ending []byte) []byte {
	inner, found := bytes.CutSuffix(bytes.TrimRight(body, " \t"), []byte("}"))
	if !found {
		return o.text
	}
	row := slices.Clone(inner)
	if before := bytes.TrimRight(inner, " \t"); len(before) > 0 && before[len(before)-1] != '{' {
		row = append(row, ',')
	}
	return append(append(append(row, o.more...), '}'), ending...)
}
