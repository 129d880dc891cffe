package pipeline

import (
	"errors"

	"mlp/internal/data/dialect"
	"mlp/internal/data/parse"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
)

// A Stream is a table read for a pipeline chunk by chunk, without the target.
// Memory does not grow with the table.
type Stream struct {
	pipeline *Pipeline
	reader   *parse.Reader // nil of a file that holds nothing
	chunks   parse.Chunks
	strict   bool
}

// chunkCells bounds the cells of a chunk and the inputs made of them: a table of
// many columns is read in chunks of few rows.
const chunkCells = 1 << 20

// Open begins to read a table as ReadFor does, in chunks of so many rows at most.
// Either Each or Close must follow.
func (p *Pipeline) Open(src source.Source, rows int) (*Stream, error) {
	r, err := p.open(src, false, true)
	var empty parse.Empty
	if errors.As(err, &empty) && p.emptyHasNoRows(src.Name) {
		return &Stream{pipeline: p}, nil
	}
	if err != nil {
		return nil, err
	}
	rows = max(1, min(rows, chunkCells/max(len(r.Names()), len(p.names))))
	return &Stream{pipeline: p, reader: r, chunks: parse.Chunks{Rows: rows}}, nil
}

// Names returns the columns of the file, also those the pipeline does not know.
func (s *Stream) Names() []string {
	if s.reader == nil {
		return s.pipeline.allNames()
	}
	return s.reader.Names()
}

// emptyHasNoRows reports whether an empty file is a table of no rows: of lines of JSON,
// and of a table without a header.
func (p *Pipeline) emptyHasNoRows(name string) bool {
	return !p.schema.Header || dialect.SaysObjects(name)
}

// Keep asks for the cells of columns as they stand in the file, besides what the
// pipeline reads. columns are indices of Names, ascending.
func (s *Stream) Keep(columns []int) { s.chunks.Verbatim = columns }

// Strict makes Each refuse what the training rows did not hold: a number outside
// their range, an unknown category, a missing cell in a column without any.
func (s *Stream) Strict() { s.strict = true }

// Close ends a stream of which nothing is to be read.
func (s *Stream) Close() error {
	if s.reader == nil {
		return nil
	}
	return s.reader.Close()
}

// Each calls do for every chunk, in order. The next chunks are read meanwhile. A
// chunk belongs to the function, which may keep it. When do fails, Each returns at
// once, even if the source keeps its reader waiting.
func (s *Stream) Each(do func(*table.Table) error) error {
	p := s.pipeline
	if s.reader == nil {
		return nil
	}
	s.chunks.Inspect = p.inspectors(s.reader.Names(), s.strict)
	return s.reader.Each(p.plans(s.reader.Names(), false), s.chunks, func(t *table.Table) error {
		if err := p.check(t, Rows{}); err != nil {
			return err
		}
		return do(t)
	})
}

// CheckStrict refuses a table with cells that the training rows did not hold.
func (p *Pipeline) CheckStrict(src source.Source) error {
	s, err := p.Open(src, chunkCells)
	if err != nil {
		return err
	}
	s.Strict()
	return s.Each(func(*table.Table) error { return nil })
}
