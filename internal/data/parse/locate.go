package parse

import (
	"cmp"
	"slices"

	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/problem"
)

// Locate gives the problems of cells their places in the line, and the line itself.
// A table in memory does not know where in its line a cell stood; the source is
// read once more for it, up to the last line with a problem, which only those pay
// who have something to mend. A source is that of the problems whose file bears its
// name; one that opens only once, or that has changed since, is left alone, and the
// problems are then good to the line.
func Locate(err error, sources ...source.Source) {
	cells := map[string][]*problem.Problem{}
	for _, p := range problem.Of(err) {
		if p.Cell != nil {
			cells[p.Pos.File] = append(cells[p.Pos.File], p)
		}
	}
	for _, src := range sources {
		if there := cells[src.Name]; len(there) > 0 && !src.Once {
			locate(there, src)
			delete(cells, src.Name)
		}
	}
}

// locate gives problems of one table their places.
func locate(cells []*problem.Problem, src source.Source) {
	slices.SortStableFunc(cells, func(a, b *problem.Problem) int {
		return cmp.Or(cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Cell.Column, b.Cell.Column))
	})
	form := cells[0].Cell.Form.(source.Form)
	src.Delimiter, src.Reading = form.Delimiter, &form.Reading
	r, err := open(src, Options{Header: table.Setting(form.Header)})
	if err != nil || r.rs == nil {
		return
	}
	defer r.rs.close()
	rs := r.rs
	for first := true; len(cells) > 0; first = false {
		p := cells[0]
		if first || rs.line < p.Pos.Line {
			if ok, bad, err := rs.advance(); !ok || bad != nil || err != nil {
				return
			}
			continue
		}
		cells = cells[1:]
		if rs.line != p.Pos.Line || p.Cell.Column >= len(rs.cut.Cells) {
			return
		}
		s := rs.cut.Cells[p.Cell.Column]
		text, _ := s.Content(rs.window, nil)
		p.Pos, p.Excerpt = rs.posAt(int(s.From)), rs.excerptAt(int(s.From))
		p.Width = max(1, len([]rune(string(text))))
		p.Msg, p.Hint = p.Cell.Describe(string(text))
		p.Cell = nil
	}
}
