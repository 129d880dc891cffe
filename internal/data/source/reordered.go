package source

import (
	"bufio"
	"bytes"
	"io"
)

// reordered is a part whose columns stand in another order: each row is written with its
// cells, as they stand, in that of the first part. A row with more or fewer cells stays as
// it is, to be complained of.
type reordered struct {
	r     *bufio.Reader
	order []int
	delim byte
	row   []byte // what is left of it
	cells [][]byte
	text  []byte
}

func (o *reordered) Read(b []byte) (int, error) {
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
func (o *reordered) nextRow() error {
	o.text = o.text[:0]
	for quotes := 0; ; {
		line, err := o.r.ReadSlice('\n')
		o.text = append(o.text, line...)
		quotes += bytes.Count(line, []byte{'"'})
		if err == nil && quotes%2 == 0 || err == io.EOF && len(o.text) > 0 {
			break
		}
		if err != nil && err != bufio.ErrBufferFull {
			return err
		}
	}
	body := bytes.TrimRight(o.text, "\r\n")
	ending := o.text[len(body):]
	o.cells = o.cells[:0]
	from, inside := 0, false
	for i, c := range body {
		if c == '"' {
			inside = !inside
		} else if c == o.delim && !inside {
			o.cells, from = append(o.cells, body[from:i]), i+1
		}
	}
	o.cells = append(o.cells, body[from:])
	if len(o.cells) != len(o.order) {
		o.row = o.text
		return nil
	}
	row := make([]byte, 0, len(o.text))
	for i, j := range o.order {
		if i > 0 {
			row = append(row, o.delim)
		}
		row = append(row, o.cells[j]...)
	}
	o.row = append(row, ending...)
	return nil
}
