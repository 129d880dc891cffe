// Package tensor holds the one shape every number in a network has: a dense,
// row-major matrix of float32.
package tensor

import "fmt"

// A Mat is a rows × cols matrix over a slice it does not necessarily own.
// Copying a Mat copies the view, not the numbers. The zero Mat is empty.
type Mat struct {
	Rows, Cols int
	Data       []float32 // len Rows*Cols, row after row
}

// New returns a matrix of zeros with memory of its own.
func New(rows, cols int) Mat {
	return Mat{Rows: rows, Cols: cols, Data: make([]float32, rows*cols)}
}

// View returns the first rows × cols numbers of data as a matrix.
func View(rows, cols int, data []float32) Mat {
	if len(data) < rows*cols {
		tooShort(rows, cols, len(data))
	}
	return Mat{Rows: rows, Cols: cols, Data: data[: rows*cols : rows*cols]}
}

// tooShort stands by itself so that View is inlined.
func tooShort(rows, cols, have int) {
	panic(fmt.Sprintf("tensor: %d × %d needs %d numbers, have %d", rows, cols, rows*cols, have))
}

// Row returns row i, counted from 0, as a view.
func (m Mat) Row(i int) []float32 { return m.Data[i*m.Cols : (i+1)*m.Cols : (i+1)*m.Cols] }

// Slice returns the rows from lo up to, not including, hi, as a view.
func (m Mat) Slice(lo, hi int) Mat {
	return Mat{Rows: hi - lo, Cols: m.Cols, Data: m.Data[lo*m.Cols : hi*m.Cols : hi*m.Cols]}
}

// At returns the number in row i, column j, both counted from 0.
func (m Mat) At(i, j int) float32 { return m.Data[i*m.Cols+j] }

// Set stores v in row i, column j.
func (m Mat) Set(i, j int, v float32) { m.Data[i*m.Cols+j] = v }

// Empty reports whether m has no storage. An empty gradient matrix means that
// the gradient is not wanted.
func (m Mat) Empty() bool { return len(m.Data) == 0 }

// Clone returns a copy with memory of its own.
func (m Mat) Clone() Mat {
	c := New(m.Rows, m.Cols)
	copy(c.Data, m.Data)
	return c
}

// Column copies column j, (rows, 1), into room, which is replaced where it is too short.
func (m Mat) Column(j int, room []float32) Mat {
	if cap(room) < m.Rows {
		room = make([]float32, m.Rows)
	}
	c := Mat{Rows: m.Rows, Cols: 1, Data: room[:m.Rows]}
	for i := range c.Data {
		c.Data[i] = m.At(i, j)
	}
	return c
}

// Pick copies some rows of a matrix.
func (m Mat) Pick(rows []int) Mat {
	out := New(len(rows), m.Cols)
	for i, row := range rows {
		copy(out.Row(i), m.Row(row))
	}
	return out
}
