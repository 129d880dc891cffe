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

// newVerbatim prepares for columns of the file; nil of none.
func newVerbatim(columns []int, json bool) *Verbatim {
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

func (v *Verbatim) large() bool { return v != nil && len(v.text) > verbatimLimit }

// add keeps the cells of the record just read.
func (v *Verbatim) add(rs *records) {
	if v == nil {
		return
	}
	for _, j := range v.columns {
		v.text = rs.appendCell(v.text, j)
		v.ends = append(v.ends, len(v.text))
	}
}

func (v *Verbatim) clear() {
	if v != nil {
		v.text, v.ends = v.text[:0], v.ends[:0]
	}
}

// take hands the cells over and goes on with memory of its own.
func (v *Verbatim) take() *Verbatim {
	if v == nil {
		return nil
	}
	taken := *v
	v.text, v.ends = make([]byte, 0, len(v.text)), make([]int, 0, len(v.ends))
	return &taken
}

// ofTable keeps the cells of a packed table, which has no bytes of a file any more:
// numbers are written as short as they round-trip, and missing cells are empty.
func (v *Verbatim) ofTable(t *Table) *Verbatim {
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
