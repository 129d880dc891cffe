package report

import (
	"strings"

	"github.com/rivo/uniseg"
)

// A Table lines up columns of text, two spaces apart.
type Table struct {
	rows  [][]string
	ends  map[int]bool // columns that are flush right
	width []int
}

func NewTable(header ...string) *Table {
	t := &Table{ends: map[int]bool{}, width: make([]int, len(header))}
	t.Add(header...)
	return t
}

// Right makes columns, counted from 0, flush right.
func (t *Table) Right(columns ...int) {
	for _, c := range columns {
		t.ends[c] = true
	}
}

func (t *Table) Add(cells ...string) {
	for i, c := range cells {
		t.width[i] = max(t.width[i], uniseg.StringWidth(c))
	}
	t.rows = append(t.rows, cells)
}

// wide is how many columns of a terminal its lines take at the most.
func (t *Table) wide() int {
	n := 2 * (len(t.width) - 1)
	for _, w := range t.width {
		n += w
	}
	return n
}

func (t *Table) Text() string {
	var b strings.Builder
	for _, row := range t.rows {
		var line strings.Builder
		for i, c := range row {
			gap := strings.Repeat(" ", t.width[i]-uniseg.StringWidth(c))
			if t.ends[i] {
				c, gap = gap+c, ""
			}
			line.WriteString(c + gap + "  ")
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}

// Within is text for a terminal with so many columns, 0 for no terminal: where a
// line would be too long, the words of its last cell go on below, and names in the
// first are cut short.
func (t *Table) Within(columns int) string {
	last := len(t.width) - 1
	start := 0
	for _, w := range t.width[:last] {
		start += w + 2
	}
	const least = 12 // columns of a name that tell it from others
	if excess := start - 2 - columns; columns > 0 && last > 0 && excess > 0 && t.width[0] > least {
		return t.shorten(max(least, t.width[0]-excess)).Within(max(columns, start-2-t.width[0]+least))
	}
	if columns == 0 || start+t.width[last] <= columns {
		return t.Text()
	}
	const enough, indent = 30, 4 // columns for a last cell beside the others; else it stands below them
	beside := columns-start >= enough
	front := NewTable(t.rows[0][:last]...)
	front.ends = t.ends
	for _, row := range t.rows[1:] {
		front.Add(row[:min(last, len(row))]...)
	}
	var b strings.Builder
	for i, line := range strings.SplitAfter(strings.TrimSuffix(front.Text(), "\n"), "\n") {
		line = strings.TrimSuffix(line, "\n")
		cell := ""
		if len(t.rows[i]) > last { // a row may end early
			cell = t.rows[i][last]
		}
		switch {
		case cell == "":
			b.WriteString(line + "\n")
		case beside:
			words := strings.TrimLeft(Wrap(cell, start, columns), " ")
			b.WriteString(line + strings.Repeat(" ", start-uniseg.StringWidth(line)) + words)
		case i == 0:
			b.WriteString(line + "\n")
		default:
			b.WriteString(line + "\n" + Wrap(cell, indent, columns))
		}
	}
	return b.String()
}

// shorten is the table with names, its first cells, of at most so many columns.
func (t *Table) shorten(columns int) *Table {
	short := &Table{ends: t.ends, width: make([]int, len(t.width))}
	for _, row := range t.rows {
		name := row[0]
		if uniseg.StringWidth(name) > columns {
			width, end := 0, 0
			for g := uniseg.NewGraphemes(name); g.Next() && width+g.Width() < columns; _, end = g.Positions() {
				width += g.Width()
			}
			name = name[:end] + "…"
		}
		short.Add(append([]string{name}, row[1:]...)...)
	}
	return short
}

// Wrap breaks words into lines of at most so many columns.
func Wrap(text string, indent, columns int) string {
	var b strings.Builder
	pad := strings.Repeat(" ", indent)
	line, width := pad, indent
	for _, word := range strings.Fields(text) {
		w := uniseg.StringWidth(word)
		if width > indent && width+w > columns {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line, width = pad, indent
		}
		line, width = line+word+" ", width+w+1
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
	return b.String()
}
