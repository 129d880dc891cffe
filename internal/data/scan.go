package data

// A span is one cell within a block of bytes.
type span struct {
	from, to int32 // without the quotes around it and the blanks around those
	quoted   bool
	doubled  bool // holds "" that stand for ", or what else content must undo
	json     bool // holds escapes of JSON

	number bool // it has been parsed already, as value
	value  float32
}

// A flaw is what makes a record unreadable.
type flaw struct {
	at        int // offset in the block
	msg, hint string
	unclosed  bool // more bytes might mend it
	fatal     bool // what follows cannot be told apart
}

// fieldLimit bounds one cell. Nothing that a network learns from is near it; a
// cell that long is a quote that was never closed.
const fieldLimit = 1 << 20

// columnLimit bounds the cells of a record.
const columnLimit = 1 << 18

// A cutter cuts records into cells (RFC 4180, with blanks allowed around a
// cell). It holds no input, so several can work on parts of one table.
type cutter struct {
	delim byte
	stop  [256]bool // bytes that may end an unquoted cell, and the quote
	cells []span    // of the last record

	objects *objects // the columns of JSON Lines; nil for CSV
	scratch []byte
}

func newCutter(delim byte) *cutter {
	c := &cutter{delim: delim}
	for _, b := range []byte{delim, '\n', '\r', '"'} {
		c.stop[b] = true
	}
	return c
}

func (c *cutter) blank(b byte) bool { return b == ' ' || b == '\t' && c.delim != '\t' }

// record cuts the record that begins at offset i of b. It returns where the next
// one begins and how many lines this one took. A record that ends with b, and
// not with a newline before its end, may go on in what follows.
func (c *cutter) record(b []byte, i int) (next, lines int, bad *flaw) {
	if c.objects != nil {
		return c.object(b, i)
	}
	c.cells = c.cells[:0]
	first := i
	for {
		if len(c.cells) == columnLimit {
			return i, lines, &flaw{at: first, msg: "a record of more than 262144 cells begins here", hint: "is this a table?", fatal: true}
		}
		for i < len(b) && c.blank(b[i]) {
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
				return i, lines, &flaw{at: i, msg: "a quote inside an unquoted cell",
					hint: `put the whole cell in quotes and double the quote: "5"" pipe"`}
			}
			end := i
			for end > start && c.blank(b[end-1]) {
				end--
			}
			if end-start > fieldLimit {
				return i, lines, tooLong(start)
			}
			c.cells = append(c.cells, span{from: int32(start), to: int32(end)})
		}
		switch {
		case i == len(b):
			return i, lines + 1, nil
		case b[i] == c.delim:
			i++
		case b[i] == '\r' && i+1 < len(b) && b[i+1] == '\n':
			return i + 2, lines + 1, nil
		default: // a newline, or the lone carriage return of old files
			return i + 1, lines + 1, nil
		}
	}
}

// quoted reads a quoted cell and the blanks after it; i is at the quote.
func (c *cutter) quoted(b []byte, i int) (next, lines int, bad *flaw) {
	open := i
	s := span{from: int32(i + 1), quoted: true}
	for i++; ; i++ {
		switch {
		case i-open > fieldLimit:
			return i, lines, tooLong(open)
		case i == len(b):
			return i, lines, &flaw{at: open, msg: "this quote is never closed",
				hint: `close it, or write "" for a quote that belongs to the cell`, unclosed: true, fatal: true}
		case b[i] == '\n', b[i] == '\r' && (i+1 == len(b) || b[i+1] != '\n'):
			lines++
		case b[i] == '"' && i+1 < len(b) && b[i+1] == '"':
			s.doubled = true
			i++
		case b[i] == '"':
			s.to = int32(i)
			c.cells = append(c.cells, s)
			for i++; i < len(b) && c.blank(b[i]); i++ {
			}
			if i < len(b) && b[i] != c.delim && b[i] != '\n' && b[i] != '\r' {
				return i, lines, &flaw{at: i, msg: "text after a closing quote",
					hint: `double the quotes that belong to the cell: "a ""b"" c"`}
			}
			return i, lines, nil
		}
	}
}

func tooLong(at int) *flaw {
	return &flaw{at: at, msg: "a cell of more than 1 MiB begins here", hint: "is a quote missing?", fatal: true}
}

// texts returns the cells of the last record, which was cut from b.
func (c *cutter) texts(b []byte) []string {
	row := make([]string, len(c.cells))
	var cell, scratch []byte
	for j, s := range c.cells {
		cell, scratch = s.content(b, scratch)
		row[j] = string(cell)
	}
	return row
}

// content returns the bytes of a cell; scratch is used where quotes must be
// undoubled.
func (s span) content(b, scratch []byte) (cell, scratch2 []byte) {
	cell = b[s.from:s.to]
	if !s.doubled {
		return cell, scratch
	}
	if s.json {
		scratch = unescape(scratch[:0], cell)
		return scratch, scratch
	}
	scratch = scratch[:0]
	for i := 0; i < len(cell); i++ {
		scratch = append(scratch, cell[i])
		if cell[i] == '"' {
			i++
		}
	}
	return scratch, scratch
}
