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

	columns []*builder
	numeric []bool
	lines   []int // on which rows begin, from 0
	height  int   // lines in all
}

// prepare makes room for cells, columns being kept as modes say.
func (b *block) prepare(p *pass, modes []mode) {
	if b.columns == nil {
		b.columns = make([]*builder, len(p.builders))
		for j, column := range p.builders {
			b.columns[j] = column.part()
		}
	}
	for j, column := range b.columns {
		column.clear()
		column.mode = modes[j]
	}
	b.numeric = numericColumns(b.columns, b.numeric)
	b.lines, b.height = b.lines[:0], 0
}

// numericColumns tells of which columns the cells are nothing but numbers.
func numericColumns(columns []*builder, in []bool) []bool {
	in = in[:0]
	for _, c := range columns {
		in = append(in, c.mode == numbers)
	}
	return in
}

// parse cuts the block and fills the columns, until it meets what is odd.
func (b *block) parse(cut *cutter, p *pass) {
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
		if b.odd = !b.add(text, cut.cells, p.strict); b.odd {
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
		case column.mode == skip:
			b.plain = false
			continue
		}
		b.plain = false
		cell := text[s.from:s.to]
		if s.doubled {
			cell, scratch = s.content(text, scratch)
		}
		if column.add(cell) != isNumber && strict && column.mode == numbers {
			return false
		}
	}
	return true
}

// reserve makes room in the columns for the rows of a block, and for those to
// come as far as can be told from the bytes of the blocks so far and of all.
func (p *pass) reserve(rows int, bytes, total int64) {
	if len(p.lines)+rows <= cap(p.lines) || total == 0 {
		return // of an unknown size: columns grow as slices do
	}
	want := p.rows + rows
	want = int(float64(want)/float64(bytes)*float64(total)*1.02) + 1024
	if p.rowBytes()*int64(want) > p.src.limit() {
		return // perhaps the rows to come are longer; if not, that will be told
	}
	for _, b := range p.builders {
		if b.mode == numbers || b.mode == both {
			b.numbers = append(make([]float32, 0, want), b.numbers...)
		}
		if b.mode == words || b.mode == both {
			b.codes = append(make([]int32, 0, want), b.codes...)
		}
	}
	p.lines = append(make([]int, 0, want), p.lines...)
}
