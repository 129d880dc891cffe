package table

import (
	"fmt"
	"slices"
	"strconv"
	"unicode"

	"mlp/internal/data/dialect"
	"mlp/internal/problem"
)

// edgeRows is how many rows at the beginning, or at the end, may be taken for lines that
// are no rows: titles, names below titles, units, totals.
const edgeRows = 10

// manyNumbers is how many numbers a column has for each word at its edges.
const manyNumbers = 3

// Edges returns how many of the first and of the last rows hold words in columns of
// which all other cells are numbers.
func (t *Table) Edges() (top, bottom int) {
	if t.edges == nil {
		if t.edges = new([2]int); t.End == 0 {
			return 0, 0
		}
		for _, c := range t.Columns {
			words, ok := t.wordRows(c)
			a, b := 0, 0
			for _, row := range words {
				switch {
				case row < edgeRows && 2*row < t.Rows:
					a = max(a, row+1)
				case t.Rows-row <= edgeRows:
					b = max(b, t.Rows-row)
				default:
					ok = false
				}
			}
			if ok && len(words) > 0 && t.numberless(c, words, a, b) {
				t.edges[0], t.edges[1] = max(t.edges[0], a), max(t.edges[1], b)
			}
		}
		for t.edges[1] < edgeRows && t.edges[1] < t.Rows-1 && t.emptyRow(t.Rows-1-t.edges[1]) {
			t.edges[1]++
		}
	}
	return t.edges[0], t.edges[1]
}

// wordRows returns the rows of a column whose cells are no numbers, if these are few.
func (t *Table) wordRows(c *Column) (rows []int, few bool) {
	switch {
	case c.Kind == Numeric:
		return c.Others, c.OtherN == len(c.Others)
	case c.Codes == nil:
		return nil, false
	}
	number := make([]bool, len(c.Words))
	for i, w := range c.Words {
		number[i] = dialect.Number(w, t.Reading.Marks)
	}
	for row, code := range c.Codes {
		if code >= 0 && !number[code] {
			if rows = append(rows, row); len(rows) > 2*edgeRows {
				return nil, false
			}
		}
	}
	return rows, true
}

// numberless reports whether the first and the last rows of a column hold no number, and
// more than they all others.
func (t *Table) numberless(c *Column, words []int, top, bottom int) bool {
	word := map[int]bool{}
	for _, row := range words {
		word[row] = true
	}
	numbers := 0
	for row := range t.Rows {
		if c.IsMissing(row) || word[row] {
			continue
		}
		if row < top || row >= t.Rows-bottom {
			return false
		}
		numbers++
	}
	return numbers > manyNumbers*len(words)
}

// emptyRow reports whether no cell of a row is filled.
func (t *Table) emptyRow(row int) bool {
	for _, c := range t.Columns {
		if !c.Skipped && (!c.IsMissing(row) || slices.Contains(c.Others, row)) {
			return false
		}
	}
	return true
}

// EdgeWord returns the first row of a column whose cell is no number, where all such stand
// in the first rows or in the last and many numbers elsewhere.
func (t *Table) EdgeWord(c *Column) (row int, found bool) {
	top, bottom := t.Edges()
	words, few := t.wordRows(c)
	if top+bottom == 0 || !few || len(words) == 0 || !t.numberless(c, words, 0, 0) {
		return 0, false
	}
	for _, row := range words {
		if row >= top && row < t.Rows-bottom {
			return 0, false
		}
	}
	return words[0], true
}

// edgeHint names the settings that leave out the rows at the edge at which a row stands,
// and what else the table needs to be read; "" where it stands at none.
func (t *Table) edgeHint(row int) string {
	top, bottom := t.Edges()
	said := t.Reading
	if marks, doubtful := t.Marks(); top+bottom > 0 && !doubtful {
		said = said.With(dialect.Reading{Marks: marks})
	}
	switch {
	case row < top && t.HeaderFound:
		lines := t.Lines[top] - t.Begin
		said.UnitsRow += lines
		return fmt.Sprintf("if %s below the header %s units, not values: %s", problem.Count(lines, "line"), map[bool]string{true: "holds", false: "hold"}[lines == 1], dialect.Hint(said))
	case row < top && top > 1:
		said.SkipRows = t.Lines[top-1] - 1
		return "if what stands above line " + strconv.Itoa(t.Lines[top-1]) + " is no part of the table: " + dialect.Hint(said)
	case row >= t.Rows-bottom:
		lines := t.End - t.Lines[t.Rows-bottom]
		said.Footer += lines
		return dialect.FooterHint(lines, said)
	}
	return ""
}

// hintAt adds what the place of a row says to the hint of a problem of its cell.
func (t *Table) hintAt(row int, text, hint string) string {
	edge := t.edgeHint(row)
	switch top, _ := t.Edges(); {
	case row < top && edge != "":
		return edge
	case row == 0 && t.HeaderDoubt:
		return "if the first line names the columns, write `header: true`; else " + hint
	case edge != "" && (text == "" || unicode.IsLetter([]rune(text)[0])):
		return hint + "; " + edge
	}
	return hint
}
