package data

// streamed reads a table in chunks.
func streamed(p *Pipeline, src Source, rows int, do func(*Table) error) error {
	s, err := p.Open(src, rows)
	if err != nil {
		return err
	}
	return s.Each(do)
}
