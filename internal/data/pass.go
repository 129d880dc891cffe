package data

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

	"mlp/internal/problem"
)

// A pass reads a source once, from the first record to the last.
type pass struct {
	src      Source
	rs       *records
	header   bool
	doubt    bool     // the first row was taken as data and might be a header
	names    []string // of the columns in the file
	rows     int
	lines    []int
	builders []*builder // one a column of the file
	strict   bool       // a cell of a numeric column must be a number
	packed   *Table     // in place of all the rest
	whole    *Table     // packed before columns were dropped

	complaints complaints
	headerLine int
	sample     [][]string

	chunk   int // rows after which flush is called; 0: never
	flush   func() error
	kept    *Kept       // cells of the chunk that are wanted as they stand; nil for none
	inspect []inspector // what more is to be said of a cell, one a column; nil for nothing
}

// openPass opens a source and finds its delimiter.
func openPass(src Source, delim byte, wanted []string) (*pass, error) {
	r, err := src.Open()
	if err != nil {
		return nil, src.unreadable(err)
	}
	first := bufio.NewReaderSize(r, 16) // reads larger than that pass it by
	magic, _ := first.Peek(16)
	if format := looksBinary(magic); format != "" {
		return nil, firstOf(problem.Data(problem.Pos{File: src.Name}, "", "export it as CSV", "this is %s, not a CSV table", format), r.Close())
	}
	if isPacked(magic) {
		t, err := readPacked(src, first)
		if err := firstOf(err, r.Close()); err != nil {
			return nil, src.unreadable(err)
		}
		return &pass{packed: t}, nil
	}
	rs, err := openRecords(src, unpacked{Reader: first, closers: []io.Closer{r}, size: sizeOf(r)})
	if err != nil {
		return nil, err
	}
	p := &pass{src: src, rs: rs, complaints: complaints{file: src.Name}}
	if err := p.look(delim, wanted); err != nil {
		return nil, firstOf(err, rs.close())
	}
	return p, nil
}

func (p *pass) look(delim byte, wanted []string) error {
	rs := p.rs
	for !rs.eof && len(rs.window) < recordLimit && !bytes.ContainsAny(rs.window[rs.next:], "\r\n") {
		if err := rs.fill(); err != nil { // the first line must be in the window
			return p.src.unreadable(err)
		}
	}
	if rs.eof && len(bytes.TrimSpace(rs.window[rs.next:])) == 0 {
		return problem.Data(problem.Pos{File: p.src.Name}, "", "give it a header line and rows of cells", "the file is empty")
	}
	if p.src.Delimiter != 0 {
		delim = p.src.Delimiter
	}
	if delim == 0 {
		found, err := rs.lookForObjects()
		if found || err != nil {
			return err
		}
		if delim, err = rs.sniffDelimiter(wanted); err != nil {
			return err
		}
	}
	rs.cut = newCutter(delim)
	return nil
}

// begin reads the header, if there is one, and names the columns. Where only some
// columns are wanted, the names of the others may be what they like.
func (p *pass) begin(header Setting, na naSet, wanted []string) error {
	rs := p.rs
	if rs.cut.objects != nil {
		p.beginObjects()
		return nil
	}
	p.sample = rs.sample(rs.cut.delim)
	found, err := rs.findHeader(header, na, p.sample)
	if err != nil {
		return err
	}
	p.header = found
	p.doubt = header == Look && !found && len(p.sample) > 1 && looksLikeNames(p.sample, na)
	at, line := rs.next, rs.left
	_, bad, err := rs.advance()
	if err != nil {
		return p.src.unreadable(err)
	}
	if bad != nil {
		return problem.Problems{rs.problemAt(bad.at, bad.hint, "%s", bad.msg)}
	}
	if rs.blankLine() && (!rs.eof || rs.next < len(rs.window)) && (len(p.sample) > 0 || !rs.eof) {
		return problem.Problems{rs.problemAt(rs.at, "delete it", "the file begins with a blank line")}
	}
	p.headerLine = rs.line
	row := make([]string, len(rs.cut.cells))
	var scratch []byte
	for j, s := range rs.cut.cells {
		var cell []byte
		cell, scratch = s.content(rs.window, scratch)
		row[j] = string(cell)
	}
	if !found {
		rs.next, rs.left = at, line // the first row is data
		for j := range row {
			p.names = append(p.names, fmt.Sprintf("c%d", j+1))
		}
		return nil
	}
	p.names = row
	rs.next, rs.left = at, line // for positions
	err = rs.checkNames(row, wanted, "give every column a name of its own, or write `header: false`")
	if err != nil {
		return err
	}
	_, _, err = rs.advance()
	p.sample = p.sample[1:]
	return err
}

// sampleOf returns the first cells of a column.
func (p *pass) sampleOf(j int) []string {
	var cells []string
	for _, row := range p.sample {
		if j < len(row) {
			cells = append(cells, row[j])
		}
	}
	return cells
}
