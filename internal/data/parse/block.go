package parse

import (
	"bytes"

	"mlp/internal/data/dialect"
	"mlp/internal/data/scan"
	"mlp/internal/data/table"
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

// noteWays takes note of how columns are kept now.
func (bs *blocks) noteWays() {
	bs.ways = bs.ways[:0]
	for _, column := range bs.rows.columns {
		bs.ways = append(bs.ways, column.Way())
	}
}

// prepare makes room for cells of columns that are kept in these ways.
func (b *block) prepare(whole []*table.Builder, ways []table.Way) {
	if b.columns == nil {
		b.columns = make([]*table.Builder, len(whole))
		for j, column := range whole {
			b.columns[j] = column.Part()
		}
	}
	b.clear()
	for j, column := range b.columns {
		column.Become(ways[j])
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
			if column.Single && !s.Long() {
				column.AddSingle(s.Value)
			} else {
				column.AddParsed(s)
			}
			continue
		}
		if b.plain = false; column.Keep == table.Skip {
			continue
		}
		cell := text[s.From:s.To]
		if s.Doubled {
			cell, scratch = s.Content(text, scratch)
		}
		if column.Add(cell) != scan.IsNumber && strict && column.Keep == table.AsNumbers {
			return false
		}
	}
	return true
}
