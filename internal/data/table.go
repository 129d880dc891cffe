package data

import (
	"math"
	"slices"
)

// A Table is a table in memory, column by column.
type Table struct {
	Name        string // of its source
	Columns     []*Column
	Rows        int
	Lines       []int  // the line on which each row begins
	SHA256      string // of the table's bytes after unpacking, in hexadecimal
	HeaderFound bool
	Delimiter   rune
	Kept        *Kept // the cells that Stream.Keep asked for; nil for none

	headerDoubt bool // the first row was taken as data and might be the names

	source Source // to look a cell up again for a complaint; its Open may be nil
}

// A Column is one column of a table. The target column of a classification can
// be both: Numbers, and Words with Codes.
type Column struct {
	Name    string
	Kind    Kind      // Numeric or Categorical: what the words are, a schema says
	Numbers []float32 // of a numeric column; NaN where missing
	Codes   []int32   // of a categorical column: an index of Words, -1 where missing
	Words   []string  // in order of first appearance

	Missing int
	Others  []int // rows of a numeric column whose cell is no number: the first ten
	OtherN  int   // how many there are

	OtherWords []string // what stands in such cells: the first different ones
	Skipped    bool     // the configuration ignores it: it holds nothing

	index int // of the column in the file, from 0
}

// Column returns the column of that name, or nil.
func (t *Table) Column(name string) *Column {
	for _, c := range t.Columns {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// byName indexes the columns, for tables that have many.
func (t *Table) byName() map[string]*Column {
	index := make(map[string]*Column, len(t.Columns))
	for _, c := range t.Columns {
		index[c.Name] = c
	}
	return index
}

// Names returns the names of the columns in order.
func (t *Table) Names() []string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return names
}

// isMissing reports whether the cell of a row is missing.
func (c *Column) isMissing(row int) bool {
	if c.Numbers != nil {
		return math.IsNaN(float64(c.Numbers[row]))
	}
	return c.Codes[row] < 0
}

// withWords returns a table whose column i, if it is numeric and has few enough
// different values, can also be taken for labels. A target is read that way; a
// column that becomes a target later is not.
func (t *Table) withWords(i int) *Table {
	c := *t.Columns[i]
	if c.Skipped || c.Codes != nil {
		return t
	}
	code := map[float32]int32{}
	for row, v := range c.Numbers {
		if v != v {
			c.Codes = append(c.Codes, -1)
			continue
		}
		n, known := code[v]
		if !known {
			if len(code) == bothLimit {
				return t
			}
			n = int32(len(c.Words))
			code[v] = n
			c.Words = append(c.Words, c.text(row))
		}
		c.Codes = append(c.Codes, n)
	}
	with := *t
	with.Columns = slices.Clone(t.Columns)
	with.Columns[i] = &c
	return &with
}

// AllRows returns the index of every row of t.
func AllRows(t *Table) []int {
	rows := make([]int, t.Rows)
	for i := range rows {
		rows[i] = i
	}
	return rows
}
