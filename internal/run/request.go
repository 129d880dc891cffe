// Package run is what a verb does between its flags and its printing. A Request goes
// in: which spec, what is laid over it, how many threads. Out come a model with its
// rows, built, resumed or continued; the outcome of a training, saved where it could
// be; or an evaluation of the rows that a model has seen least.
package run

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mlp/internal/config"
	"mlp/internal/data/parse"
	"mlp/internal/data/source"
	"mlp/internal/keras"
	"mlp/internal/kernel"
	"mlp/internal/model"
	"mlp/internal/modelfile"
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

	Weights string // a file whose weights a new network starts from; "" for none
	Partial bool   // layers that find no weights there keep those that they were drawn

	Note func(format string, args ...any) // takes a line of progress
	Warn func(format string, args ...any) // takes a warning
	Tell func(format string, args ...any) // takes a warning of what is lost, which is not to be silenced

	file   *config.File    // the spec that was read, nil until then
	tables []source.Source // that were opened
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
		if keras.IsModel(file.Tree) {
			if file.Tree, err = keras.Spec(file.Tree); err != nil {
				return nil, err
			}
		}
		tree = spec.Merge(base, file.Tree)
	}
	overrides, err := r.startRate(tree)
	if err != nil {
		return nil, err
	}
	tree, warnings, err := loader.Apply(tree, overrides)
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

// Network returns the name, the layers and the compile section of a model that Keras wrote.
func (r *Request) Network(path string) (*spec.Node, error) {
	file, err := Loader(r.Embedded).Find(path)
	if err != nil {
		return nil, err
	}
	r.file = file
	if !keras.IsModel(file.Tree) {
		return nil, problem.InOption("from", "name a .keras file, or the JSON of to_json()", "%s: this is no model of Keras", path)
	}
	return keras.Spec(file.Tree)
}

// Annotate adds to the problems that stand in the spec or in a table their places and
// the lines there. It is called once, by whoever prints them.
func (r *Request) Annotate(err error) {
	parse.Locate(err, r.tables...)
	for _, src := range r.tables {
		src.Place(err)
	}
	if r.file != nil {
		r.file.Annotate(err)
	}
}

// Sources says where the tables are: the one in the files named, or if there are none
// those that the spec names.
func (s *Session) Sources(paths []string) (model.Sources, error) {
	var src model.Sources
	c := s.Model.Data
	main := c.Path
	if len(main) == 0 {
		main = c.Train
	}
	switch {
	case len(paths) > 0:
		f := joined(paths, s.request.named)
		if err := s.request.oneStdin(paths); err != nil {
			return src, err
		}
		src.Train = &f
	case len(main) > 0:
		f := joined(main, s.source)
		src.Train = &f
	default:
		p := problem.Usage("data.path", "", "no table is given")
		if s.request.file != nil {
			p = problem.Usage(s.request.file.Name, "", "data.path: no table is given")
		}
		p.Remedy.Kind = problem.NameTable
		return src, p
	}
	if len(c.Validation) > 0 {
		f := joined(c.Validation, s.source)
		src.Validation = &f
	}
	if len(c.Test) > 0 {
		f := joined(c.Test, s.source)
		src.Test = &f
	}
	for _, t := range []*source.Source{src.Train, src.Validation, src.Test} {
		if t != nil {
			var err error
			if *t, err = s.request.reread(*t); err != nil {
				return src, err
			}
		}
	}
	return src, nil
}

// joined is the table that stands in one file, or one behind the other in several.
func joined(paths []string, one func(path string) source.Source) source.Source {
	var parts []source.Source
	for _, path := range paths {
		parts = append(parts, one(path))
	}
	return source.Join(parts)
}

// File is the table in files; "-" is the standard input. It can be read again and again,
// be it to look for the place of a problem.
func (r *Request) File(paths ...string) (source.Source, error) {
	if err := r.oneStdin(paths); err != nil {
		return source.Source{}, err
	}
	return r.reread(joined(paths, r.named))
}

