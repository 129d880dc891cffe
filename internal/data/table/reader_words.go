package table

// rereadWords reads the source once more for columns that began with numbers and
// turned out to hold words: of their cells only the numbers were kept.
func (r *Reader) rereadWords(t *Table, plans []Plan) error {
	again := make([]Plan, len(plans))
	n := 0
	for j, c := range r.columns {
		if c.reread() {
			again[j] = Plan{Keep: AsWords, Kind: DeclaredWords, NA: c.na}
			n++
		}
	}
	if n == 0 {
		return nil
	}
	header := map[bool]Setting{true: Yes, false: No}[r.header]
	src := r.src
	src.Delimiter = r.rs.cut.Delim
	src.Reading = &r.rs.reading
	second, err := Open(src, Options{Header: header, Wanted: []string{}})
	if err != nil {
		return err
	}
	words, err := second.Read(again)
	if err != nil {
		return err
	}
	if words.SHA256 != t.SHA256 {
		return r.src.Changed()
	}
	for _, c := range words.Columns {
		c.Name, c.Nameless = t.Columns[c.index].Name, t.Columns[c.index].Nameless
		t.Columns[c.index] = c
	}
	return nil
}
