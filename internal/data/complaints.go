package data

import "mlp/internal/problem"

// complaintLimit is how many problems of one table are shown; the rest are counted.
const complaintLimit = 10

// complaints collects the problems of one table in the order of its lines.
type complaints struct {
	file string
	list problem.Problems
	more int
}

// full reports whether a further problem would only be counted, and counts it.
func (c *complaints) full() bool {
	if len(c.list) < complaintLimit {
		return false
	}
	c.more++
	return true
}

func (c *complaints) add(p *problem.Problem) {
	if !c.full() {
		c.list = append(c.list, p)
	}
}

// cells complains about the cells of a column that a test picks.
func (c *complaints) cells(t *Table, col *Column, wrong func(row int) bool, describe func(c *Column, text string) (msg, hint string)) {
	var r refusal
	for row := range t.Rows {
		if wrong(row) {
			r.add(row, col)
		}
	}
	for _, p := range t.problems(r.cells, describe) {
		c.add(p)
	}
	c.more += r.more
}

// A refusal collects the cells that cannot be used: the first ten, then a count.
type refusal struct {
	cells []cellAt
	more  int
}

func (r *refusal) add(row int, col *Column) {
	if len(r.cells) < complaintLimit {
		r.cells = append(r.cells, cellAt{row, col})
	} else {
		r.more++
	}
}

// err complains that the values are missing, or returns nil if none is.
func (r *refusal) err(t *Table) error {
	if r.cells == nil {
		return nil
	}
	bad := complaints{file: t.Name, more: r.more}
	bad.list = t.problems(r.cells, func(*Column, string) (string, string) {
		return "the value is missing", "fill it in, or choose what stands in for it: `missing: median`"
	})
	return bad.err()
}

// err returns what was collected, with the count of the rest last, or nil.
func (c *complaints) err() error {
	if len(c.list) == 0 {
		return nil
	}
	if c.more == 0 {
		return c.list
	}
	rest := problem.Data(problem.Pos{File: c.file}, "", "", "and %d more problems", c.more)
	if c.more == 1 {
		rest.Msg = "and 1 more problem"
	}
	return append(c.list, rest)
}
