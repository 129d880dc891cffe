package data

import (
	"errors"
	"slices"
)

// A Stream is a table read for a pipeline chunk by chunk, without the target.
// Memory does not grow with the table.
type Stream struct {
	pipeline *Pipeline
	pass     *pass
	rows     int // of a chunk
}

// chunkCells bounds the cells of a chunk and the inputs made of them: a table of
// many columns is read in chunks of few rows.
const chunkCells = 1 << 20

// Open begins to read a table as ReadFor does, in chunks of so many rows at most.
// Either Each or Close must follow.
func (p *Pipeline) Open(src Source, rows int) (*Stream, error) {
	q, err := p.open(src, false)
	if err != nil {
		return nil, err
	}
	s := &Stream{pipeline: p, pass: q, rows: max(1, min(rows, chunkCells/max(len(q.names), len(p.names))))}
	s.inspect(false)
	return s, nil
}

// Names returns the columns of the file, also those the pipeline does not know.
func (s *Stream) Names() []string { return s.pass.names }

// Close ends a stream of which nothing is to be read.
func (s *Stream) Close() error {
	if s.pass.rs == nil {
		return nil
	}
	return s.pass.rs.close()
}

// errStopped ends reading because the reader of the chunks wants no more.
var errStopped = errors.New("stopped")

// Each calls do for every chunk, in order. The next chunks are read meanwhile. A
// chunk belongs to the function, which may keep it. When do fails, Each returns at
// once, even if the source keeps its reader waiting.
func (s *Stream) Each(do func(*Table) error) error {
	q := s.pass
	if q.packed != nil {
		return s.packed(do)
	}
	chunks := make(chan *Table, 1)
	stop := make(chan struct{})
	defer close(stop)
	var failed error // of reading; settled before chunks is closed
	var crash any
	q.chunk = s.rows
	q.flush = func() error {
		t, err := s.take()
		if err != nil {
			return err
		}
		select {
		case chunks <- t:
			return nil
		case <-stop:
			return errStopped
		}
	}
	go func() {
		defer close(chunks)
		defer func() { crash = recover() }() // shall end the program where others do
		failed = q.run()
	}()
	for t := range chunks {
		if err := do(t); err != nil {
			return err
		}
	}
	switch {
	case crash != nil:
		panic(crash)
	case failed != nil:
		return failed
	case q.rows == 0:
		return q.noRows()
	}
	return nil
}

// take returns the chunk read so far and gives the pass new memory.
func (s *Stream) take() (*Table, error) {
	q := s.pass
	t := q.table()
	t.SHA256 = "" // known only at the end
	t.dropSkipped()
	t.Kept = q.kept.take()
	q.lines = make([]int, 0, s.rows)
	for _, b := range q.builders {
		if b.numbers != nil {
			b.numbers = make([]float32, 0, s.rows)
		}
		if b.codes != nil {
			b.codes = make([]int32, 0, s.rows)
		}
	}
	return t, s.pipeline.check(t, false)
}

// packed hands a packed table on as one chunk: it is in memory anyway.
func (s *Stream) packed(do func(*Table) error) error {
	q := s.pass
	if err := s.pipeline.check(q.packed, false); err != nil {
		return err
	}
	if err := q.inspectPacked(); err != nil {
		return err
	}
	t := *q.packed
	t.Kept = q.kept.ofTable(q.whole)
	return do(&t)
}

// Keep asks for the cells of columns as they stand in the file, besides what the
// pipeline reads. columns are indices of Names, ascending.
func (s *Stream) Keep(columns []int) {
	if len(columns) > 0 {
		rs := s.pass.rs
		s.pass.kept = &Kept{columns: slices.Clone(columns), JSON: rs != nil && rs.cut.objects != nil}
	}
}
