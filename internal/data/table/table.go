// Package table is a table in memory. The cells of each column flow into a Builder, as a
// Plan for the column says; a Table of typed columns comes out, which knows what stands at
// its edges (Edges) and how its numbers are marked (Marks), is written and read as a packed
// table, and makes the problems of its cells. Where the cells come from is parse's part.
package table

import (
	"math"
	"slices"
	"strconv"

	"mlp/internal/data/dialect"
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
	HeaderDoubt bool            // the first row was taken as data and might be the names
	Dropped     int             // rows of the file that were left out, for they lack a target
	UnitsDoubt  int             // the first so many rows were taken as data and seem to hold units
	Reading     dialect.Reading // as it was said, with what was found of quotes and escapes
	Notes       []dialect.Note  // what was done about the form of the table without being told
	Begin, End  int             // of a whole table of text: the line on which rows may begin, and that after the last one
	edges       *[2]int         // what Edges has found
	Verbatim    *Verbatim       // of a chunk: the cells that were to be kept as they stand; nil for none
}

// A Column is one column of a table. The target column of a classification can
// be both: Numbers, and Words with Codes.
type Column struct {
	Name    string
	Kind    Kind      // Numeric or Categorical: what the words are, a schema says
	Numbers []float32 // of a numeric column; NaN where missing
	Wide    []float64 // in place of Numbers where float32 cannot hold apart what the table does
	Codes   []int32   // of a categorical column: an index of Words, -1 where missing
	Words   []string  // in order of first appearance

	Missing int
	Others  []int // rows of a numeric column whose cell is no number: the first ten
	OtherN  int   // how many there are

	OtherWords []string      // what stands in such cells: the first different ones
	Skipped    bool          // the configuration ignores it: it holds nothing
	Look       dialect.Cells // of the first cells
	Nameless   bool          // the table gives it no name: it is left out unless a spec names it

	Index int // of the column in the file, from 0
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

// ByName indexes the columns, for tables that have many.
func (t *Table) ByName() map[string]*Column {
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

// Nameless tells which columns have no name in the table.
func (t *Table) Nameless() []bool {
	without := make([]bool, len(t.Columns))
	for i, c := range t.Columns {
		without[i] = c.Nameless
	}
	return without
}

// IsMissing reports whether the cell of a row is missing.
func (c *Column) IsMissing(row int) bool {
	if c.HasNumbers() {
		return math.IsNaN(c.Number(row))
	}
	return c.Codes[row] < 0
}

// HasNumbers reports whether the cells of a column are there as numbers.
func (c *Column) HasNumbers() bool { return c.Numbers != nil || c.Wide != nil }

// Number returns the number of a row, NaN where it is missing.
func (c *Column) Number(row int) float64 {
	if c.Wide != nil {
		return c.Wide[row]
	}
	return float64(c.Numbers[row])
}

// Len returns the number of rows.
func (c *Column) Len() int { return max(len(c.Numbers), len(c.Wide), len(c.Codes)) }

// Text returns the cell of a row as it can be known from the column alone: "" where
// it is missing, and of a number the shortest text that gives it.
func (c *Column) Text(row int) string {
	switch {
	case c.Codes != nil && row < len(c.Codes) && c.Codes[row] >= 0:
		return c.Words[c.Codes[row]]
	case c.IsMissing(row):
		return ""
	}
	return c.Format(c.Number(row))
}

// Format writes a number of the column as short as it gives that number again.
func (c *Column) Format(v float64) string {
	if c.Wide != nil {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', -1, 32)
}

// Values returns the numbers of a column in the rows given, nil for all; NaN where
// missing.
func (c *Column) Values(rows []int) []float64 {
	if rows == nil && c.Wide != nil {
		return slices.Clone(c.Wide)
	}
	if rows == nil {
		x := make([]float64, len(c.Numbers))
		for i, v := range c.Numbers {
			x[i] = float64(v)
		}
		return x
	}
	x := make([]float64, len(rows))
	for i, row := range rows {
		x[i] = c.Number(row)
	}
	return x
}

// IsInteger reports whether all numbers of a column are whole.
func (c *Column) IsInteger() bool {
	for row := range max(len(c.Numbers), len(c.Wide)) {
		if v := c.Number(row); v == v && v != math.Floor(v) {
			return false
		}
	}
	return true
}

// WithWords returns a table whose column i, if it is numeric and has few enough
// different values, can also be taken for labels. A target is read that way; a
// column that becomes a target later is not.
func (t *Table) WithWords(i int) *Table {
	c := *t.Columns[i]
	if c.Skipped || c.Codes != nil {
		return t
	}
	code := map[float64]int32{}
	for row := range c.Len() {
		v := c.Number(row)
		if v != v {
			c.Codes = append(c.Codes, -1)
			continue
		}
		n, known := code[v]
		if !known {
			if len(code) == BothLimit {
				return t
			}
			n = int32(len(c.Words))
			code[v] = n
			c.Words = append(c.Words, c.Text(row))
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
