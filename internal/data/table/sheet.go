package table

import "mlp/internal/data/scan"

// A Sheet is a table that is written cell by cell, where there is no file to read. Cells
// read as those of a file do. Its memory is used again after Clear.
type Sheet struct {
	columns []*Builder
	lines   []int // the numbers of the rows, from 1
	given   []int // of each column, the last row that has a cell of it, from 1
}

// NewSheet returns a sheet of columns that are read as the plans say, their numbers as
// marks say.
func NewSheet(names []string, plans []Plan, marks scan.Marks) *Sheet {
	s := &Sheet{given: make([]int, len(names))}
	for j, name := range names {
		b := NewBuilder(name, j, plans[j])
		b.marks = marks
		s.columns = append(s.columns, b)
	}
	return s
}

// Rows returns how many rows have been ended.
func (s *Sheet) Rows() int { return len(s.lines) }

// Given reports whether the row under way has a cell in column j.
func (s *Sheet) Given(j int) bool { return s.given[j] > len(s.lines) }

// Set gives the row under way its cell in column j, and reports how that reads where the
// column is one of numbers.
func (s *Sheet) Set(j int, cell []byte) scan.Verdict {
	s.given[j] = len(s.lines) + 1
	return s.columns[j].Add(cell)
}

// Peek returns the number of a cell of column j, or that it is missing, and keeps nothing.
func (s *Sheet) Peek(j int, cell []byte) (v float64, missing bool) { return s.columns[j].Peek(cell) }

// EndRow ends the row under way. What it has not been given is missing.
func (s *Sheet) EndRow() {
	for j, c := range s.columns {
		if !s.Given(j) {
			c.Add(nil)
		}
	}
	s.lines = append(s.lines, len(s.lines)+1)
}

// Table returns the rows, whose lines are their numbers. It lives until Clear.
func (s *Sheet) Table() *Table {
	t := &Table{Rows: len(s.lines), Lines: s.lines}
	for _, c := range s.columns {
		t.Columns = append(t.Columns, c.Column())
	}
	return t
}

// Clear forgets all rows.
func (s *Sheet) Clear() {
	for _, c := range s.columns {
		c.Forget()
	}
	s.lines = s.lines[:0]
	clear(s.given)
}
