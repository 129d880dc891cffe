package run

import (
	"mlp/internal/data/profile"
	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/data/split"
	"mlp/internal/data/table"
	"mlp/internal/model"
)

// Load reads the table at path, or, if that is "", the one that the spec names, and
// reports what is in it. Where the spec names no target, there is still something to
// see.
func (s *Session) Load(path string) (*table.Table, *profile.Report, error) {
	src, err := s.Sources(path)
	if err != nil {
		return nil, nil, err
	}
	c := s.Model.Data
	t, err := schema.Read(*src.Train, c)
	if err != nil {
		return nil, nil, err
	}
	var columns *schema.Schema
	if len(c.Target) == 0 {
		columns, err = schema.InferFeatures(t, c)
	} else {
		columns, err = schema.Infer(t, c, model.TaskOf(s.Model.Compile.Loss))
	}
	if err != nil {
		return nil, nil, err
	}
	report := profile.Profile(t, columns, s.request.Threads)
	if c.Split.Asked() && len(columns.Targets) > 0 {
		parts, err := split.Split(t, columns, c, s.Model.Seed)
		if err != nil {
			return nil, nil, err
		}
		report.Parts = parts.Report()
	}
	return t, report, nil
}

// Columns returns the names of the columns of the table at path, or, if that is "", of
// the one that the spec names, from its first rows.
func (s *Session) Columns(path string) ([]string, error) {
	c := s.Model.Data
	src := source.File(path)
	if path == "" && c.Path != "" {
		src = s.source(c.Path)
	}
	if src.Once {
		return nil, nil // what is read of a pipe is gone from it
	}
	r, err := table.Open(src, table.Options{Delimiter: c.Delimiter, Header: c.Header, Reading: c.Reading})
	if err != nil {
		return nil, err
	}
	return r.Names(), r.Close()
}
