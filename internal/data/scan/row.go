package scan

// Row cuts the record that begins at offset i of b, as record does, in the way
// that nearly all records of a table can be cut: it has as many cells as there
// are columns, none quoted, and its line ends before limit. Cells of the columns
// called numeric are parsed at once if they look as numbers mostly do. Where
// anything else stands it returns false, and the record is one for record. b must
// be readable up to WordSlack bytes after limit.
func (c *Cutter) Row(b []byte, i, limit int, numeric []bool) (next int, ok bool) {
	if i >= limit || c.odd {
		return i, false
	}
	if cap(c.Cells) < len(numeric) {
		c.Cells = make([]Span, 0, len(numeric))
	}
	cells := c.Cells[:len(numeric)]
	c.Cells = cells
	ends := byte('\n')
	if len(numeric) > 1 {
		ends = c.Delim
	}
	for j, isNumeric := range numeric {
		if j == len(numeric)-1 {
			ends = '\n'
		}
		if isNumeric {
			if v, mantissa, places, end, ok := leadingNumber(b, i); ok && b[end] == ends && end < limit {
				// Field by field: a whole Span would be put together elsewhere and copied.
				s := &cells[j]
				s.Quoted, s.Doubled, s.undo, s.Number = false, false, 0, true
				s.From, s.To, s.Value, s.mantissa, s.places = int32(i), int32(end), v, mantissa, uint8(places)
				i = end + 1
				continue
			}
		}
		for i < limit && c.Blank(b[i]) {
			i++
		}
		start := i
		for i < limit && !c.stop[b[i]] {
			i++
		}
		if i >= limit || i-start > FieldLimit {
			return i, false
		}
		switch {
		case b[i] == ends:
		case b[i] == '\r' && ends == '\n' && i+1 < limit:
		default: // a quote, or too few or too many cells
			return i, false
		}
		end := i
		for end > start && c.Blank(b[end-1]) {
			end--
		}
		cells[j] = Span{From: int32(start), To: int32(end)}
		if b[i] == '\r' && b[i+1] == '\n' {
			i++
		}
		i++
	}
	return i, true
}
