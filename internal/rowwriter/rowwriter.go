// Package rowwriter writes rows of cells as text: cells flow in one by one, out comes CSV
// or JSON lines.
package rowwriter

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"mlp/internal/data/scan"
	"mlp/internal/iostreams"
)

// A Writer collects rows. Writing one is much of what is done to it, so a Writer appends
// to bytes and allocates nothing.
type Writer interface {
	Word(s string)
	Words(all []string) // in one cell
	Number(v float32)
	Verbatim(cell []byte, json bool) // a cell as it stands in a table; json: as a JSON value
	End()                            // of the row
	Bytes() []byte                   // the rows since the last call
}

// csvRows writes CSV as RFC 4180 has it, but with a bare newline after each row.
type csvRows struct {
	buf      []byte
	row      int  // where the row begins
	terminal bool // what commands a terminal is made visible
}

// New returns what writes rows of these columns, as JSON lines or as CSV, to a file or to
// a terminal.
func New(names []string, json, terminal bool) Writer {
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
	w.buf = AppendNumber(w.buf, v)
}

// AppendNumber appends a number as JSON, which has none that is not finite.
func AppendNumber(to []byte, v float32) []byte {
	if f := float64(v); !math.IsNaN(f) && !math.IsInf(f, 0) {
		return strconv.AppendFloat(to, f, 'g', -1, 32)
	}
	return append(to, "null"...)
}

func (w *jsonRows) Word(s string) {
	w.key()
	w.buf = AppendJSON(w.buf, s)
}

func (w *jsonRows) Words(all []string) {
	w.key()
	w.buf = append(w.buf, '[')
	for i, s := range all {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		w.buf = AppendJSON(w.buf, s)
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
		w.buf = AppendJSON(w.buf, cell)
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

// AppendJSON appends text as JSON.
func AppendJSON[T string | []byte](to []byte, text T) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= utf8.RuneSelf-1 || bytes.IndexByte([]byte(`"\<>&`), c) >= 0 {
			return append(to, iostreams.QuoteJSON(string(text))...)
		}
	}
	return append(append(append(to, '"'), text...), '"')
}
