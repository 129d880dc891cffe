package cmd

import (
	"encoding/json"
	"strings"

	"github.com/rivo/uniseg"
)

// A table lines up columns of text, two spaces apart.
type table struct {
	rows  [][]string
	ends  map[int]bool // columns that are flush right
	width []int
}

func newTable(header ...string) *table {
	t := &table{ends: map[int]bool{}, width: make([]int, len(header))}
	t.add(header...)
	return t
}

// right makes columns, counted from 0, flush right.
func (t *table) right(columns ...int) {
	for _, c := range columns {
		t.ends[c] = true
	}
}

func (t *table) add(cells ...string) {
	for i, c := range cells {
		t.width[i] = max(t.width[i], uniseg.StringWidth(c))
	}
	t.rows = append(t.rows, cells)
}

func (t *table) text() string {
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

// quoteJSON writes text as JSON.
func quoteJSON(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic("cmd: " + err.Error()) // a string always encodes
	}
	return string(b)
}
