package data

import (
	"cmp"
	"slices"
	"strconv"

	"mlp/internal/problem"
)

// A cellAt is a cell of a table: a row from 0 and a column of its file.
type cellAt struct {
	row    int
	column *Column
}

// problems makes a problem of each cell, with its place in the file. A table
// does not remember where its cells stood; the source is read once more for it,
// which only those pay who have something to mend.
func (t *Table) problems(cells []cellAt, describe func(c *Column, text string) (msg, hint string)) problem.Problems {
	slices.SortStableFunc(cells, func(a, b cellAt) int {
		return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.column.index, b.column.index))
	})
	all := make(problem.Problems, len(cells))
	for i, at := range cells {
		msg, hint := describe(at.column, at.column.text(at.row))
		all[i] = problem.Data(problem.Pos{File: t.Name, Line: t.Lines[at.row]}, at.column.Name, t.hintAt(at.row, hint), "%s", msg)
	}
	if t.source.Open == nil || t.source.Once {
		return all
	}
	p, err := openPass(t.source, byte(t.Delimiter), nil)
	if err != nil {
		return all
	}
	defer p.rs.close()
	if err := p.rs.skipHeader(t.HeaderFound); err != nil {
		return all
	}
	for row, i := 0, 0; i < len(cells); row++ {
		ok, bad, err := p.rs.advance()
		for ok && bad == nil && err == nil && p.rs.line < t.Lines[row] { // a blank line at the end of the file
			ok, bad, err = p.rs.advance()
		}
		if !ok || bad != nil || err != nil || p.rs.line != t.Lines[row] {
			return all // the file has changed since
		}
		for ; i < len(cells) && cells[i].row == row; i++ {
			c := cells[i].column
			if c.index >= len(p.rs.cut.cells) {
				return all
			}
			s := p.rs.cut.cells[c.index]
			text, _ := s.content(p.rs.window, nil)
			all[i].Pos = p.rs.posAt(int(s.from))
			all[i].Excerpt = p.rs.excerptAt(int(s.from))
			all[i].Width = max(1, len([]rune(string(text))))
			msg, hint := describe(c, string(text))
			all[i].Msg, all[i].Hint = msg, t.hintAt(row, hint)
		}
	}
	return all
}

// hintAt adds to a hint what to do if the first row should not have been data.
func (t *Table) hintAt(row int, hint string) string {
	if row == 0 && t.headerDoubt {
		return "if the first line names the columns, write `header: true`; else " + hint
	}
	return hint
}

// text returns a cell as it can be known from the table alone.
func (c *Column) text(row int) string {
	switch {
	case c.Codes != nil && row < len(c.Codes) && c.Codes[row] >= 0:
		return c.Words[c.Codes[row]]
	case c.isMissing(row):
		return ""
	}
	return strconv.FormatFloat(float64(c.Numbers[row]), 'g', -1, 32)
}
