package source

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"mlp/internal/data/dialect"
	"mlp/internal/problem"
)

// A table may stand in several files: those of a folder, those that a pattern names, or
// those of a list. They are read one behind the other as one text, in which the header
// stands once: so nothing above knows of them, the sum of the bytes is that of the joined
// file, and only problems are told by part and line (Place).

// parts are the files of a table, in their order.
type parts struct {
	files []part
	err   error // why there are none

	lock   sync.Mutex
	begins []begin // one a file, as far as they have been read
}

// A part is one of the files.
type part struct {
	Source
	folders []folder // that hold it and name a column, from the outermost on
}

// begin says where a part begins.
type begin struct {
	line int // of the text in all; 0: not read
	left int // lines of the part that are left out above it
}

// set takes note of where part i begins.
func (p *parts) set(i int, b begin) {
	p.lock.Lock()
	p.begins[i] = b
	p.lock.Unlock()
}

// Place gives the problems of a table in parts the files and the lines of these on which
// they stand.
func (s Source) Place(err error) {
	if s.parts == nil {
		return
	}
	s.parts.lock.Lock()
	defer s.parts.lock.Unlock()
	for _, p := range problem.Of(err) {
		s.place(&p.Pos)
		for i := range p.Also {
			s.place(&p.Also[i])
		}
	}
}

func (s Source) place(at *problem.Pos) {
	if at.File != s.Name || at.Line == 0 {
		return
	}
	line := at.Line
	for i, b := range s.parts.begins {
		if b.line > 0 && b.line <= line {
			at.File, at.Line = s.parts.files[i].Name, line-b.line+1+b.left
		}
	}
}

// InParts reports whether a path names a folder, or is the pattern of names of files and
// no name itself.
func InParts(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir() || errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(path, "*?[")
}

// HasParts reports whether a path names the files of a table in parts, and there are some.
func HasParts(path string) bool {
	if !InParts(path) {
		return false
	}
	names, err := partsAt(path)
	return err == nil && len(names) > 0
}

// ofParts returns the table whose parts a path names.
func ofParts(path string) Source {
	names, err := partsAt(path)
	if err == nil && len(names) == 0 {
		err = problem.Data(problem.Pos{File: path}, "", "in a folder these are files called .csv, .tsv, .jsonl and the like, plain or with .gz or .zst, and those of folders called KEY=VALUE; a pattern, such as 'DIR/*.txt', names others", "no file of a table is found here")
	}
	p := &parts{err: err}
	for _, name := range names {
		p.files = append(p.files, part{oneFile(name), foldersOf(name)})
	}
	return p.source(path)
}

// Join returns the table whose parts are tables, in this order; those of one that is in
// parts itself stand in its place.
func Join(tables []Source) Source {
	if len(tables) == 1 {
		return tables[0]
	}
	p := &parts{}
	var names []string
	for _, t := range tables {
		if names = append(names, t.Name); t.parts == nil {
			p.files = append(p.files, part{Source: t})
			continue
		}
		p.files = append(p.files, t.parts.files...)
		p.err = cmp.Or(p.err, t.parts.err)
	}
	if n := len(names); n > namesShown {
		names = append(names[:namesShown-1], fmt.Sprintf("… %s (%d in all)", names[n-1], n))
	}
	return p.source(strings.Join(names, ", "))
}

// namesShown is how many tables of a list are named.
const namesShown = 3

// source returns the parts as one table.
func (p *parts) source(name string) Source {
	p.begins = make([]begin, len(p.files))
	s := Source{Name: name, parts: p, Once: slices.ContainsFunc(p.files, func(f part) bool { return f.Once })}
	s.Open = func() (io.ReadCloser, error) { return s.OpenAs(Form{}) }
	return s
}

// Parts returns the names of the files that a table stands in.
func (s Source) Parts() []string {
	if s.parts == nil {
		return []string{s.Name}
	}
	names := make([]string, len(s.parts.files))
	for i, f := range s.parts.files {
		names[i] = f.Name
	}
	return names
}

