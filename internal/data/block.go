package data

import (
	"bytes"
)

// A block is some whole records, and then their cells.
type block struct {
	number int
	buf    []byte // wordSlack bytes longer than what is in use
	fresh  int    // where the bytes begin that no block before has read
	read   int    // where those end; beyond end they are carried to the next block
	end    int    // where the records end
	last   bool
	odd    bool // it is to be read row by row
	plain  bool // it holds nothing but numbers, so no byte that is no text

	rows    // their lines count from 0
	numeric []bool
	height  int // lines in all
}

// prepare makes room for cells of columns that are kept as keeps say.
func (b *block) prepare(whole []*builder, keeps []Keep) {
	if b.columns == nil {
		b.columns = make([]*builder, len(whole))
		for j, column := range whole {
			b.columns[j] = column.part()
		}
	}
	b.clear()
	for j, column := range b.columns {
		column.keep = keeps[j]
	}
	b.numeric = b.rows.numeric(b.numeric)
	b.height = 0
}

// parse cuts the block and fills the columns, until it meets what is odd.
func (b *block) parse(cut *cutter, strict bool) {
	text := b.buf[:b.end]
	b.plain = true
	if n := len(text); b.last && n > 0 && text[n-1] != '\n' && text[n-1] != '\r' {
		b.buf[n] = '\n'
		text = b.buf[:n+1]
	}
	for i := 0; i < len(text); {
		next, lines := i, 1
		var ok bool
		if next, ok = cut.row(b.buf, i, len(text), b.numeric); !ok {
			var bad *flaw
			next, lines, bad = cut.record(text, i)
			if bad != nil || len(cut.cells) != len(b.columns) {
				b.odd = true
				return
			}
		}
		if b.odd = !b.add(text, cut.cells, strict); b.odd {
			return
		}
		b.lines = append(b.lines, b.height)
		b.height += lines
		i = next
	}
	if text = b.buf[:b.end]; !b.plain {
		b.odd = notText(text) >= 0 || bytes.IndexByte(text, 0) >= 0
	}
}

// add adds a row and reports whether its cells are what they must be.
func (b *block) add(text []byte, cells []span, strict bool) bool {
	var scratch []byte
	for j, s := range cells {
		column := b.columns[j]
		switch {
		case s.number:
			column.addNumber(s.value)
			continue
		case column.keep == Skip:
			b.plain = false
			continue
		}
		b.plain = false
		cell := text[s.from:s.to]
		if s.doubled {
			cell, scratch = s.content(text, scratch)
		}
		if column.add(cell) != isNumber && strict && column.keep == AsNumbers {
			return false
		}
	}
	return true
}
