// Package run is what a verb does between its flags and its printing. A Request goes
// in: which spec, what is laid over it, how many threads. Out come a model with its
// rows, built, resumed or continued; the outcome of a training, saved where it could
// be; or an evaluation of the rows that a model has seen least.
package run

import (
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"mlp/internal/config"
	"mlp/internal/data"
	"mlp/internal/kernel"
	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/recipe"
	"mlp/internal/spec"
)

// A Request is what every verb is given.
type Request struct {
	Embedded  fs.FS  // configs/ and data/
	Spec      string // a file, or the name of a spec; "-" is the standard input, "" none
	Overrides config.Overrides
	Threads   int // 0: one a core

	Note func(format string, args ...any) // takes a line of progress
	Warn func(format string, args ...any) // takes a warning

	file *config.File // the spec that was read, nil until then
}

// A Session is a decoded spec, and where it came from.
type Session struct {
	*recipe.Spec
	request *Request
	path    string // of the model whose spec it is; "" for none
}

// Loader finds specs and knows the paths that variables and flags may set.
func Loader(embedded fs.FS) config.Loader {
	return config.Loader{Embedded: embedded, Paths: spec.Paths(recipe.Describe()), OtherEnv: []string{kernel.LevelVariable}}
}

// Open finds the spec, lays it over base (the spec of a model, or nil), then the
// environment and the flags, and decodes the whole. All problems are reported.
func (r *Request) Open(base *spec.Node) (*Session, error) {
	tree := base
	loader := Loader(r.Embedded)
	if r.Spec != "" {
		file, err := loader.Find(r.Spec)
		if err != nil {
			return nil, err
		}
		r.file = file
		tree = spec.Merge(base, file.Tree)
	}
	tree, warnings, err := loader.Apply(tree, r.Overrides)
	for _, w := range warnings {
		r.Warn("%s", w)
	}
	if err != nil {
		return nil, err
	}
	s := &Session{request: r}
	s.Spec, err = recipe.Decode(tree)
	return s, err
}

// Annotate adds the lines of the spec to the problems that stand in it. It is called
// once, by whoever prints them.
func (r *Request) Annotate(err error) {
	if r.file != nil && err != nil {
		r.file.Annotate(err)
	}
}

// Sources says where the tables are: the named table, or if that is "" those that the
// spec names.
func (s *Session) Sources(table string) (model.Sources, error) {
	var src model.Sources
	c := s.Model.Data
	main := c.Path
	if main == "" {
		main = c.Train
	}
	switch {
	case table != "":
		f, err := s.request.File(table)
		if err != nil {
			return src, err
		}
		src.Train = &f
	case main != "":
		f := s.source(main)
		src.Train = &f
	default:
		p := problem.Usage("data.path", "", "no table is given")
		if s.request.file != nil {
			p = problem.Usage(s.request.file.Name, "", "data.path: no table is given")
		}
		p.Remedy.Kind = problem.NameTable
		return src, p
	}
	for name, to := range map[string]**data.Source{c.Validation: &src.Validation, c.Test: &src.Test} {
		if name != "" {
			f := s.source(name)
			*to = &f
		}
	}
	for _, table := range []*data.Source{src.Train, src.Validation, src.Test} {
		if table != nil {
			table.Threads = s.request.Threads
		}
	}
	return src, nil
}

// File is the table at a path; "-" is the standard input, which is read once, so that
// the spec and the table cannot both be there.
func (r *Request) File(path string) (data.Source, error) {
	if path == "-" && r.Spec == "-" {
		return data.Source{}, problem.Usage("DATA", "write one of them to a file", "the spec and the table are both to come from stdin")
	}
	f := data.File(path)
	f.Threads = r.Threads
	return f, nil
}

// Table is the table of a verb that has a model: the model says how it is cut, unless
// the user does.
func (s *Session) Table(path string) (data.Source, error) {
	src, err := s.request.File(path)
	for _, f := range s.request.Overrides.Flags {
		if f.Path == "data.delimiter" {
			src.Delimiter = s.Model.Data.Delimiter
		}
	}
	return src, err
}

// source is a table that the spec names, relative to the spec.
func (s *Session) source(name string) data.Source {
	file := s.request.file
	switch origin := s.originOf(name); {
	case origin == fromModel:
		return s.request.sourceOfModel(name)
	case file == nil, name == "-", filepath.IsAbs(name), strings.HasPrefix(origin, "flag "), strings.HasPrefix(origin, "env "):
		return data.File(name) // a flag or a variable means the working directory
	}
	src := data.Opened(file.Locate(name), func() (io.ReadCloser, error) { return file.Open(name) })
	src.Once = file.Once(name)
	return src
}

// originOf says who gave the path of a table: a file, the model, a flag or a
// variable.
func (s *Session) originOf(name string) string {
	for _, key := range []string{"path", "train", "validation", "test"} {
		if n := s.Tree.Get("data").Get(key); n != nil && n.Text == name {
			return n.Origin
		}
	}
	return ""
}
