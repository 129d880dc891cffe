package table

import (
	"mlp/internal/data/source"
	"mlp/internal/problem"
	"strconv"
)

// Problem returns a problem of a cell, which describe puts into words once its
// text is known; parse.Locate looks that up.
func (t *Table) Problem(row int, c *Column, describe func(text string) (msg, hint string)) *problem.Problem {
	plain := describe
	describe = func(text string) (msg, hint string) {
		msg, hint = plain(text)
		if text == c.Name {
			return msg, "the header stands here once more: delete the line, or let a folder hold the files that were joined"
		}
		return msg, t.hintAt(row, text, hint)
	}
	msg, hint := describe(c.Text(row))
	p := problem.Data(problem.Pos{File: t.Name, Line: t.Lines[row]}, c.Name, hint, "%s", msg)
	p.Cell = &problem.Cell{Column: c.Index, Form: source.Form{Delimiter: byte(t.Delimiter), Header: strconv.FormatBool(t.HeaderFound), Reading: t.Reading}, Describe: describe}
	return p
}

// Refuse adds a problem to the list for each of the rows whose cell is wrong; nil
// rows are all.
func (t *Table) Refuse(list *problem.List, c *Column, rows []int, wrong func(row int) bool, describe func(text string) (msg, hint string)) {
	if rows == nil {
		rows = AllRows(t)
	}
	for _, row := range rows {
		if wrong(row) && !list.Full() {
			list.Add(t.Problem(row, c, describe))
		}
	}
}
