package source

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"mlp/internal/data/dialect"
	"mlp/internal/data/scan"
	"mlp/internal/problem"
	"slices"
	"strings"
)

// topSize is how many bytes of a part are looked at.
const topSize = 1 << 16

// A top is the beginning of a part.
type top struct {
	file    string
	text    []byte // behind the mark of order of bytes
	mark    int    // bytes of that mark
	objects bool   // it holds lines of JSON
	named   bool   // the first part has a header
	delim   byte
	dialect cutting
	form    Form
	rows    [][]string // the first of them
	begin   int        // of the first
	end     int        // of the first
	rowsAt  int        // where rows begin, if the first one is a header
}

// readTop looks at the beginning of a part; nil of one that is empty.
func readTop(r *bufio.Reader, src Source, form Form) (*top, error) {
	text, err := r.Peek(topSize)
	if err != nil && err != io.EOF {
		return nil, ofPart(src, err)
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, nil
	}
	if bytes.IndexByte(text, 0) >= 0 {
		hint := "write it as CSV in UTF-8, or name it without the others"
		if encoding := dialect.ByZeros(text); encoding != "" {
			hint = "if all parts are so, say it: " + dialect.Hint(dialect.Reading{Encoding: encoding}) + "; or save it as UTF-8"
		}
		return nil, problem.Data(problem.Pos{File: src.Name, Line: 1}, "", hint, "a part of a table is not text in UTF-8")
	}
	t := &top{file: src.Name, form: form}
	for bytes.HasPrefix(text[t.mark:], []byte("\xef\xbb\xbf")) {
		t.mark += 3
	}
	t.text = bytes.Clone(text[t.mark:])
	if t.objects = scan.LooksLikeObjects(bytes.TrimSpace(t.text)); t.objects {
		return t, nil
	}
	said := t.skip()
	delims := []byte(",;\t|")
	if said = cmp.Or(form.Delimiter, said); said != 0 {
		delims = []byte{said}
	}
	for _, delim := range delims {
		t.try(delim, err == io.EOF)
	}
	if len(delims) > 1 && t.rows != nil && len(t.rows[0]) == 1 {
		if blanks, _ := t.cut(' ', err == io.EOF); dialect.Blanks(blanks, nil, form.Reading.Marks) {
			t.try(' ', err == io.EOF)
		}
	}
	if t.rows == nil {
		return nil, problem.Data(problem.Pos{File: src.Name, Line: 1}, "", "is this a part of the table?", "the first line of a part cannot be read")
	}
	t.rowsAt = t.end
	for range form.Reading.UnitsRow {
		t.rowsAt += lineOf(t.text[t.rowsAt:])
	}
	return t, nil
}

// lineOf returns how many bytes the first line of a text takes.
func lineOf(text []byte) int {
	i := bytes.IndexAny(text, "\r\n")
	if i < 0 {
		return len(text)
	}
	if text[i] == '\r' && i+1 < len(text) && text[i+1] == '\n' {
		i++
	}
	return i + 1
}

// skip goes past what a table may begin with above its header, and returns the delimiter
// that a line there names for spreadsheets.
func (t *top) skip() (delim byte) {
	for range t.form.Reading.SkipRows {
		t.begin += lineOf(t.text[t.begin:])
	}
	hash := cmp.Or(t.form.Reading.Comment, "#")
	for t.begin < len(t.text) {
		n := lineOf(t.text[t.begin:])
		line := bytes.TrimRight(t.text[t.begin:t.begin+n], "\r\n")
		named, says := dialect.Separator(line)
		if t.begin+n == len(t.text) || len(bytes.TrimSpace(line)) > 0 && !bytes.HasPrefix(line, []byte(hash)) && !says {
			break
		}
		delim = cmp.Or(delim, named)
		t.begin += n
	}
	return delim
}

// try takes a delimiter under which the first row has more cells than it had before.
func (t *top) try(delim byte, whole bool) {
	rows, end := t.cut(delim, whole)
	if len(rows) > 0 && (t.rows == nil || len(rows[0]) > len(t.rows[0])) {
		t.delim, t.dialect, t.rows, t.end = delim, cutting(t.form.Reading.Cutting(delim)), rows, end
	}
}

// cut returns the first rows, and where the first one ends.
func (t *top) cut(delim byte, whole bool) (rows [][]string, end int) {
	c := scan.NewDialectCutter(t.form.Reading.Cutting(delim))
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
func (t *top) names() bool {
	if units := t.form.Reading.UnitsRow; t.form.Header == "true" || t.form.Header != "false" && units > 0 {
		return true
	}
	return t.form.Header != "false" && t.looksNamed()
}

// looksNamed reports whether the first row looks like names: where the first part has some,
// another may still have none.
func (t *top) looksNamed() bool {
	return dialect.HasNames(t.rows, scan.NASet{}, t.form.Reading.Marks)
}

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
	case t.form.Header == "false":
		return nil, t.begin, nil
	case !first.names() && same:
		return refuse("if they name the columns, give each a name that is no number; else join the files into one", "this part and %s begin with the same line, which may be names or a row", first.file)
	case !first.names() && t.looksNamed():
		return refuse("give all parts a header, or none", "this part has a header, but %s has none", first.file)
	case !first.names():
		return nil, t.begin, nil
	case same:
		return nil, t.rowsAt, nil
	}
	missing := slices.DeleteFunc(slices.Clone(there), func(name string) bool { return slices.Contains(here, name) })
	extra := slices.DeleteFunc(slices.Clone(here), func(name string) bool { return slices.Contains(there, name) })
	switch {
	case len(missing) == len(there) && !t.looksNamed() && len(here) == len(there):
		return nil, t.begin, nil // the header stands in the first part only
	case len(missing) == 0 && len(extra) == 0 && len(here) == len(there) && scan.Repeated(here) < 0:
		for _, name := range there {
			order = append(order, slices.Index(here, name))
		}
		return order, t.rowsAt, nil
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
