package run

import (
	"slices"

	"mlp/internal/data/parse"
	"mlp/internal/data/profile"
	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/data/split"
	"mlp/internal/data/table"
	"mlp/internal/model"
	"mlp/internal/problem"
)

// Load reads the table in files, or, if there are none, the one that the spec names, and
// reports what is in it. Where the spec names no target, there is still something to
// see; so there is where nothing can be learned from the table as it stands: refused then
// says why. What the spec says wrong is an error.
func (s *Session) Load(paths []string) (t *table.Table, report *profile.Report, refused, err error) {
	src, err := s.Sources(paths)
	if err != nil {
		return nil, nil, nil, err
	}
	c := s.Model.Data
	if t, err = schema.Read(*src.Train, c); err != nil {
		return nil, nil, nil, err
	}
	columns, refused := schema.InferFeatures(t, c)
	if columns == nil {
		return nil, nil, nil, refused
	}
	if len(c.Target) > 0 {
		whole, wrong := columns, schema.InferTarget(t, c, model.TaskOf(s.Model.Compile.Loss), columns)
		if wrong != nil {
			whole = &schema.Schema{Columns: columns.Columns, Header: columns.Header, Reading: columns.Reading}
		}
		columns = whole
		if all := slices.Concat(problem.Of(refused), problem.Of(wrong)); len(all) > 0 {
			refused = all
		}
	}
	for _, p := range problem.Of(refused) {
		if p.Pos.File != t.Name {
			return nil, nil, nil, refused
		}
	}
	report = profile.Profile(t, columns, s.request.Threads)
	report.Refused = len(problem.Of(refused)) > 0
	if c.Split.Asked() && len(columns.Targets) > 0 {
		parts, err := split.Split(t, columns, c, s.Model.Seed)
		if err != nil {
			return nil, nil, nil, err
		}
		report.Parts = parts.Report()
	}
	return t, report, refused, nil
}

// Columns returns the names of the columns of the table at path, or, if that is "", of
// the one that the spec names, from its first rows.
func (s *Session) Columns(path string) ([]string, error) {
	c := s.Model.Data
	src := source.File(path)
	if path == "" && len(c.Path) > 0 {
		src = joined(c.Path, s.source)
	}
	if src.Once {
		return nil, nil // what is read of a pipe is gone from it
	}
	r, err := parse.Open(src, parse.Options{Delimiter: c.Delimiter, Header: c.Header, Reading: c.Reading})
	if err != nil {
		return nil, err
	}
	return r.Names(), r.Close()
}
