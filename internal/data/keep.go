package data

// Kept are cells of a chunk as they stand in the file: without the quotes around
// a cell, and with the blanks around one that has no quotes.
type Kept struct {
	JSON    bool  // cells are JSON values
	columns []int // of the file
	text    []byte
	ends    []int // in text, of each cell, row after row
}

// keptLimit bounds the bytes kept of one chunk, which is then cut short: a million
// bytes a cell times thousands of rows would not be constant memory.
const keptLimit = 1 << 22

// Cell returns the j-th kept cell of a row.
func (k *Kept) Cell(row, j int) []byte {
	i := row*len(k.columns) + j
	from := 0
	if i > 0 {
		from = k.ends[i-1]
	}
	return k.text[from:k.ends[i]]
}

func (k *Kept) large() bool { return k != nil && len(k.text) > keptLimit }

// add keeps the cells of the record just read.
func (k *Kept) add(rs *records) {
	if k == nil {
		return
	}
	for _, j := range k.columns {
		k.text = rs.appendCell(k.text, j)
		k.ends = append(k.ends, len(k.text))
	}
}

// appendCell appends the content of a cell of the record, blanks included.
func (rs *records) appendCell(to []byte, j int) []byte {
	s := rs.cut.cells[j]
	if rs.cut.objects != nil {
		return rs.appendJSON(to, s)
	}
	from, end := int(s.from), int(s.to)
	if !s.quoted {
		for from > rs.at && rs.cut.blank(rs.window[from-1]) {
			from--
		}
		for end < len(rs.window) && rs.cut.blank(rs.window[end]) {
			end++
		}
		return append(to, rs.window[from:end]...)
	}
	for i := from; i < end; i++ {
		to = append(to, rs.window[i])
		if s.doubled && rs.window[i] == '"' {
			i++
		}
	}
	return to
}

func (k *Kept) clear() {
	if k != nil {
		k.text, k.ends = k.text[:0], k.ends[:0]
	}
}

// take hands the cells over and goes on with memory of its own.
func (k *Kept) take() *Kept {
	if k == nil {
		return nil
	}
	taken := *k
	k.text, k.ends = make([]byte, 0, len(k.text)), make([]int, 0, len(k.ends))
	return &taken
}

// ofTable keeps the cells of a packed table, which has no bytes of a file any more:
// numbers are written as short as they round-trip, and missing cells are empty.
func (k *Kept) ofTable(t *Table) *Kept {
	if k == nil {
		return nil
	}
	for row := range t.Rows {
		for _, j := range k.columns {
			if c := t.Columns[j]; !c.Skipped {
				k.text = append(k.text, c.text(row)...)
			}
			k.ends = append(k.ends, len(k.text))
		}
	}
	return k
}
