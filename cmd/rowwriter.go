package cmd

import (
	"bytes"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"mlp/internal/data/scan"
	"mlp/internal/iostreams"
	"mlp/internal/outfile"
	"mlp/internal/predict"
	"mlp/internal/problem"
)

// The writers of rows are much of what predict does to one, so they append to bytes
// and allocate nothing.

// csvRows writes CSV as RFC 4180 has it, but with a bare newline after each row.
type csvRows struct {
	buf      []byte
	row      int  // where the row begins
	terminal bool // what commands a terminal is made visible
}

// newRows returns what writes rows of these columns to a file or to a terminal.
func newRows(names []string, json, terminal bool) predict.RowWriter {
	if json {
		return newJSONRows(names, terminal)
	}
	return newCSVRows(names, terminal)
}

func newCSVRows(names []string, terminal bool) *csvRows {
	w := &csvRows{terminal: terminal}
	for _, name := range names {
		w.Word(name)
	}
	w.End()
	return w
}

func (w *csvRows) Number(v float32) {
	w.buf = append(strconv.AppendFloat(w.buf, float64(v), 'g', -1, 32), ',')
}

func (w *csvRows) Word(s string) {
	if w.terminal {
		s = iostreams.Printable(s)
	}
	w.buf = append(appendCSV(w.buf, s), ',')
}

// Words joins words by "|", which stands for itself in CSV.
func (w *csvRows) Words(all []string) { w.Word(strings.Join(all, "|")) }

func (w *csvRows) Verbatim(cell []byte, json bool) {
	if json {
		cell = scan.TextOfJSON(cell)
	}
	if w.terminal {
		cell = []byte(iostreams.Printable(string(cell)))
	}
	w.buf = append(appendCSV(w.buf, cell), ',')
}

func (w *csvRows) End() {
	w.buf = w.buf[:len(w.buf)-1] // the comma after the last cell
	if len(w.buf) == w.row {
		w.buf = append(w.buf, `""`...) // an empty line would be no row
	}
	w.buf = append(w.buf, '\n')
	w.row = len(w.buf)
}

func (w *csvRows) Bytes() []byte {
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
		w.keys = append(w.keys, []byte(iostreams.QuoteJSON(name)+":"))
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

func (w *jsonRows) Number(v float32) {
	w.key()
	if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
		w.buf = append(w.buf, "null"...)
	} else {
		w.buf = strconv.AppendFloat(w.buf, f, 'g', -1, 32)
	}
}

func (w *jsonRows) Word(s string) {
	w.key()
	w.buf = appendJSON(w.buf, s)
}

func (w *jsonRows) Words(all []string) {
	w.key()
	w.buf = append(w.buf, '[')
	for i, s := range all {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		w.buf = appendJSON(w.buf, s)
	}
	w.buf = append(w.buf, ']')
}

func (w *jsonRows) Verbatim(cell []byte, json bool) {
	w.key()
	switch {
	case json && w.terminal:
		w.buf = append(w.buf, iostreams.EscapeJSON(string(cell))...)
	case json:
		w.buf = append(w.buf, cell...)
	default:
		w.buf = appendJSON(w.buf, cell)
	}
}

func (w *jsonRows) End() {
	w.buf = append(w.buf, "}\n"...)
	w.cell = 0
}

func (w *jsonRows) Bytes() []byte {
	b := w.buf
	w.buf = w.buf[:0]
	return b
}

// appendJSON appends text as JSON.
func appendJSON[T string | []byte](to []byte, text T) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= utf8.RuneSelf-1 || bytes.IndexByte([]byte(`"\<>&`), c) >= 0 {
			return append(to, iostreams.QuoteJSON(string(text))...)
		}
	}
	return append(append(append(to, '"'), text...), '"')
}

// writeMeasured writes rows with known answers to a file: CSV.
func writeMeasured(flag, path string, rows *predict.Measured) error {
	w := newRows(rows.Names, false, false)
	rows.Write(w)
	err := outfile.Write(path, func(to io.Writer) error { _, err := to.Write(w.Bytes()); return err })
	if err != nil {
		return problem.Usage("flag "+flag, "", "%v", err)
	}
	return nil
}