// partsAt returns the names of the regular files in a folder, or of those that a pattern
// names.
func partsAt(path string) (names []string, err error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		if names, err = filesIn(path); err != nil {
			return nil, err
		}
	} else if names, err = filepath.Glob(path); err != nil {
		return nil, problem.Data(problem.Pos{File: path}, "", `a bracket that is part of a name has a backslash before it: \[`, "the pattern has a bracket that is never closed")
	}
	names = slices.DeleteFunc(names, func(name string) bool {
		info, err := os.Stat(name)
		return err == nil && !info.Mode().IsRegular()
	})
	slices.SortFunc(names, naturally)
	return names, nil
}

// filesIn returns the files of a folder that are by their names parts of a table, and
// those of the folders in it that name a column.
func filesIn(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		at := filepath.Join(dir, e.Name())
		switch _, named := folderNamed(e.Name()); {
		case e.IsDir() && named:
			inside, err := filesIn(at)
			if err != nil {
				return nil, err
			}
			names = append(names, inside...)
		case ofTable(e.Name()):
			names = append(names, at)
		}
	}
	return names, err
}

// ofTable reports whether a file in a folder is by its name a part of a table: not what
// other programs leave beside it, marks, sums and specs. A pattern may name any file.
func ofTable(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
		return false
	}
	ext := filepath.Ext(name)
	if ext == ".gz" || ext == ".zst" {
		ext = filepath.Ext(strings.TrimSuffix(name, ext))
	}
	return slices.Contains([]string{"", ".csv", ".tsv", ".tab", ".psv", ".jsonl", ".ndjson", ".json"}, ext)
}

// naturally compares names as people do: part-9 stands before part-10.
func naturally(a, b string) int {
	whole := [2]string{a, b}
	for a != "" && b != "" {
		x, y := leadingDigits(a), leadingDigits(b)
		if x == 0 || y == 0 {
			if a[0] != b[0] {
				return cmp.Compare(a[0], b[0])
			}
			a, b = a[1:], b[1:]
			continue
		}
		m, n := strings.TrimLeft(a[:x], "0"), strings.TrimLeft(b[:y], "0")
		if c := cmp.Or(cmp.Compare(len(m), len(n)), cmp.Compare(m, n)); c != 0 {
			return c
		}
		a, b = a[x:], b[y:]
	}
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(whole[0], whole[1]))
}

func leadingDigits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }

// partsInMemory is InMemory of a table in parts, some of which open only once.
func (s Source) partsInMemory() (Source, error) {
	p := &parts{err: s.parts.err}
	for _, f := range s.parts.files {
		f.Memory = s.Memory
		again, err := f.InMemory()
		if err != nil {
			return s, err
		}
		p.files = append(p.files, part{again, f.folders})
	}
	again := p.source(s.Name)
	again.Delimiter, again.Reading, again.Threads, again.Memory, again.Block = s.Delimiter, s.Reading, s.Threads, s.Memory, s.Block
	return again, nil
}

// A Form is what is known of the text of a table before it is read.
type Form struct {
	Delimiter byte   // between cells; 0: found by looking
	Header    string // whether the first row names the columns: true, false, or found by looking
	Reading   dialect.Reading
}

// OpenAs opens a table of a form. The text of one in parts is UTF-8 then, without the lines
// at the end of each part that are no rows.
func (s Source) OpenAs(f Form) (io.ReadCloser, error) {
	switch {
	case s.parts == nil:
		return s.Open()
	case s.parts.err != nil:
		return nil, s.parts.err
	}
	return &joined{parts: s.parts, form: f}, nil
}

// Left returns what of a reading is left to be done about the text that OpenAs opens.
func (s Source) Left(r dialect.Reading) dialect.Reading {
	if s.parts != nil {
		r.Encoding, r.Footer = "", 0
	}
	return r
}
