package parse

import (
	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/problem"
)

// rows are what has been read of a table: its columns, which grow row by row.
type rows struct {
	columns []*table.Builder
	lines   []int // on which the rows begin
	n       int   // rows in all, those of chunks that were handed on among them
}

// newRows makes room for columns that are read as the plans say.
func newRows(names []string, plans []table.Plan) rows {
	var r rows
	for j, name := range names {
		r.columns = append(r.columns, table.NewBuilder(name, j, plans[j]))
	}
	return r
}

// clear forgets the rows, keeping the memory.
func (r *rows) clear() {
	r.lines = r.lines[:0]
	for _, c := range r.columns {
		c.Forget()
	}
}

// numeric tells of which columns the cells are nothing but numbers.
func (r *rows) numeric(in []bool) []bool {
	in = in[:0]
	for _, c := range r.columns {
		in = append(in, c.OnlyPlain())
	}
	return in
}

// rowBytes returns how many bytes a row takes, words not counted.
func (r *rows) rowBytes() int64 {
	n := int64(8) // its line
	for _, c := range r.columns {
		n += c.CellBytes()
	}
	return n
}

// checkMemory refuses a table that would take more memory than there is; at is
// the line that has been reached.
func (r *rows) checkMemory(limit int64, at problem.Pos) error {
	held := r.rowBytes() * int64(len(r.lines))
	for _, c := range r.columns {
		held += c.WordBytes
	}
	if held > limit {
		return problem.Data(at, "", "leave columns out with `ignore:`, or work on some of the rows",
			"the first %d rows take more than %s, half of the memory there is", len(r.lines), source.InBytes(limit))
	}
	return nil
}

// reserve makes room for more rows, and for those to come as far as can be told
// from the bytes read so far and those in all; 0 where that is not known.
func (r *rows) reserve(more int, bytes, total, limit int64) {
	if len(r.lines)+more <= cap(r.lines) || total == 0 {
		return // of an unknown size: columns grow as slices do
	}
	want := r.n + more
	want = int(float64(want)/float64(bytes)*float64(total)*1.02) + 1024
	if r.rowBytes()*int64(want) > limit {
		return // perhaps the rows to come are longer; if not, checkMemory refuses them
	}
	for _, c := range r.columns {
		c.MakeRoom(want)
	}
	r.lines = append(make([]int, 0, want), r.lines...)
}

// take returns the columns, so that they belong to the caller.
func (r *rows) take() []*table.Column {
	all := make([]*table.Column, len(r.columns))
	for j, c := range r.columns {
		all[j] = c.Column()
	}
	return all
}
