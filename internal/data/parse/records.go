package parse

import (
	"bytes"
	"cmp"
	"hash"
	"io"
	"strings"
	"unicode/utf8"

	"mlp/internal/data/dialect"
	"mlp/internal/data/scan"
	"mlp/internal/data/source"
	"mlp/internal/problem"
)

const (
	firstWindow = 1 << 16 // bytes read at first: most tables are small
	WindowSize  = 1 << 20 // bytes read at a time later
	recordLimit = 1 << 26 // bytes of one record
)

// records reads a source record by record through a window that slides over it.
// It refuses bytes that are not text.
type records struct {
	name string
	r    io.ReadCloser
	sum  hash.Hash // SHA-256 of the bytes as read, after unpacking
	cut  *scan.Cutter

	reading dialect.Reading // as it was said, with what was found
	notes   []dialect.Note
	teed    bool   // the sum is taken below, of bytes that are no UTF-8 or are kept back
	foreign string // the encoding that the text was turned into UTF-8 from; "" for none
	comment []byte // what lines begin with that are no rows

	window  []byte // buf's filled part, up to a fault
	buf     []byte // with WordSlack bytes to spare at its end
	checked int    // window[:checked] is valid UTF-8
	eof     bool   // window ends with the source
	ahead   int    // bytes to come that the sum holds already
	fault   error  // what is wrong with the byte after the window
	begun   bool   // the rows have begun: a fault is reported when its record is reached

	eager   *eager       // what r is where rows are wanted as they come; else nil
	resting func() error // is called before more of such a stream is waited for
	samples int          // records that are looked at

	numeric []bool // columns whose cells are parsed while they are cut; nil: none

	at, next   int // the record: window[at:next]
	line, left int // its first line, and the first line after it
}

// openRecords fills the window, so that the caller can look at the first bytes
// and then set the delimiter.
func openRecords(src source.Source, rs *records) (*records, error) {
	rs.name, rs.line, rs.left = src.Name, 1, 1
	if err := rs.fill(); err != nil {
		return nil, cmp.Or(src.Unreadable(err), rs.close())
	}
	for bytes.HasPrefix(rs.window[rs.next:], []byte("\xef\xbb\xbf")) { // byte order mark; some programs add another
		rs.next += 3
	}
	return rs, nil
}

func (rs *records) close() error { return rs.r.Close() }

// fill moves the unread part to the front and reads until the window is full, or
// up to a fault. The fault is reported by the next call, so that what is wrong with a
// table is reported in the order of its lines, however much is read at a time.
func (rs *records) fill() error {
	if rs.fault != nil {
		return rs.faultHere()
	}
	unread := len(rs.window) - rs.next
	size := WindowSize
	if rs.buf == nil {
		size = firstWindow
	}
	if unread+size+scan.WordSlack > len(rs.buf) {
		bigger := make([]byte, 2*unread+size+scan.WordSlack)
		copy(bigger, rs.window[rs.next:])
		rs.buf = bigger
	} else {
		copy(rs.buf, rs.window[rs.next:])
	}
	rs.checked -= rs.next
	rs.next, rs.at = 0, 0
	n := unread
	for room := len(rs.buf) - scan.WordSlack; n < room && !rs.eof && rs.fault == nil; {
		// Not io.ReadFull: its error for a short read is gzip's for a broken file.
		m, err := rs.r.Read(rs.buf[n:room])
		n += m
		if m > 0 && rs.eager != nil {
			room = n // what has come is to be looked at
		}
		if rs.eof = err == io.EOF; err != nil && !rs.eof {
			rs.fault = err
		}
	}
	rs.window = rs.buf[:n]
	summed := min(rs.ahead, n-unread)
	rs.ahead -= summed
	if !rs.teed {
		rs.sum.Write(rs.window[unread+summed:])
	}
	rs.checkText(unread)
	if rs.fault != nil && !rs.begun {
		return rs.faultHere()
	}
	return nil
}

// faultHere gives the fault its place, which is known once the window has come
// to its record.
func (rs *records) faultHere() error {
	if p, ok := rs.fault.(*problem.Problem); ok && p.Pos.Line == 0 {
		p.Pos = rs.posAt(len(rs.window))
	}
	return rs.fault
}

