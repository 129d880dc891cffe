package parse

import (
	"mlp/internal/data/dialect"
	"mlp/internal/data/scan"
	"mlp/internal/problem"
)

// name takes the names of the header: those that are missing or stand twice are given
// others.
func (r *Reader) name(row []string, rowNames bool, known []string) {
	h := dialect.Name(row, r.sample[min(1, len(r.sample)):], rowNames, known)
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

// rowNames reports whether the rows below the first begin with names of their own: not
// where a cell begins with the blank that people write behind a comma of a sentence.
func (rs *records) rowNames(sample [][]string) bool {
	if len(sample) == 0 || !dialect.RowNames(sample[0], sample[1:]) { // the first record may be refused
		return false
	}
	if d := rs.cut.Delim; d == ' ' || d == '\t' {
		return true
	}
	cut := rs.cut.Twin()
	for i, n := rs.next, 0; i < len(rs.window) && n < len(sample); n++ {
		next, _, bad := cut.Record(rs.window, i)
		if bad != nil {
			break
		}
		for _, s := range cut.Cells[1:] {
			if !s.Quoted && s.From > 0 && rs.window[s.From-1] == ' ' {
				return false
			}
		}
		i = next
	}
	return true
}
