package source

import (
	"bufio"
	"bytes"
	"cmp"
	"io"
	"slices"
	"strings"

	"mlp/internal/data/dialect"
	"mlp/internal/data/scan"
	"mlp/internal/problem"
)

// joined is the text of all parts.
type joined struct {
	*parts
	form      Form
	next      int  // of the parts
	first     *top // of the parts that are not empty
	firstPart part
	r         io.Reader // what is left of the part before it; nil: none
	file      io.Closer
	encoding  string // that the part is turned into UTF-8 from; "" for none
	tail      []byte // of what has been read of it
	line      int    // newlines that have been read
	last      byte   // that has been read; 0: none
	err       error
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
		if j.encoding != "" && j.foreign(b[:n]) {
			src := j.files[j.next-1]
			return 0, problem.Data(problem.Pos{File: src.Name, Line: 1}, "", "is it another encoding?", "the part has bytes that %s does not have", j.encoding)
		}
		if err == io.EOF {
			file := j.file
			j.r, j.file = nil, nil
			if err = file.Close(); err != nil {
				err = ofPart(j.files[j.next-1].Source, err)
			}
		} else if err != nil {
			err = ofPart(j.files[j.next-1].Source, err)
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// foreign reports whether what has been read holds the sign for bytes that its encoding does
// not have, two bytes of which may have been read before.
func (j *joined) foreign(b []byte) bool {
	j.tail = append(j.tail, b...)
	found := bytes.Contains(j.tail, []byte("\ufffd"))
	j.tail = append(j.tail[:0], j.tail[max(0, len(j.tail)-2):]...)
	return found
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
	if len(b) > 0 {
		j.line += linesIn(b, j.last)
		j.last = b[len(b)-1]
	}
}

// linesIn counts the lines that end in b, before which another byte stands.
func linesIn(b []byte, last byte) int {
	n := bytes.Count(b, []byte{'\n'})
	if bytes.IndexByte(b, '\r') < 0 && last != '\r' {
		return n
	}
	for _, c := range b {
		if last == '\r' && c != '\n' {
			n++
		}
		last = c
	}
	return n
}

// open goes on to the next part. Where it is empty, nothing is left to read of it.
func (j *joined) open() error {
	i := j.next
	src := j.files[i]
	j.next++
	file, err := src.Open()
	if err != nil {
		return ofPart(src.Source, err)
	}
	j.file = file
	r, err := j.text(src, file)
	if err != nil {
		return err
	}
	t, err := readTop(r, src.Source, j.form)
	if err != nil {
		return err
	}
	begins := begin{line: j.line + 1}
	j.r = r
	if t == nil {
		return nil
	}
	rows := &rewritten{r: r, comment: j.form.Reading.Comment}
	if !t.objects {
		rows.cut = scan.NewDialectCutter(scan.Dialect(t.dialect))
	}
	first, left := j.first == nil, 0
	if first {
		j.first, j.firstPart, t.named = t, src, t.names()
	} else {
		t.named = j.first.named
		if rows.order, left, err = t.follows(j.first); err != nil {
			return err
		}
		if err = src.checkFolders(j.firstPart); err != nil {
			return err
		}
		begins.left = linesIn(t.text[:left], 0)
		if _, err := r.Discard(left + t.mark); err != nil {
			return ofPart(src.Source, err)
		}
	}
	var names string
	if rows.more, names, err = j.behind(i, t); err != nil {
		return err
	}
	switch {
	case rows.order != nil, rows.more != "" && (t.objects || !first):
		j.r = rows
	case rows.more != "": // what stands above the rows is as it was, but for the header
		line := bytes.TrimRight(t.text[:t.end], "\r\n")
		above := slices.Concat(line, []byte(names), t.text[len(line):t.rowsAt])
		if _, err := r.Discard(t.mark + t.rowsAt); err != nil {
			return ofPart(src.Source, err)
		}
		j.r = io.MultiReader(bytes.NewReader(above), rows)
	}
	if !first {
		if j.last != '\n' && j.last != '\r' && j.last != 0 {
			j.r = io.MultiReader(strings.NewReader("\n"), j.r)
		}
		if j.last != '\n' && j.last != 0 {
			begins.line++ // the last line has not been counted
		}
	}
	j.set(i, begins)
	return nil
}

// text is that of a part in UTF-8, without the lines at its end that are no rows.
func (j *joined) text(src part, file io.Reader) (*bufio.Reader, error) {
	r := bufio.NewReaderSize(file, topSize)
	magic, err := r.Peek(4)
	if err != nil && err != io.EOF {
		return nil, ofPart(src.Source, err)
	}
	reading := j.form.Reading
	j.encoding, j.tail = cmp.Or(reading.Encoding, dialect.ByMark(magic)), j.tail[:0]
	if j.encoding == "" && reading.Footer == 0 {
		return r, nil
	}
	text := io.Reader(r)
	if j.encoding != "" {
		text = dialect.Text(text, j.encoding)
	}
	if reading.Footer > 0 {
		text = dialect.WithoutFooter(text, reading.Footer)
	}
	return bufio.NewReaderSize(text, topSize), nil
}

// ofPart is an error of a part. It has a line, so that it is not given one of the whole.
func ofPart(src Source, err error) error {
	err = src.Unreadable(err)
	for _, p := range problem.Of(err) {
		p.Pos.Line = max(p.Pos.Line, 1)
	}
	return err
}