// named is the table at a path; where there is no such file, a table of that name that the
// program carries.
func (r *Request) named(path string) source.Source {
	if !r.carries(path) || !missing(path) {
		return source.File(path)
	}
	r.Note("%s: the table that comes with the program", path)
	return source.Opened(path, func() (io.ReadCloser, error) { return r.Embedded.Open(path) })
}

// PartsOf returns the files that the table at a path stands in.
func PartsOf(path string) []string { return source.File(path).Parts() }

// IsTable reports whether there is something at a path, or carried under it, that is no
// model.
func IsTable(embedded fs.FS, path string) bool {
	r := Request{Embedded: embedded}
	return path == "-" || source.InParts(path) || r.carries(path) || !missing(path) && !modelfile.Is(path)
}

func (r *Request) carries(path string) bool {
	if r.Embedded == nil || !fs.ValidPath(path) {
		return false
	}
	_, err := fs.Stat(r.Embedded, path)
	return err == nil
}

func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// oneStdin refuses a table from the standard input if the spec, or another part of it, is
// read from there.
func (r *Request) oneStdin(paths []string) error {
	i := slices.Index(paths, "-")
	switch {
	case i >= 0 && r.Spec == "-":
		return problem.Usage("DATA", "write one of them to a file", "the spec and the table are both to come from stdin")
	case i >= 0 && slices.Contains(paths[i+1:], "-"):
		return problem.Usage("DATA", "name it once", "two parts of the table are both to come from stdin")
	}
	return nil
}

func (r *Request) reread(src source.Source) (source.Source, error) {
	src.Threads = r.Threads
	src, err := src.InMemory()
	r.tables = append(r.tables, src)
	return src, err
}

// Table is the table of a verb that has a model: the model says how it is cut, unless
// the user does.
func (s *Session) Table(paths ...string) (source.Source, error) {
	src, err := s.request.File(paths...)
	return s.cut(src), err
}

// Stream is such a table to be read once, in constant memory, wherever it comes from.
func (s *Session) Stream(paths ...string) (source.Source, error) {
	src := joined(paths, s.request.named)
	src.Threads = s.request.Threads
	src = s.cut(src)
	s.request.tables = append(s.request.tables, src)
	return src, s.request.oneStdin(paths)
}

func (s *Session) cut(src source.Source) source.Source {
	for _, f := range s.request.Overrides.Flags {
		if f.Path == "data.delimiter" {
			src.Delimiter = s.Model.Data.Delimiter
		}
	}
	return src
}

// source is a table that the spec names, relative to the spec.
func (s *Session) source(name string) source.Source {
	file := s.request.file
	switch origin := s.originOf(name); {
	case origin == fromModel:
		return s.request.sourceOfModel(name)
	case file == nil, name == "-", filepath.IsAbs(name), strings.HasPrefix(origin, "flag "), strings.HasPrefix(origin, "env "):
		return source.File(name) // a flag or a variable means the working directory
	}
	if s.request.carries(name) && missing(file.Locate(name)) {
		return s.request.named(name) // as in a draft made of it
	}
	if at := file.Locate(name); source.InParts(at) {
		return source.File(at)
	}
	src := source.Opened(file.Locate(name), func() (io.ReadCloser, error) { return file.Open(name) })
	src.Once = file.Once(name)
	return src
}

// originOf says who gave the path of a table: a file, the model, a flag or a
// variable.
func (s *Session) originOf(name string) string {
	for _, key := range []string{"path", "train", "validation", "test"} {
		n := s.Tree.Get("data").Get(key)
		if n != nil && n.Kind != spec.List && n.Text == name {
			return n.Origin
		}
		if n != nil {
			for _, item := range n.Items {
				if item.Text == name {
					return cmp.Or(item.Origin, n.Origin)
				}
			}
		}
	}
	return ""
}
