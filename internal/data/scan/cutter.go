// Package scan turns bytes into cells and cells into numbers. Bytes of CSV or of
// JSON Lines flow in; out come spans, one a cell, some of them parsed, and flaws
// with their offset. It holds no input and knows nothing of columns, so several
// goroutines can work on parts of one table.
package scan

import "math"

// A Span is one cell within a block of bytes.
type Span struct {
	From, To int32 // without the quotes around it and the blanks around those
	Quoted   bool
	Doubled  bool  // holds "" that stand for ", or what else content must undo
	undo     uint8 // how the content of a Doubled cell is told; nested for what is no cell

	Number   bool // it has been parsed already, as value
	places   uint8
	Value    float32
	mantissa uint64 // the digits of the number, of which places stand after the point
}

// A Flaw is what makes a record unreadable.
type Flaw struct {
	At        int // offset in the block
	Msg, Hint string
	Unclosed  bool // more bytes might mend it
	Fatal     bool // what follows cannot be told apart
	Quote     bool // a quote is where no quote can be: it may be the dialect that is another
}

// FieldLimit bounds one cell. Nothing that a network learns from is near it; a
// cell that long is a quote that was never closed.
const FieldLimit = 1 << 20

// ColumnLimit bounds the cells of a record.
const ColumnLimit = 1 << 18

// A Cutter cuts records into cells (RFC 4180, with blanks allowed around a
// cell). It holds no input, so several can work on parts of one table.
type Cutter struct {
	Delim byte
	stop  [256]bool // bytes that may end an unquoted cell, and the quote
	Cells []Span    // of the last record

	dialect Dialect
	odd     bool // the dialect is not that of RFC 4180

	Objects *objects // the columns of JSON Lines; nil for CSV
	scratch []byte
}

func NewCutter(delim byte) *Cutter {
	c := &Cutter{Delim: delim, dialect: Plain(delim)}
	for _, b := range []byte{delim, '\n', '\r', '"'} {
		c.stop[b] = true
	}
	return c
}

func (c *Cutter) Blank(b byte) bool { return b == ' ' || b == '\t' && c.Delim != '\t' }

// Record cuts the record that begins at offset i of b. It returns where the next
// one begins and how many lines this one took. A record that ends with b, and
// not with a newline before its end, may go on in what follows.
func (c *Cutter) Record(b []byte, i int) (next, lines int, bad *Flaw) {
	switch {
	case c.Objects != nil:
		return c.object(b, i)
	case c.odd:
		return c.dialectRecord(b, i)
	}
	c.Cells = c.Cells[:0]
	first := i
	for {
		if len(c.Cells) == ColumnLimit {
			return i, lines, &Flaw{At: first, Msg: "a record of more than 262144 cells begins here", Hint: "is this a table?", Fatal: true}
		}
		for i < len(b) && c.Blank(b[i]) {
			i++
		}
		if i < len(b) && b[i] == '"' {
			var n int
			if i, n, bad = c.quoted(b, i); bad != nil {
				return i, lines, bad
			}
			lines += n
		} else {
			start := i
			for i < len(b) && !c.stop[b[i]] {
				i++
			}
			if i < len(b) && b[i] == '"' {
				return i, lines, bareQuote(i)
			}
			end := i
			for end > start && c.Blank(b[end-1]) {
				end--
			}
			if end-start > FieldLimit {
				return i, lines, tooLong(start)
			}
			c.Cells = append(c.Cells, Span{From: int32(start), To: int32(end)})
		}
		switch {
		case i == len(b):
			return i, lines + 1, nil
		case b[i] == c.Delim:
			i++
		case b[i] == '\r' && i+1 < len(b) && b[i+1] == '\n':
			return i + 2, lines + 1, nil
		default: // a newline, or the lone carriage return of old files
			return i + 1, lines + 1, nil
		}
	}
}

// quoted reads a quoted cell and the blanks after it; i is at the quote.
func (c *Cutter) quoted(b []byte, i int) (next, lines int, bad *Flaw) {
	open := i
	s := Span{From: int32(i + 1), Quoted: true}
	for i++; ; i++ {
		switch {
		case i-open > FieldLimit:
			return i, lines, tooLong(open)
		case i == len(b):
			return i, lines, neverClosed(open)
		case b[i] == '\n', b[i] == '\r' && (i+1 == len(b) || b[i+1] != '\n'):
			lines++
		case b[i] == '"' && i+1 < len(b) && b[i+1] == '"':
			s.Doubled = true
			i++
		case b[i] == '"':
			s.To = int32(i)
			c.Cells = append(c.Cells, s)
			for i++; i < len(b) && c.Blank(b[i]); i++ {
			}
			if i < len(b) && b[i] != c.Delim && b[i] != '\n' && b[i] != '\r' {
				return i, lines, afterQuote(i)
			}
			return i, lines, nil
		}
	}
}

func bareQuote(at int) *Flaw {
	return &Flaw{At: at, Msg: "a quote inside an unquoted cell", Hint: `put the whole cell in quotes and double the quote: "5"" pipe"`, Quote: true}
}

func neverClosed(at int) *Flaw {
	return &Flaw{At: at, Msg: "this quote is never closed", Hint: `close it, or write "" for a quote that belongs to the cell`, Unclosed: true, Fatal: true, Quote: true}
}

func afterQuote(at int) *Flaw {
	return &Flaw{At: at, Msg: "text after a closing quote", Hint: `double the quotes that belong to the cell: "a ""b"" c"`, Quote: true}
}

func tooLong(at int) *Flaw {
	return &Flaw{At: at, Msg: "a cell of more than 1 MiB begins here", Hint: "is a quote missing?", Fatal: true}
}

// Texts returns the cells of the last record, which was cut from b.
func (c *Cutter) Texts(b []byte) []string {
	row := make([]string, len(c.Cells))
	var cell, scratch []byte
	for j, s := range c.Cells {
		cell, scratch = s.Content(b, scratch)
		row[j] = string(cell)
	}
	return row
}

// Content returns the bytes of a cell; scratch is used where quotes must be
// undoubled.
func (s Span) Content(b, scratch []byte) (cell, scratch2 []byte) {
	cell = b[s.From:s.To]
	if !s.Doubled {
		return cell, scratch
	}
	if s.undo == undoJSON {
		scratch = unescape(scratch[:0], cell)
		return scratch, scratch
	}
	scratch = undone(scratch[:0], cell, s.undo)
	return scratch, scratch
}

// Long reports whether the number of a cell may be a long one.
func (s *Span) Long() bool { return s.mantissa >= shortMantissa }

// Exact returns the float64 nearest to the number of a cell that was parsed on the way.
func (s *Span) Exact() float64 {
	return math.Copysign(quotient(s.mantissa, int(s.places)), float64(s.Value))
}

// Nested reports whether the value is a list or an object of JSON, which no cell is.
func (s Span) Nested() bool { return s.undo == nested }
