package source

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"mlp/internal/data/dialect"
	"mlp/internal/data/scan"
	"mlp/internal/problem"
)

// source returns the parts as one table; err is why there are none.
func (p *parts) source(name string, err error) Source {
	return Source{Name: name, parts: p, Open: func() (io.ReadCloser, error) {
		if err != nil {
			return nil, err
		}
		return &joined{parts: p}, nil
	}}
}

// joined is the text of all parts.
type joined struct {
	*parts
	next  int // of the parts
	first *top
	r     io.Reader // what is left of the part before it; nil: none
	file  io.Closer
	line  int  // newlines that have been read
	last  byte // that has been read; 0: none
	err   error
}

func (j *joined) Read(b []byte) (n int, err error) {
	if j.err == nil { // once more for who has overheard it
		n, j.err = j.read(b)
	}
	return n, j.err
}

func (j *joined) read(b []byte) (int, error) {
	for {
		if j.r == nil {
			if j.next == len(j.files) {
				return 0, io.EOF
			}
			if err := j.open(); err != nil {
				return 0, err
			}
			continue
		}
		n, err := j.r.Read(b)
		j.count(b[:n])
		if err == io.EOF {
			file := j.file
			j.r, j.file = nil, nil
			if err = file.Close(); err != nil {
				err = ofPart(j.files[j.next-1], err)
			}
		} else if err != nil {
			err = ofPart(j.files[j.next-1], err)
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

func (j *joined) Close() error {
	if j.file == nil {
		return nil
	}
	return j.file.Close()
}

// count takes note of what has been read. A line ends with a newline, or with a carriage
// return that has none behind it.
func (j *joined) count(b []byte) {
	if len(b) == 0 {
		return
	}
	j.line += bytes.Count(b, []byte{'\n'})
	if bytes.IndexByte(b, '\r') >= 0 || j.last == '\r' {
		last := j.last
		for _, c := range b {
			if last == '\r' && c != '\n' {
				j.line++
			}
			last = c
		}
	}
	j.last = b[len(b)-1]
}

// open goes on to the next part. Where it is empty, nothing is left to read of it.
func (j *joined) open() error {
	src := j.files[j.next]
	j.next++
	file, err := src.Open()
	if err != nil {
		return ofPart(src, err)
	}
	j.file = file
	r := bufio.NewReaderSize(file, topSize)
	t, err := readTop(r, src)
	if err != nil {
		return err
	}
	begins := begin{line: j.line + 1}
	j.r = r
	switch {
	case t == nil || j.first == nil:
		j.first = cmp.Or(j.first, t)
	default:
		order, left, err := t.follows(j.first)
		if err != nil {
			return err
		}
		begins.left = bytes.Count(t.text[:left], []byte{'\n'})
		if _, err := r.Discard(left + t.mark); err != nil {
			return ofPart(src, err)
		}
		if order != nil {
			j.r = &reordered{r: r, order: order, delim: t.delim}
		}
		if j.last != '\n' && j.last != '\r' {
			j.r = io.MultiReader(strings.NewReader("\n"), j.r)
		}
		if j.last != '\n' {
			begins.line++ // the last line has not been counted
		}
	}
	if t != nil {
		j.set(j.next-1, begins)
	}
	return nil
}

// ofPart is an error of a part. It has a line, so that it is not given one of the whole.
func ofPart(src Source, err error) error {
	err = src.Unreadable(err)
	for _, p := range problem.Of(err) {
		p.Pos.Line = max(p.Pos.Line, 1)
	}
	return err
}

// topSize is how many bytes of a part are looked at.
const topSize = 1 << 16

// A top is the beginning of a part.
type top struct {
	file    string
	text    []byte // behind the mark of order of bytes
	mark    int    // bytes of that mark
	objects bool   // it holds lines of JSON
	delim   byte
	rows    [][]string // the first of them
	begin   int        // of the first
	end     int        // of the first
}

// readTop looks at the beginning of a part; nil of one that is empty.
func readTop(r *bufio.Reader, src Source) (*top, error) {
	text, err := r.Peek(topSize)
	if err != nil && err != io.EOF {
		return nil, ofPart(src, err)
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, nil
	}
	if dialect.ByMark(text) != "" || bytes.IndexByte(text, 0) >= 0 {
		return nil, problem.Data(problem.Pos{File: src.Name, Line: 1}, "", "write it as CSV in UTF-8, or name it without the others", "a part of a table is not text in UTF-8")
	}
	t := &top{file: src.Name}
	for bytes.HasPrefix(text[t.mark:], []byte("\xef\xbb\xbf")) {
		t.mark += 3
	}
	t.text = bytes.Clone(text[t.mark:])
	if t.objects = scan.LooksLikeObjects(bytes.TrimSpace(t.text)); t.objects {
		return t, nil
	}
	for t.begin < len(t.text) { // what a table may begin with above its header
		line, _, found := bytes.Cut(t.text[t.begin:], []byte{'\n'})
		if _, says := dialect.Separator(bytes.TrimRight(line, "\r")); !found || len(bytes.TrimSpace(line)) > 0 && line[0] != '#' && !says {
			break
		}
		t.begin += len(line) + 1
	}
	for _, delim := range []byte(",;\t|") {
		rows, end := t.cut(delim, err == io.EOF)
		if len(rows) > 0 && (t.rows == nil || len(rows[0]) > len(t.rows[0])) {
			t.delim, t.rows, t.end = delim, rows, end
		}
	}
	if t.rows == nil {
		return nil, problem.Data(problem.Pos{File: src.Name, Line: 1}, "", "is this a part of the table?", "the first line of a part cannot be read")
	}
	return t, nil
}

// cut returns the first rows, and where the first one ends.
func (t *top) cut(delim byte, whole bool) (rows [][]string, end int) {
	c := scan.NewCutter(delim)
	for i := t.begin; i < len(t.text) && len(rows) < 100; {
		next, _, bad := c.Record(t.text, i)
		if bad != nil || next == len(t.text) && !whole {
			break
		}
		if i == t.begin {
			end = next
		}
		rows = append(rows, c.Texts(t.text))
		i = next
	}
	return rows, end
}

// names reports whether the first row names the columns.
func (t *top) names() bool { return dialect.HasNames(t.rows, scan.NASet{}, scan.Marks{}) }

// follows says how a part goes on with the table that first begins: without so many bytes,
// and with its cells in this order, nil: as they stand.
func (t *top) follows(first *top) (order []int, left int, err error) {
	refuse := func(hint, format string, args ...any) ([]int, int, error) {
		p := problem.Data(problem.Pos{File: t.file, Line: 1}, "", hint, format, args...)
		p.Also = []problem.Pos{{File: first.file, Line: 1}}
		return nil, 0, p
	}
	if t.objects != first.objects {
		return refuse("write all parts in one form", "one part of the table is lines of JSON, another is not")
	}
	if t.objects {
		return nil, 0, nil
	}
	here, there := t.rows[0], first.rows[0]
	if t.delim != first.delim && len(there) > 1 && len(here) > 1 {
		return refuse("write all parts with one delimiter", "cells are separated by %s, and in %s by %s", dialect.DelimiterWord(t.delim), first.file, dialect.DelimiterWord(first.delim))
	}
	same := slices.Equal(here, there)
	switch {
	case !first.names() && same:
		return refuse("if they name the columns, give each a name that is no number; else join the files into one", "this part and %s begin with the same line, which may be names or a row", first.file)
	case !first.names() && t.names():
		return refuse("give all parts a header, or none", "this part has a header, but %s has none", first.file)
	case !first.names():
		return nil, 0, nil
	case same:
		return nil, t.end, nil
	}
	missing := slices.DeleteFunc(slices.Clone(there), func(name string) bool { return slices.Contains(here, name) })
	extra := slices.DeleteFunc(slices.Clone(here), func(name string) bool { return slices.Contains(there, name) })
	switch {
	case len(missing) == len(there) && !t.names() && len(here) == len(there):
		return nil, 0, nil // the header stands in the first part only
	case len(missing) == 0 && len(extra) == 0 && len(here) == len(there) && scan.Repeated(here) < 0:
		for _, name := range there {
			order = append(order, slices.Index(here, name))
		}
		return order, t.end, nil
	case len(missing) == len(there):
		return refuse("give every part the header, with the same names", "no column is called as those of %s", first.file)
	}
	var wrong []string
	if len(missing) > 0 {
		wrong = append(wrong, "lacks "+quoted(missing))
	}
	if len(extra) > 0 {
		wrong = append(wrong, "has "+quoted(extra)+" besides")
	}
	if wrong == nil {
		wrong = append(wrong, "has a column twice")
	}
	return refuse("all parts have the same columns; leave the others out of the table", "of the columns of %s, this part %s", first.file, strings.Join(wrong, " and "))
}

// quoted lists some names.
func quoted(names []string) string {
	list := ""
	for i, name := range names {
		if i == 3 {
			return list + fmt.Sprintf(" and %d more", len(names)-i)
		}
		if i > 0 {
			list += ", "
		}
		list += fmt.Sprintf("%q", problem.Clip(name))
	}
	return list
}
