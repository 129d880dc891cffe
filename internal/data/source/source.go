// Package source is where the bytes of a table come from: a file, a pipe, memory, plain or
// compressed. A path flows in; out comes a Source, which opens as a stream of text.
package source

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"mlp/internal/data/dialect"
	"mlp/internal/parallel"
	"mlp/internal/problem"
)

// A Source is where a table's bytes come from.
type Source struct {
	Name string // as complaints call it: "data/pima.csv", "-" for stdin
	Open func() (io.ReadCloser, error)

	// Once marks bytes that can be opened only once, such as stdin; InMemory makes
	// a source of them that can be opened again.
	Once bool

	Delimiter byte // set where the user names it for this table; 0: as configured, or found

	Reading *dialect.Reading // in place of what is configured, where the user says so for this table

	// Threads is how many goroutines read a table; 0: one a core. What is read does
	// not depend on it.
	Threads int

	Memory int64 // bytes that a table may take, where a test wants another limit
	Block  int   // bytes of a block, where a test wants another size; negative: no blocks

	parts *parts // nil of a table in one piece
}

// File returns the file at path; "-" is stdin. Gzip and zstd are Text, whatever
// the file is called. A folder, or a pattern, are the files of a table in parts.
func File(path string) Source {
	if path != "-" && InParts(path) {
		return ofParts(path)
	}
	return oneFile(path)
}

func oneFile(path string) Source {
	if path == "-" {
		return Source{Name: "-", Once: true, Open: func() (io.ReadCloser, error) { return unpack(io.NopCloser(os.Stdin)) }}
	}
	s := Opened(path, func() (io.ReadCloser, error) { return os.Open(path) })
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		s.Once = true // a pipe
	}
	return s
}

// Opened returns what open opens, under a name for complaints. Gzip and zstd are Text.
func Opened(name string, open func() (io.ReadCloser, error)) Source {
	return Source{Name: name, Open: func() (io.ReadCloser, error) {
		r, err := open()
		if err != nil {
			return nil, err
		}
		if f, ok := r.(*os.File); ok {
			r = watch(f)
		}
		return unpack(r)
	}}
}

// Bytes returns a source of bytes in memory, for example an embedded table.
// Gzip and zstd are Text.
func Bytes(name string, b []byte) Source {
	return Source{Name: name, Open: func() (io.ReadCloser, error) { return unpack(held{bytes.NewReader(b)}) }}
}

// Text is the text of a table.
type Text struct {
	io.Reader
	Closers []io.Closer
	Size    int64 // bytes of the text, as far as it is known before reading; else 0
}

func (t Text) Close() error {
	var err error
	for _, c := range t.Closers {
		err = cmp.Or(err, c.Close())
	}
	return err
}

// Workers is how many goroutines work on the table.
func (s Source) Workers() int { return parallel.Workers(s.Threads) }

// SizeOf returns how many bytes can be read, 0 where that is not known.
func SizeOf(r io.ReadCloser) int64 {
	switch r := r.(type) {
	case watched:
		return r.begin.Size()
	case held:
		return int64(r.Len())
	case Text:
		return r.Size
	}
	return 0
}

// A watched file tells, when it is closed, whether it was written to meanwhile.
// (One that was replaced by renaming another is read to its end undisturbed.)
type watched struct {
	*os.File
	begin fs.FileInfo
}

var errChanged = errors.New("the file changed while it was read")

func watch(f *os.File) io.ReadCloser {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return f
	}
	return watched{f, info}
}

func (w watched) Close() error {
	now, err := w.Stat()
	if err = cmp.Or(err, w.File.Close()); err == nil && (now.Size() != w.begin.Size() || !now.ModTime().Equal(w.begin.ModTime())) {
		err = errChanged
	}
	return err
}

// held is bytes that can be read without opening anything.
type held struct{ *bytes.Reader }

func (held) Close() error { return nil }

// InMemory returns a source that can be opened again and again: the bytes of one
// that opens only once are read into memory, up to half of what there is.
func (s Source) InMemory() (Source, error) {
	if !s.Once {
		return s, nil
	}
	if s.parts != nil {
		return s.partsInMemory()
	}
	r, err := s.Open()
	if err != nil {
		return s, s.Unreadable(err)
	}
	b, err := s.ReadAll(r)
	if err := cmp.Or(err, r.Close()); err != nil {
		return s, s.Unreadable(err)
	}
	again := Bytes(s.Name, b)
	again.Delimiter, again.Reading, again.Threads, again.Memory, again.Block = s.Delimiter, s.Reading, s.Threads, s.Memory, s.Block
	return again, nil
}

// Unreadable turns an error of the operating system into a problem.
func (s Source) Unreadable(err error) error {
	var problems problem.Problems
	var found *problem.Problem
	if errors.As(err, &problems) || errors.As(err, &found) {
		return err
	}
	hint := ""
	err = problem.Reason(err)
	switch {
	case errors.Is(err, errChanged):
		return s.Changed()
	case errors.Is(err, fs.ErrNotExist):
		hint = neighbour(s.Name)
	default:
		if help, what := unpackFault(err); what != nil {
			err, hint = what, help
		}
	}
	return problem.Data(problem.Pos{File: s.Name}, "", hint, "cannot be read: %v", err)
}

func (s Source) Changed() error {
	return problem.Data(problem.Pos{File: s.Name}, "", "wait until it is complete, or work on a copy", "%v", errChanged)
}

// neighbour suggests a file of the same folder with nearly the same name.
func neighbour(path string) string {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if near := problem.Nearest(filepath.Base(path), names); near != "" {
		return "did you mean " + filepath.Join(filepath.Dir(path), near) + "?"
	}
	return ""
}
