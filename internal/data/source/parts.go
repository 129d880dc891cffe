package source

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"mlp/internal/problem"
)

// A table may stand in several files: those of a folder, or those that a pattern names. They
// are read one behind the other as one text, in which the header stands once: so nothing
// above knows of them, the sum of the bytes is that of the joined file, and only problems
// are told by part and line (Place).

// parts are the files of a table, in their order.
type parts struct {
	files []Source

	lock   sync.Mutex
	begins []begin // one a file, as far as they have been read
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
		err = problem.Data(problem.Pos{File: path}, "", "in a folder these are files called .csv, .tsv, .jsonl and the like, plain or with .gz or .zst; a pattern, such as 'DIR/*.txt', names others", "no file of a table is found here")
	}
	p := &parts{begins: make([]begin, len(names))}
	for _, name := range names {
		p.files = append(p.files, oneFile(name))
	}
	return p.source(path, err)
}

// partsAt returns the names of the regular files in a folder, or of those that a pattern
// names.
func partsAt(path string) ([]string, error) {
	var names []string
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		entries, err := os.ReadDir(path)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if ofTable(e.Name()) {
				names = append(names, filepath.Join(path, e.Name()))
			}
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