// checkText looks for what is not UTF-8 text in the bytes from offset fresh on.
func (rs *records) checkText(fresh int) {
	w := rs.window
	if name := dialect.ByZeros(w); fresh == 0 && !rs.begun && name != "" {
		rs.fault = problem.Data(problem.Pos{File: rs.name, Line: 1, Col: 1}, "", "say so: "+dialect.Hint(dialect.Reading{Encoding: name})+"; or save it as UTF-8",
			"the file is %s without a mark at its beginning", strings.ToUpper(name))
		return
	}
	rs.checked = max(rs.checked, 0)
	sound := bytes.IndexByte(w[fresh:], 0)
	if sound >= 0 {
		sound += fresh
	} else {
		sound = len(w)
	}
	if bad := dialect.NotText(w[rs.checked:sound]); bad >= 0 {
		if rs.checked += bad; rs.eof || sound < len(w) || rs.fault != nil || utf8.FullRune(w[rs.checked:]) {
			rs.endAt(rs.checked, dialect.EncodingHint(w[rs.checked:]), "byte 0x%02x is not UTF-8", w[rs.checked])
		} // else the rest of the character has not been read yet
		return
	}
	if i := bytes.Index(w[rs.checked:sound], []byte("\ufffd")); rs.foreign != "" && i >= 0 {
		rs.endAt(rs.checked+i, "is it another encoding?", "bytes that %s does not have", rs.foreign)
		return
	}
	rs.checked = sound
	if sound < len(w) {
		rs.endAt(sound, "this is not a text file, or it is damaged", "a NUL byte")
	}
}

// endAt ends the window before a byte that is no text.
func (rs *records) endAt(offset int, hint, format string, args ...any) {
	p := problem.Data(problem.Pos{File: rs.name}, "", hint, format, args...)
	p.Excerpt = rs.excerptAt(offset)
	rs.fault, rs.eof, rs.window = p, false, rs.window[:offset]
}

// advance goes to the next record: its cells are then in rs.cut.cells. It
// returns false at the end. A flaw leaves the reader after the flawed line.
func (rs *records) advance() (ok bool, bad *scan.Flaw, err error) {
	for {
		if rs.comment != nil {
			if err := rs.skipComments(); err != nil {
				return false, nil, err
			}
		}
		rs.at, rs.line = rs.next, rs.left
		if rs.numeric != nil {
			if next, ok := rs.cut.Row(rs.buf, rs.at, len(rs.window), rs.numeric); ok {
				rs.next, rs.left = next, rs.line+1
				return true, nil, nil
			}
		}
		if rs.at == len(rs.window) && rs.eof {
			return false, nil, nil
		}
		var next, lines int
		next, lines, bad = rs.cut.Record(rs.window, rs.at)
		// A line break that ends the record tells its end, unless it may be escaped.
		ended := next > rs.at && bad == nil && rs.window[next-1] == '\n' && rs.cut.Dialect().Escape == 0
		incomplete := next == len(rs.window) && !ended && (bad == nil || bad.Unclosed) || bad != nil && bad.Unclosed
		if incomplete && !rs.eof {
			if len(rs.window)-rs.at > recordLimit {
				return false, &scan.Flaw{At: rs.at, Msg: "a record of more than 64 MiB begins here", Hint: "is this a table?", Fatal: true}, nil
			}
			if rs.resting != nil && rs.eager.waits() {
				if err := rs.resting(); err != nil {
					return false, nil, err
				}
			}
			if err := rs.fill(); err != nil {
				return false, nil, err
			}
			continue
		}
		if bad != nil {
			return true, bad, nil
		}
		rs.next, rs.left = next, rs.line+lines
		return true, nil, nil
	}
}

// skipLine goes on after the line of a flaw.
func (rs *records) skipLine(bad *scan.Flaw) error {
	for {
		if i := bytes.IndexAny(rs.window[bad.At:], "\n\r"); i >= 0 || rs.eof {
			end := len(rs.window)
			if i >= 0 {
				end = bad.At + i + 1
				if rs.window[end-1] == '\r' && end < len(rs.window) && rs.window[end] == '\n' {
					end++
				}
			}
			line, _ := scan.Place(rs.window[rs.at:end], end-rs.at)
			rs.next, rs.left = end, rs.line+line
			return nil
		}
		shift := rs.at
		if err := rs.fill(); err != nil { // rs.next is still rs.at: nothing of the record is lost
			return err
		}
		bad.At -= shift
		if len(rs.window)-rs.at > recordLimit {
			return rs.problemAt(rs.at, "is this a table?", "a line of more than 64 MiB begins here")
		}
	}
}

// blankLine reports whether the record is a line without any cell's content.
func (rs *records) blankLine() bool {
	cells := rs.cut.Cells
	if rs.cut.Objects != nil {
		return len(cells) == 0
	}
	return len(cells) == 1 && cells[0].From == cells[0].To && !cells[0].Quoted
}
