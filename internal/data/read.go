package data

import "encoding/hex"

// Read reads a whole table. Columns are numeric when every cell that is not
// missing is a number, or nearly every one (Infer then refuses the others).
// Problems are spec.Problems: the first ten, then a count.
func Read(src Source, c Config) (*Table, error) {
	src, err := src.InMemory()
	if err != nil {
		return nil, err
	}
	p, err := openPass(src, c.Delimiter, nil)
	if err != nil {
		return nil, err
	}
	if p.packed != nil {
		return p.packed.adopt(c.builders(p.packed.Names())), nil
	}
	if err := p.begin(c.Header, newNASet(withEmpty(c.NA)...), nil); err != nil {
		return nil, firstOf(err, p.rs.close())
	}
	p.builders = c.builders(p.names)
	for j, b := range p.builders {
		b.guess(p.sampleOf(j))
	}
	if err := p.run(); err != nil {
		return nil, err
	}
	if p.rows == 0 {
		return nil, p.noRows()
	}
	t := p.table()
	if err := p.rereadWords(t); err != nil {
		return nil, err
	}
	return t, nil
}

// builders plans how each column is kept.
func (c Config) builders(names []string) []*builder {
	roles, _ := c.resolve(names)
	all := make([]*builder, len(names))
	common := newNASet(c.naOf(columnRole{})...)
	for j, name := range names {
		r := roles[j]
		b := &builder{name: name, index: j, mode: numbers, declared: "auto", na: common}
		if r.exception != nil {
			b.declared, b.na = r.exception.kind(), newNASet(c.naOf(r)...)
		}
		switch {
		case r.role == Ignored:
			b.mode = skip
		case r.role == Target && c.Task.Classes():
			b.mode, b.declared = words, "categorical"
		case r.role == Target:
			b.mode = both
		case r.role == ID || r.role == Group || r.role == Part:
			b.mode, b.declared = words, "categorical"
		case r.role == Weight:
			b.declared = "numeric"
		case b.declared == "categorical":
			b.mode = words
		}
		all[j] = b
	}
	return all
}

// naOf returns the missing tokens of a column.
func (c Config) naOf(r columnRole) []string {
	tokens := withEmpty(c.NA)
	if r.exception != nil {
		tokens = append(append([]string{}, tokens...), r.exception.NA...)
	}
	return tokens
}

// table returns what was read.
func (p *pass) table() *Table {
	t := &Table{Name: p.src.Name, Rows: len(p.lines), Lines: p.lines, SHA256: hex.EncodeToString(p.rs.sum.Sum(nil)),
		HeaderFound: p.header, headerDoubt: p.doubt, Delimiter: rune(p.rs.cut.delim), source: p.src}
	for _, b := range p.builders {
		if b != nil {
			t.Columns = append(t.Columns, b.column())
		}
	}
	return t
}

// rereadWords reads the source once more for columns that began with numbers and
// turned out to hold words: of their cells only the numbers were kept.
func (p *pass) rereadWords(t *Table) error {
	again := make([]*builder, len(p.builders))
	n := 0
	for j, b := range p.builders {
		again[j] = &builder{mode: skip}
		if b.reread() {
			again[j] = &builder{name: b.name, index: j, mode: words, declared: "categorical", na: b.na}
			n++
		}
	}
	if n == 0 {
		return nil
	}
	q, err := openPass(p.src, p.rs.cut.delim, nil)
	if err != nil {
		return err
	}
	q.names, q.header, q.headerLine, q.builders = p.names, p.header, p.headerLine, again
	if err := q.rs.skipHeader(p.header); err != nil {
		return p.src.unreadable(err)
	}
	if err := q.run(); err != nil {
		return err
	}
	if sum := hex.EncodeToString(q.rs.sum.Sum(nil)); sum != t.SHA256 {
		return p.src.changed()
	}
	for j, b := range again {
		if b.mode == words {
			t.Columns[j] = b.column()
		}
	}
	return nil
}
