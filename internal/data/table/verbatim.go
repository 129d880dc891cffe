package table

import "slices"

// A Verbatim holds cells of a chunk as they stand in the file: without the quotes around
// a cell, and with the blanks around one that has no quotes.
type Verbatim struct {
	JSON    bool  // cells are JSON values
	columns []int // of the file
	text    []byte
	ends    []int // in text, of each cell, row after row
}

// verbatimLimit bounds the bytes of one chunk, which is then cut short: a million
// bytes a cell times thousands of rows would not be constant memory.
const verbatimLimit = 1 << 22

// NewVerbatim prepares for columns of the file; nil of none.
func NewVerbatim(columns []int, json bool) *Verbatim {
	if len(columns) == 0 {
		return nil
	}
	return &Verbatim{columns: slices.Clone(columns), JSON: json}
}

// Cell returns the j-th of these cells of a row.
func (v *Verbatim) Cell(row, j int) []byte {
	i := row*len(v.columns) + j
	from := 0
	if i > 0 {
		from = v.ends[i-1]
	}
	return v.text[from:v.ends[i]]
}

// Large reports whether the chunk is to be cut short.
func (v *Verbatim) Large() bool { return v != nil && len(v.text) > verbatimLimit }

// Add keeps the cells of a record, each of which appendCell appends to a text.
func (v *Verbatim) Add(appendCell func(text []byte, column int) []byte) {
	if v == nil {
		return
	}
	for _, j := range v.columns {
		v.text = appendCell(v.text, j)
		v.ends = append(v.ends, len(v.text))
	}
}

// Clear forgets the cells, keeping the memory.
func (v *Verbatim) Clear() {
	if v != nil {
		v.text, v.ends = v.text[:0], v.ends[:0]
	}
}

// Take hands the cells over and goes on with memory of its own.
func (v *Verbatim) Take() *Verbatim {
	if v == nil {
		return nil
	}
	taken := *v
	v.text, v.ends = make([]byte, 0, len(v.text)), make([]int, 0, len(v.ends))
	return &taken
}

// OfTable keeps the cells of a packed table, which has no bytes of a file any more:
// numbers are written as short as they round-trip, and missing cells are empty.
func (v *Verbatim) OfTable(t *Table) *Verbatim {
	if v == nil {
		return nil
	}
	for row := range t.Rows {
		for _, j := range v.columns {
			if c := t.Columns[j]; !c.Skipped {
				v.text = append(v.text, c.Text(row)...)
			}
			v.ends = append(v.ends, len(v.text))
		}
	}
	return v
}
