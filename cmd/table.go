package cmd

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rivo/uniseg"

	"mlp/internal/spec"
)

// A table lines up columns of text, two spaces apart.
type textTable struct {
	rows  [][]string
	ends  map[int]bool // columns that are flush right
	width []int
}

func newTable(header ...string) *textTable {
	t := &textTable{ends: map[int]bool{}, width: make([]int, len(header))}
	t.add(header...)
	return t
}

// right makes columns, counted from 0, flush right.
func (t *textTable) right(columns ...int) {
	for _, c := range columns {
		t.ends[c] = true
	}
}

func (t *textTable) add(cells ...string) {
	for i, c := range cells {
		t.width[i] = max(t.width[i], uniseg.StringWidth(c))
	}
	t.rows = append(t.rows, cells)
}

func (t *textTable) text() string {
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

// within is text for a terminal with so many columns, 0 for no terminal: where a
// line would be too long, the words of its last cell go on below.
func (t *textTable) within(columns int) string {
	last := len(t.width) - 1
	start := 0
	for _, w := range t.width[:last] {
		start += w + 2
	}
	if columns == 0 || start+t.width[last] <= columns {
		return t.text()
	}
	const enough, indent = 30, 4 // columns for a last cell beside the others; else it stands below them
	beside := columns-start >= enough
	front := newTable(t.rows[0][:last]...)
	front.ends = t.ends
	for _, row := range t.rows[1:] {
		front.add(row[:last]...)
	}
	var b strings.Builder
	for i, line := range strings.SplitAfter(strings.TrimSuffix(front.text(), "\n"), "\n") {
		line = strings.TrimSuffix(line, "\n")
		cell := t.rows[i][last]
		switch {
		case beside:
			words := strings.TrimLeft(wrap(cell, start, columns), " ")
			b.WriteString(line + strings.Repeat(" ", start-uniseg.StringWidth(line)) + words)
		case i == 0:
			b.WriteString(line + "\n")
		default:
			b.WriteString(line + "\n" + wrap(cell, indent, columns))
		}
	}
	return b.String()
}

// wrap breaks words into lines of at most so many columns.
func wrap(text string, indent, columns int) string {
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

// quoteJSON writes text as JSON. What commands a terminal is written as an escape,
// which means the same to a program.
func quoteJSON(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic("cmd: " + err.Error()) // a string always encodes
	}
	return escapeJSON(string(b))
}

// sayTree writes a tree to stdout as JSON on one line.
func (a *App) sayTree(n *spec.Node) error {
	return a.say("%s\n", escapeJSON(string(spec.CanonicalJSON(n))))
}

// escapeJSON writes what commands a terminal as escapes; in JSON it can stand only
// within text.
func escapeJSON(s string) string {
	if strings.IndexFunc(s, commands) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if commands(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
