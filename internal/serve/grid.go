package serve

import (
	"fmt"
	"net/http"
)

// A grid is columns that are given one by one, until they are read row by row.
type grid struct {
	columns []gridColumn
	room    []byte // for cells that are made
}

type gridColumn struct {
	place int
	name  string
	cells [][]byte
}

func (g *grid) clear() {
	for i := range g.columns {
		g.columns[i].cells = emptied(g.columns[i].cells)
	}
	g.columns, g.room = g.columns[:0], emptied(g.room)
}

// kept is for how many elements room is kept from one request to the next.
const kept = 1 << 14

// emptied returns a slice of no elements, with its room if that is not much.
func emptied[T any](s []T) []T {
	if cap(s) > kept {
		return nil
	}
	clear(s)
	return s[:0]
}

// column begins a column.
func (g *grid) column(place int, name string) *gridColumn {
	if len(g.columns) < cap(g.columns) {
		g.columns = g.columns[:len(g.columns)+1]
	} else {
		g.columns = append(g.columns, gridColumn{})
	}
	c := &g.columns[len(g.columns)-1]
	c.place, c.name = place, name
	return c
}

// add appends a cell, of which there are no more than so many.
func (c *gridColumn) add(cell []byte, most int) error {
	if len(c.cells) == most {
		return &failure{status: http.StatusRequestEntityTooLarge, text: fmt.Sprintf("more than %d rows in one request", most)}
	}
	c.cells = append(c.cells, cell)
	return nil
}

// take reads the columns row by row.
func (g *grid) take(t *taker) error {
	for i := range g.columns {
		if a, b := &g.columns[0], &g.columns[i]; len(a.cells) != len(b.cells) {
			return bad("%q has %d rows, and %q %d", a.name, len(a.cells), b.name, len(b.cells))
		}
	}
	if len(g.columns) == 0 {
		return nil
	}
	for row := range g.columns[0].cells {
		for i := range g.columns {
			t.Set(g.columns[i].place, g.columns[i].cells[row])
		}
		if err := t.endRow(); err != nil {
			return err
		}
	}
	return nil
}

// columnar reads an object with a list of cells for each column.
func (t *taker) columnar(w *walker, g *grid) error {
	err := w.members(func(key []byte) error {
		place := t.Column(key)
		if place < 0 {
			return past(w.value())
		}
		name := t.Columns()[place]
		c := g.column(place, name)
		if w.next() != '[' {
			return inColumn(w.wrong("a list of cells"), name)
		}
		return w.items(func(int) error {
			cell, err := w.cell()
			if err != nil {
				return inColumn(err, name)
			}
			return c.add(cell, t.most)
		})
	})
	if err != nil {
		return err
	}
	return g.take(t)
}
