package config

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"mlp/internal/problem"
	"mlp/internal/spec"
)

// A File is a spec that was found.
type File struct {
	Tree *spec.Node // Null if the file is empty
	Name string     // as complaints call it
	Text []byte     // in UTF-8

	at       string // its path, on disk or among the embedded; "" for the standard input
	embedded fs.FS  // nil for a file on disk
}

// Annotate gives the problems that stand in this file their excerpts.
func (f *File) Annotate(err error) { Annotate(err, f.Name, f.Text) }

// Embedded reports whether the spec is part of the program.
func (f *File) Embedded() bool { return f.embedded != nil }

// embeddedName is how complaints call a file that is part of the program.
func embeddedName(at string) string { return "embedded " + at }

// Locate returns the name of a file that the spec names, as complaints call it.
func (f *File) Locate(file string) string {
	at, inside := f.locate(file)
	switch {
	case file == "-":
		return "stdin"
	case inside:
		return embeddedName(at)
	case filepath.IsAbs(file) || !filepath.IsAbs(at):
		return at
	}
	return fromHere(at)
}

// locate returns where a file that the spec names is, and whether that is among
// the embedded files.
func (f *File) locate(file string) (at string, inside bool) {
	switch {
	case filepath.IsAbs(file):
		return file, false
	case f.embedded != nil:
		return path.Join(path.Dir(f.at), filepath.ToSlash(file)), true
	case f.at == "":
		return file, false
	}
	return filepath.Join(filepath.Dir(f.at), file), false
}

// PathFrom returns how a spec that is to be written at a path names a file of the working
// directory.
func PathFrom(spec, file string) string {
	if file == "-" || filepath.IsAbs(file) {
		return file
	}
	from, err := filepath.Rel(filepath.Dir(spec), file)
	if err != nil { // the spec is elsewhere: only the whole path leads there
		from, err = filepath.Abs(file)
	}
	if err != nil {
		return file
	}
	return filepath.ToSlash(from)
}

// Once reports whether a file that the spec names can be opened only once: it is
// the standard input or a pipe.
func (f *File) Once(file string) bool {
	at, inside := f.locate(file)
	if file == "-" || inside {
		return file == "-"
	}
	info, err := os.Stat(at)
	return err == nil && !info.Mode().IsRegular() && !info.IsDir()
}

// Open opens a file that the spec names: relative to the spec, and among the
// embedded files if the spec is one of them; "-" is the standard input. A path
// that a flag or a variable gave is relative to the working directory instead,
// and is not for Open; its node has no line.
func (f *File) Open(file string) (io.ReadCloser, error) {
	if file == "-" {
		return io.NopCloser(os.Stdin), nil
	}
	at, inside := f.locate(file)
	var r fs.File
	var err error
	if inside {
		r, err = f.embedded.Open(at)
	} else {
		r, err = os.Open(at)
	}
	if err == nil {
		if info, statErr := r.Stat(); statErr == nil && info.IsDir() {
			r.Close()
			err = errFolder
		}
	}
	if err == nil {
		return r, nil
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) { // invalid: it leads out of the embedded files
		err = errors.New("there is no such file")
	}
	hint := ""
	if !filepath.IsAbs(file) && f.at != "" {
		hint = "a path in a spec is relative to the spec, here " + f.Name
	}
	return nil, problem.Data(problem.Pos{File: f.Locate(file)}, "", hint, "%v", problem.Reason(err))
}
