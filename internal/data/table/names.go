package table

import (
	"mlp/internal/data/dialect"
	"mlp/internal/data/scan"
	"mlp/internal/problem"
)

// name takes the names of the header: those that are missing or stand twice are given
// others.
func (r *Reader) name(row, known []string) {
	h := dialect.Name(row, r.sample[min(1, len(r.sample)):], known)
	r.names, r.nameless, r.rs.notes = h.Names, h.Nameless, append(r.rs.notes, h.Notes...)
	if h.Trailing {
		d := r.rs.cut.Dialect()
		d.Trailing = true
		r.rs.cut = scan.NewDialectCutter(d)
	}
}

// givenNames puts the names that are said in the place of those of the table.
func (r *Reader) givenNames() error {
	if n := len(r.rs.reading.Names); n > 0 && n != len(r.names) {
		return problem.Data(r.Header(), "", "name them all, in their order", "%s found; %d names are given", problem.Count(len(r.names), "column"), n)
	} else if n > 0 {
		r.names, r.nameless = r.rs.reading.Names, nil
	}
	return nil
}
