package data

import (
	"mlp/internal/data/pipeline"
	"mlp/internal/data/table"
)

// streamed reads a table in chunks.
func streamed(p *pipeline.Pipeline, src table.Source, rows int, do func(*table.Table) error) error {
	s, err := p.Open(src, rows)
	if err != nil {
		return err
	}
	return s.Each(do)
}
