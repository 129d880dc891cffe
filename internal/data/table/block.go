package table

import (
	"bytes"

	"mlp/internal/data/dialect"
	"mlp/internal/data/scan"
)

// A block is some whole records, and then their cells.
type block struct {
	number int
	buf    []byte // WordSlack bytes longer than what is in use
	fresh  int    // where the bytes begin that no block before has read
	read   int    // where those end; beyond end they are carried to the next block
	end    int    // where the records end
	last   bool
	flawed bool // it is to be read row by row
	plain  bool // it holds nothing but numbers, so no byte that is no text

	rows    // their lines count from 0
	numeric []bool
	height  int // lines in all
}

// A way is how a column is kept, as far as it is known by the rows so far: a target of
// too many words is kept as numbers only, and one long number makes a column wide.
type way struct {
	keep Keep
	wide bool
}

// prepare makes room for cells of columns that are kept in these ways.
func (b *block) prepare(whole []*builder, ways []way) {
	if b.columns == nil {
		b.columns = make([]*builder, len(whole))
		for j, column := range whole {
			b.columns[j] = column.part()
		}
	}
	b.clear()
	for j, column := range b.columns {
		if column.keep = ways[j].keep; ways[j].wide {
			column.Widen()
		}
		column.single = !column.Wide && column.na.Numbers == nil
	}
	b.numeric = b.rows.numeric(b.numeric)
	b.height = 0
}

// parse cuts the block and fills the columns, until it meets what is flawed.
func (b *block) parse(cut *scan.Cutter, strict bool) {
	text := b.buf[:b.end]
	b.plain = true
	if n := len(text); b.last && n > 0 && text[n-1] != '\n' && text[n-1] != '\r' {
		b.buf[n] = '\n'
		text = b.buf[:n+1]
	}
	for i := 0; i < len(text); {
		next, lines := i, 1
		var ok bool
		if next, ok = cut.Row(b.buf, i, len(text), b.numeric); !ok {
			var bad *scan.Flaw
			next, lines, bad = cut.Record(text, i)
			if bad != nil || len(cut.Cells) != len(b.columns) {
				b.flawed = true
				return
			}
		}
		if b.flawed = !b.add(text, cut.Cells, strict); b.flawed {
			return
		}
		b.lines = append(b.lines, b.height)
		b.height += lines
		i = next
	}
	if text = b.buf[:b.end]; !b.plain {
		b.flawed = dialect.NotText(text) >= 0 || bytes.IndexByte(text, 0) >= 0
	}
}

// add adds a row and reports whether its cells are what they must be.
func (b *block) add(text []byte, cells []scan.Span, strict bool) bool {
	var scratch []byte
	for j := range cells {
		s, column := &cells[j], b.columns[j]
		if s.Number {
			if column.single && !s.Long() {
				column.AppendSingle(s.Value)
				column.filled++
			} else {
				column.addParsed(s)
			}
			continue
		}
		if b.plain = false; column.keep == Skip {
			continue
		}
		cell := text[s.From:s.To]
		if s.Doubled {
			cell, scratch = s.Content(text, scratch)
		}
		if column.add(cell) != scan.IsNumber && strict && column.keep == AsNumbers {
			return false
		}
	}
	return true
}
