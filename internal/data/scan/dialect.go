package scan

import "bytes"

// A Dialect is how cells are told apart where a table departs from RFC 4180.
type Dialect struct {
	Delim    byte // between cells; ' ': runs of blanks and tabs
	Quote    byte // around cells; 0: none, and every quote is a part of its cell
	Escape   byte // before a character that is taken as it is; 0: none
	Trailing bool // a delimiter ends each row, and no cell follows it
}

// Plain is the dialect of RFC 4180 with a delimiter.
func Plain(delim byte) Dialect { return Dialect{Delim: delim, Quote: '"'} }

// NewDialectCutter returns a cutter for a dialect.
func NewDialectCutter(d Dialect) *Cutter {
	c := NewCutter(d.Delim)
	c.dialect = d
	c.odd = d != Plain(d.Delim) || d.Delim == ' '
	return c
}

// Twin returns a cutter of the same kind with memory of its own, for another goroutine.
func (c *Cutter) Twin() *Cutter { return NewDialectCutter(c.dialect) }

// Dialect returns the dialect that the cutter was made for.
func (c *Cutter) Dialect() Dialect { return c.dialect }

// Odd reports whether the dialect is another than RFC 4180 with a delimiter.
func (c *Cutter) Odd() bool { return c.odd }

// How the content of a cell is told from its bytes.
const (
	undoQuotes   uint8 = iota // "" stands for "
	undoJSON                  // escapes of JSON
	undoSingle                // two single quotes stand for one
	undoEscapes               // a backslash stands before a character, "" for "
	undoEscapes1              // the same within single quotes
	nested                    // a list or an object of JSON, which is no cell
)

// undo returns how cells in quotes, or with escapes, of the dialect are undone.
func (d Dialect) undo() uint8 {
	switch {
	case d.Escape != 0 && d.Quote == '\'':
		return undoEscapes1
	case d.Escape != 0:
		return undoEscapes
	case d.Quote == '\'':
		return undoSingle
	}
	return undoQuotes
}

// dialectRecord is Record for a dialect of its own.
func (c *Cutter) dialectRecord(b []byte, i int) (next, lines int, bad *Flaw) {
	c.Cells = c.Cells[:0]
	first, d := i, c.dialect
	for {
		if len(c.Cells) == ColumnLimit {
			return i, lines, &Flaw{At: first, Msg: "a record of more than 262144 cells begins here", Hint: "is this a table?", Fatal: true}
		}
		for i < len(b) && c.Blank(b[i]) {
			i++
		}
		var n int
		if i < len(b) && b[i] == d.Quote && d.Quote != 0 {
			i, n, bad = c.dialectQuoted(b, i)
		} else {
			i, n, bad = c.bare(b, i)
		}
		if lines += n; bad != nil {
			return i, lines, bad
		}
		if d.Delim == ' ' {
			for i < len(b) && c.Blank(b[i]) {
				i++
			}
		} else if i < len(b) && b[i] == d.Delim {
			if i++; !d.Trailing || i < len(b) && b[i] != '\n' && b[i] != '\r' {
				continue
			}
		}
		switch {
		case i == len(b):
			return i, lines + 1, nil
		case b[i] == '\r' && i+1 < len(b) && b[i+1] == '\n':
			return i + 2, lines + 1, nil
		case b[i] == '\n', b[i] == '\r':
			return i + 1, lines + 1, nil
		}
	}
}

// bare reads a cell without quotes.
func (c *Cutter) bare(b []byte, i int) (next, lines int, bad *Flaw) {
	d, s := c.dialect, Span{From: int32(i)}
	start, end := i, i
	for i < len(b) && b[i] != d.Delim && b[i] != '\n' && b[i] != '\r' && !(d.Delim == ' ' && b[i] == '\t') {
		switch {
		case b[i] == d.Escape && d.Escape != 0 && i+1 == len(b):
			return i, lines, &Flaw{At: i, Msg: "an escape with nothing behind it", Hint: "the table breaks off here", Unclosed: true}
		case b[i] == d.Escape && d.Escape != 0:
			s.Doubled, s.undo = true, d.undo()
			if b[i+1] == '\n' || b[i+1] == '\r' && (i+2 == len(b) || b[i+2] != '\n') {
				lines++
			}
			i++
			end = i + 1
		case b[i] == '"' && d.Quote == '"':
			return i, lines, bareQuote(i)
		case !c.Blank(b[i]):
			end = i + 1
		}
		i++
	}
	if end-start > FieldLimit {
		return i, lines, tooLong(start)
	}
	if s.To = int32(end); s.Doubled && bytes.Equal(b[start:end], []byte{d.Escape, 'N'}) {
		s = Span{From: int32(start), To: int32(start)} // what databases write for NULL
	}
	c.Cells = append(c.Cells, s)
	return i, lines, nil
}

// dialectQuoted reads a quoted cell and the blanks after it; i is at the quote.
func (c *Cutter) dialectQuoted(b []byte, i int) (next, lines int, bad *Flaw) {
	open, d := i, c.dialect
	s := Span{From: int32(i + 1), Quoted: true, undo: d.undo()}
	for i++; ; i++ {
		switch {
		case i-open > FieldLimit:
			return i, lines, tooLong(open)
		case i == len(b):
			return i, lines, neverClosed(open)
		case b[i] == d.Escape && d.Escape != 0 && i+1 < len(b):
			s.Doubled = true
			if i++; b[i] == '\n' {
				lines++
			}
		case b[i] == '\n', b[i] == '\r' && (i+1 == len(b) || b[i+1] != '\n'):
			lines++
		case b[i] == d.Quote && i+1 < len(b) && b[i+1] == d.Quote:
			s.Doubled = true
			i++
		case b[i] == d.Quote:
			s.To = int32(i)
			c.Cells = append(c.Cells, s)
			begin := i + 1
			for i++; i < len(b) && c.Blank(b[i]); i++ {
			}
			if i < len(b) && b[i] != d.Delim && b[i] != '\n' && b[i] != '\r' && !(d.Delim == ' ' && i > begin) {
				return i, lines, afterQuote(i)
			}
			return i, lines, nil
		}
	}
}

// undone appends the content of a cell of a dialect.
func undone(to, cell []byte, undo uint8) []byte {
	quote := byte('"')
	if undo == undoSingle || undo == undoEscapes1 {
		quote = '\''
	}
	for i := 0; i < len(cell); i++ {
		switch {
		case cell[i] == '\\' && (undo == undoEscapes || undo == undoEscapes1) && i+1 < len(cell):
			i++
			to = append(to, cell[i])
		case cell[i] == quote && i+1 < len(cell) && cell[i+1] == quote:
			i++
			to = append(to, quote)
		default:
			to = append(to, cell[i])
		}
	}
	return to
}
