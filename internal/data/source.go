package data

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"mlp/internal/spec"
)

// A Source is where a table's bytes come from.
type Source struct {
	Name string // as complaints call it: "data/pima.csv", "-" for stdin
	Open func() (io.ReadCloser, error)

	// Once marks bytes that can be opened only once, such as stdin. Read then
	// keeps them in memory; Stream does not.
	Once bool

	Delimiter byte // set where the user names it for this table; 0: as configured, or found

	// Threads is how many goroutines read a table; 0: one a core. What is read does
	// not depend on it.
	Threads int

	block int // bytes of a block, where a test wants another size; negative: no blocks
}

// File returns the file at path; "-" is stdin. Gzip is unpacked, whatever the
// file is called.
func File(path string) Source {
	if path == "-" {
		return Source{Name: "-", Once: true, Open: func() (io.ReadCloser, error) { return unpack(io.NopCloser(os.Stdin)) }}
	}
	return Opened(path, func() (io.ReadCloser, error) { return os.Open(path) })
}

// Opened returns what open opens, under a name for complaints. Gzip is unpacked.
func Opened(name string, open func() (io.ReadCloser, error)) Source {
	return Source{Name: name, Open: func() (io.ReadCloser, error) {
		f, err := open()
		if err != nil {
			return nil, err
		}
		return unpack(f)
	}}
}

// Bytes returns a source of bytes in memory, for example an embedded table.
// Gzip is unpacked.
func Bytes(name string, b []byte) Source {
	return Source{Name: name, Open: func() (io.ReadCloser, error) { return unpack(memory{bytes.NewReader(b)}) }}
}

// errZstd is what a zstd file is answered with.
var errZstd = errors.New("zstd is not understood; unpack it, or use gzip")

// unpacked is the text of a table.
type unpacked struct {
	io.Reader
	closers []io.Closer
	size    int64 // bytes of the text, as far as it is known before reading; else 0
}

func (u unpacked) Close() error {
	var err error
	for _, c := range u.closers {
		err = firstOf(err, c.Close())
	}
	return err
}

// firstOf returns the first error: what went wrong, or else what went wrong in
// closing.
func firstOf(err, closing error) error {
	if err != nil {
		return err
	}
	return closing
}

// unpack looks at the first bytes and undoes gzip.
func unpack(f io.ReadCloser) (io.ReadCloser, error) {
	r := bufio.NewReaderSize(f, 64<<10)
	magic, _ := r.Peek(4) // a read error comes back with the first Read
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, firstOf(err, f.Close())
		}
		return unpacked{Reader: z, closers: []io.Closer{z, f}}, nil
	case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return nil, firstOf(errZstd, f.Close())
	}
	return unpacked{Reader: r, closers: []io.Closer{f}, size: sizeOf(f)}, nil
}

// sizeOf returns how many bytes can be read, 0 where that is not known.
func sizeOf(r io.ReadCloser) int64 {
	switch r := r.(type) {
	case *os.File:
		if info, err := r.Stat(); err == nil && info.Mode().IsRegular() {
			return info.Size()
		}
	case memory:
		return int64(r.Len())
	case unpacked:
		return r.size
	}
	return 0
}

// memory is bytes that can be read without opening anything.
type memory struct{ *bytes.Reader }

func (memory) Close() error { return nil }

// inMemory returns a source that can be opened again and again.
func (s Source) inMemory() (Source, error) {
	if !s.Once {
		return s, nil
	}
	r, err := s.Open()
	if err != nil {
		return s, err
	}
	b, err := io.ReadAll(r)
	if err := firstOf(err, r.Close()); err != nil {
		return s, err
	}
	again := Bytes(s.Name, b)
	again.Delimiter, again.Threads, again.block = s.Delimiter, s.Threads, s.block
	return again, nil
}

// unreadable turns an error of the operating system into a problem.
func (s Source) unreadable(err error) error {
	var problems spec.Problems
	var problem *spec.Problem
	if errors.As(err, &problems) || errors.As(err, &problem) {
		return err
	}
	hint := ""
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		hint = neighbour(s.Name)
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = errors.New("the compressed data break off")
		hint = "the file is incomplete; copy it again"
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader):
		hint = "the file is damaged; copy it again"
	}
	return spec.DataProblem(spec.Pos{File: s.Name}, "", hint, "cannot be read: %v", err)
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
	if near := spec.Nearest(filepath.Base(path), names); near != "" {
		return "did you mean " + filepath.Join(filepath.Dir(path), near) + "?"
	}
	return ""
}
