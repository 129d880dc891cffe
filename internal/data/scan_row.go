package data

// row cuts the record that begins at offset i of b, as record does, in the way
// that nearly all records of a table can be cut: it has as many cells as there
// are columns, none quoted, and its line ends before limit. Cells of the columns
// called numeric are parsed at once if they look as numbers mostly do. Where
// anything else stands it returns false, and the record is one for record. b must
// be readable up to wordSlack bytes after limit.
func (c *cutter) row(b []byte, i, limit int, numeric []bool) (next int, ok bool) {
	if i >= limit {
		return i, false
	}
	if cap(c.cells) < len(numeric) {
		c.cells = make([]span, 0, len(numeric))
	}
	cells := c.cells[:len(numeric)]
	c.cells = cells
	ends := byte('\n')
	if len(numeric) > 1 {
		ends = c.delim
	}
	for j, isNumeric := range numeric {
		if j == len(numeric)-1 {
			ends = '\n'
		}
		if isNumeric {
			if v, end, ok := leadingNumber(b, i); ok && b[end] == ends && end < limit {
				cells[j] = span{from: int32(i), to: int32(end), number: true, value: v}
				i = end + 1
				continue
			}
		}
		for i < limit && c.blank(b[i]) {
			i++
		}
		start := i
		for i < limit && !c.stop[b[i]] {
			i++
		}
		if i >= limit || i-start > fieldLimit {
			return i, false
		}
		switch {
		case b[i] == ends:
		case b[i] == '\r' && ends == '\n' && i+1 < limit:
		default: // a quote, or too few or too many cells
			return i, false
		}
		end := i
		for end > start && c.blank(b[end-1]) {
			end--
		}
		cells[j] = span{from: int32(start), to: int32(end)}
		if b[i] == '\r' && b[i+1] == '\n' {
			i++
		}
		i++
	}
	return i, true
}
