package parse

import (
	"errors"

	"mlp/internal/data/table"
	"mlp/internal/parallel"
	"mlp/internal/problem"
)

// Chunks say how a table is read chunk by chunk.
type Chunks struct {
	Rows     int         // of a chunk at most
	Verbatim []int       // columns whose cells are kept as they stand as well, ascending
	Inspect  []Inspector // one a column of the file; nil for nothing, as may be each
}

// An Inspector returns what is wrong with a cell that can be read, without its
// place, which the reader adds; nil for nothing. v is its number, where the column
// is read as numbers.
type Inspector func(cell []byte, v float64, missing bool) *problem.Problem

// A chunk is the rows read since others were handed on.
type chunk struct {
	rows     int // at most
	verbatim *table.Verbatim
	inspect  []Inspector
	handOn   func(*table.Table) error
}

func (c *chunk) full(rows int) bool {
	return c != nil && (rows == c.rows || c.verbatim.Large())
}

// addRow looks at the record that has just been read.
func (c *chunk) addRow(r *Reader) {
	rs := r.rs
	for j, inspect := range c.inspect {
		if inspect == nil {
			continue
		}
		s := rs.cut.Cells[j]
		cell, _ := s.Content(rs.window, nil)
		v, missing := r.columns[j].Peek(cell)
		if found := inspect(cell, v, missing); found != nil && !r.problems.Full() {
			p := rs.cellProblem(j, r.names[j], string(cell), found.Msg, found.Hint)
			p.Remedy = found.Remedy
			r.problems.Add(p)
		}
	}
	c.verbatim.Add(rs.appendCell)
}

// errStopped ends reading because the reader of the chunks wants no more.
var errStopped = errors.New("stopped")

// Each reads the rows chunk by chunk, each column as its plan says, calls do for
// every chunk, in order, and closes the source; never for a table without rows. Memory does not grow with the table,
// and the next chunks are read meanwhile. A chunk belongs to do, which may keep it.
// When do fails, Each returns at once, even if the source keeps its reader waiting.
func (r *Reader) Each(plans []table.Plan, c Chunks, do func(*table.Table) error) error {
	if r.packed != nil {
		return r.eachPacked(plans, c, do)
	}
	r.plan(plans)
	chunks := make(chan *table.Table, 1)
	stop := make(chan struct{})
	defer close(stop)
	r.chunk = &chunk{rows: c.Rows, verbatim: table.NewVerbatim(c.Verbatim, r.format == JSONLines), inspect: c.Inspect}
	r.chunk.handOn = func(t *table.Table) error {
		select {
		case chunks <- t:
			return nil
		case <-stop:
			return errStopped
		}
	}
	if r.rs.eager != nil {
		r.rs.resting = func() error {
			if len(r.lines) == 0 {
				return nil
			}
			return r.handOn()
		}
	}
	ended := parallel.Go(func() error {
		defer close(chunks)
		return r.run()
	})
	for t := range chunks {
		if err := do(t); err != nil {
			return err
		}
	}
	return ended()
}

// handOn hands the rows on and forgets them. After a problem they are only
// forgotten: what follows is read to look for more.
func (r *Reader) handOn() error {
	if r.problems.Len() > 0 {
		r.clear()
		r.chunk.verbatim.Clear()
		return nil
	}
	t := r.finish(r.table())
	t.Verbatim = r.chunk.verbatim.Take()
	r.lines = make([]int, 0, r.chunk.rows)
	for _, c := range r.columns {
		c.Detach(r.chunk.rows)
	}
	r.clear()
	return r.chunk.handOn(t)
}

// eachPacked hands a packed table on as one chunk: it is in memory anyway.
func (r *Reader) eachPacked(plans []table.Plan, c Chunks, do func(*table.Table) error) error {
	whole := r.packed
	columns := newRows(r.names, plans).columns
	for row := range whole.Rows {
		for j, inspect := range c.Inspect {
			if inspect == nil {
				continue
			}
			cell := []byte(whole.Columns[j].Text(row))
			v, missing := columns[j].Peek(cell)
			if found := inspect(cell, v, missing); found != nil && !r.problems.Full() {
				p := problem.Data(problem.Pos{File: r.src.Name, Line: whole.Lines[row]}, r.names[j], found.Hint, "%s", found.Msg)
				p.Remedy = found.Remedy
				r.problems.Add(p)
			}
		}
	}
	if err := r.problems.Err(); err != nil {
		return err
	}
	t := r.finish(whole.Replan(plans))
	t.Verbatim = table.NewVerbatim(c.Verbatim, false).OfTable(whole)
	return do(t)
}
