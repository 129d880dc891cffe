package parse

import "mlp/internal/data/table"

// rereadWords reads the source once more for columns that began with numbers and
// turned out to hold words: of their cells only the numbers were kept.
func (r *Reader) rereadWords(t *table.Table, plans []table.Plan) error {
	again := make([]table.Plan, len(plans))
	n := 0
	for j, c := range r.columns {
		if c.Reread() {
			again[j] = c.OfWords()
			n++
		}
	}
	if n == 0 {
		return nil
	}
	header := map[bool]table.Setting{true: table.Yes, false: table.No}[r.header]
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
		c.Name, c.Nameless = t.Columns[c.Index].Name, t.Columns[c.Index].Nameless
		t.Columns[c.Index] = c
	}
	return nil
}
