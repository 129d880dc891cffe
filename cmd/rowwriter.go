package cmd

import (
	"bytes"
	"math"
	"strconv"
	"unicode/utf8"

	"mlp/internal/data/scan"
)

// A rowWriter collects rows of cells in one form or another. It is much of what
// predict does to a row, so it appends to bytes and allocates nothing.
type rowWriter interface {
	cellWriter
	kept(cell []byte, json bool) // a cell as it stands in the table; json: as a JSON value
	end()                        // of the row
	bytes() []byte               // the rows since the last call
}

// csvRows writes CSV as RFC 4180 has it, but with a bare newline after each row.
type csvRows struct {
	buf      []byte
	row      int  // where the row begins
	terminal bool // what commands a terminal is made visible
}

func newCSVRows(names []string, terminal bool) *csvRows {
	w := &csvRows{terminal: terminal}
	for _, name := range names {
		w.word(name)
	}
	w.end()
	return w
}

func (w *csvRows) number(v float32) {
	w.buf = append(strconv.AppendFloat(w.buf, float64(v), 'g', -1, 32), ',')
}

func (w *csvRows) word(s string) {
	if w.terminal {
		s = printable(s)
	}
	w.buf = append(appendCSV(w.buf, s), ',')
}

func (w *csvRows) kept(cell []byte, json bool) {
	if json {
		cell = scan.TextOfJSON(cell)
	}
	if w.terminal {
		cell = []byte(printable(string(cell)))
	}
	w.buf = append(appendCSV(w.buf, cell), ',')
}

func (w *csvRows) end() {
	w.buf = w.buf[:len(w.buf)-1] // the comma after the last cell
	if len(w.buf) == w.row {
		w.buf = append(w.buf, `""`...) // an empty line would be no row
	}
	w.buf = append(w.buf, '\n')
	w.row = len(w.buf)
}

func (w *csvRows) bytes() []byte {
	b := w.buf
	w.buf, w.row = w.buf[:0], 0
	return b
}

// appendCSV appends a cell, in quotes if a reader would take it for something else
// or drop the blanks at its ends.
func appendCSV[T string | []byte](to []byte, cell T) []byte {
	quote := false
	for i := range len(cell) {
		switch c := cell[i]; {
		case c == '"' || c == ',' || c == '\n' || c == '\r':
			quote = true
		case (c == ' ' || c == '\t') && (i == 0 || i == len(cell)-1):
			quote = true
		}
	}
	if !quote {
		return append(to, cell...)
	}
	to = append(to, '"')
	for i := range len(cell) {
		if cell[i] == '"' {
			to = append(to, '"')
		}
		to = append(to, cell[i])
	}
	return append(to, '"')
}

// jsonRows writes each row as one object on one line.
type jsonRows struct {
	buf  []byte
	keys [][]byte // with the colon after them
	cell int      // in the row

	terminal bool // what commands a terminal is written as an escape
}

func newJSONRows(names []string, terminal bool) *jsonRows {
	w := &jsonRows{terminal: terminal}
	for _, name := range names {
		w.keys = append(w.keys, []byte(quoteJSON(name)+":"))
	}
	return w
}

func (w *jsonRows) key() {
	c := byte(',')
	if w.cell == 0 {
		c = '{'
	}
	w.buf = append(append(w.buf, c), w.keys[w.cell]...)
	w.cell++
}

func (w *jsonRows) number(v float32) {
	w.key()
	if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
		w.buf = append(w.buf, "null"...)
	} else {
		w.buf = strconv.AppendFloat(w.buf, f, 'g', -1, 32)
	}
}

func (w *jsonRows) word(s string) {
	w.key()
	w.buf = appendJSON(w.buf, s)
}

func (w *jsonRows) kept(cell []byte, json bool) {
	w.key()
	switch {
	case json && w.terminal:
		w.buf = append(w.buf, escapeJSON(string(cell))...)
	case json:
		w.buf = append(w.buf, cell...)
	default:
		w.buf = appendJSON(w.buf, cell)
	}
}

func (w *jsonRows) end() {
	w.buf = append(w.buf, "}\n"...)
	w.cell = 0
}

func (w *jsonRows) bytes() []byte {
	b := w.buf
	w.buf = w.buf[:0]
	return b
}

// appendJSON appends text as JSON.
func appendJSON[T string | []byte](to []byte, text T) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= utf8.RuneSelf-1 || bytes.IndexByte([]byte(`"\<>&`), c) >= 0 {
			return append(to, quoteJSON(string(text))...)
		}
	}
	return append(append(append(to, '"'), text...), '"')
}
