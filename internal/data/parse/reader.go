// Package parse reads tables. A source flows in: CSV, JSON Lines or a packed table, plain
// or compressed, from a file, a pipe or memory. Open finds out what it is and names the
// columns; Reader.Read makes a table.Table of typed columns of it, as a Plan for each
// column says, and Reader.Each one of every few rows. What is wrong with the text comes
// out as problems with line and column; what is found wrong with a cell later gets its
// column from Locate.
package parse

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/hex"
	"fmt"
	"slices"

	"mlp/internal/data/dialect"
	"mlp/internal/data/scan"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/problem"
)

// A Reader reads one table, whatever its format: first the names of the columns,
// then, as a plan for each says, the rows: all at once by Read or chunk by chunk
// by Each. One of these or Close must follow Open, and nothing after them.
type Reader struct {
	src    source.Source
	format Format
	rs     *records     // of a table of text
	packed *table.Table // in place of it

	names      []string
	found      []string // of JSON lines: the names on the first of them
	nameless   []bool   // which columns have no name in the table
	header     bool
	headerLine int
	doubt      bool             // the first row was taken as data and might be a header
	title      int              // the first so many rows seem to stand before the table
	titleEnd   int              // the line after them
	units      int              // the first rows that seem to hold units
	even       *dialect.Reading // settings under which the first rows have equally many cells; nil: none found
	begun      int              // the line on which rows may begin
	sample     [][]string       // the first rows
	strict     bool             // a cell of a numeric column must be a number

	rows
	problems problem.List
	chunk    *chunk // where rows are handed on as they are read; else nil
}

// Open opens a table and reads the names of its columns.
func Open(src source.Source, o Options) (*Reader, error) {
	r, err := open(src, o)
	if err != nil || r.packed != nil {
		return r, err
	}
	if err := r.begin(o); err != nil {
		return nil, cmp.Or(err, r.rs.close())
	}
	return r, nil
}

// open opens a source and finds its format and delimiter.
func open(src source.Source, o Options) (*Reader, error) {
	if src.Reading != nil {
		o.Reading = *src.Reading
	}
	f, err := src.OpenAs(source.Form{Delimiter: cmp.Or(src.Delimiter, o.Delimiter), Header: string(o.Header), Reading: o.Reading})
	if err != nil {
		return nil, src.Unreadable(err)
	}
	first := bufio.NewReaderSize(f, 16) // reads larger than that pass it by
	rowwise := o.Eager && src.Once
	magic := magicOf(first, rowwise)
	if format, ok := dialect.IsForeign(magic); ok {
		return nil, cmp.Or[error](problem.Data(problem.Pos{File: src.Name}, "", format.Hint, "this is %s, not a CSV table", format.Name), f.Close())
	}
	r := &Reader{src: src, strict: o.Wanted != nil, problems: problem.List{File: src.Name}}
	if dialect.IsPacked(magic) {
		r.packed, err = table.ReadPacked(src, first)
		if err := cmp.Or(err, f.Close()); err != nil {
			return nil, src.Unreadable(err)
		}
		r.format, r.names = Packed, r.packed.Names()
		return r, nil
	}
	if r.rs, err = openRecords(src, newRecords(o.Reading, src.Left(o.Reading), first, magic, f, rowwise)); err != nil {
		return nil, err
	}
	if r.format, err = r.rs.sniff(src, o); err != nil {
		return nil, cmp.Or(err, r.rs.close())
	}
	return r, nil
}

// magicOf returns the first bytes. Of rows that are wanted as they come two lines tell that
// they are text, or one of JSON: no more is waited for then.
func magicOf(first *bufio.Reader, rowwise bool) []byte {
	for n := 1; rowwise && n < 16; n++ {
		if magic, err := first.Peek(n); err != nil || bytes.Count(magic, []byte("\n")) > map[bool]int{true: 0, false: 1}[scan.LooksLikeObjects(magic)] {
			return magic
		}
	}
	magic, _ := first.Peek(16)
	return magic
}

// begin reads the header, if there is one, and names the columns.
func (r *Reader) begin(o Options) error {
	rs := r.rs
	var lines []int
	r.sample, lines = rs.sample()
	if r.format == JSONLines {
		r.found = slices.Concat(rs.cut.Names(), rs.cut.Late())
		rs.cut.Expect(slices.Concat(o.Wanted, o.Keys))
		r.names, r.header, r.headerLine = rs.cut.Names(), true, rs.left // the first line is a row as well
		return nil
	}
	if err := rs.skipComments(); err != nil {
		return r.src.Unreadable(err)
	}
	if len(r.sample) > 0 && len(r.sample[0]) > 1 {
		if err := rs.skipBlank(); err != nil {
			return r.src.Unreadable(err)
		}
	}
	units := min(r.rs.reading.UnitsRow, max(0, len(r.sample)-1))
	if units > 0 && o.Header != table.No {
		r.sample = slices.Delete(slices.Clone(r.sample), 1, 1+units)
		o.Header = table.Yes
	} else {
		units = 0
	}
	found := o.Header == table.Yes || o.Header != table.No && dialect.HasNames(r.sample, o.NA, r.rs.reading.Marks)
	if slices.ContainsFunc(r.sample, func(row []string) bool { return len(row) != len(r.sample[0]) }) {
		r.even = rs.evenQuotes(rs.cut.Delim)
	}
	rowNames := found && r.even == nil && rs.rowNames(r.sample)
	// A header may lack a name for the names of the rows, as R's do, or have one cell more or
	// less for a delimiter at its end: that is no title.
	if r.title = dialect.Title(r.sample, rs.reading.Marks); r.title == 1 && found {
		if h := dialect.Name(r.sample[0], r.sample[1:], rowNames, nil); len(h.Names) == len(r.sample[1]) || h.Trailing || !dialect.HasNames(r.sample[1:], o.NA, rs.reading.Marks) {
			r.title = 0
		}
	}
	if r.header = found; r.title > 0 {
		r.titleEnd = lines[r.title]
		r.units = dialect.Units(r.sample[r.title+1:], o.NA, rs.reading.Marks)
	} else if found && units == 0 {
		r.units = dialect.Units(r.sample[min(1, len(r.sample)):], o.NA, r.rs.reading.Marks)
	}
	r.doubt = o.Header == table.Look && !found && len(r.sample) > 1 && dialect.LooksLikeNames(r.sample, o.NA, r.rs.reading.Marks)
	at, line := rs.next, rs.left
	row, err := rs.firstRow(r.src, len(r.sample) > 0)
	if err != nil {
		return err
	}
	r.headerLine, r.begun = rs.line, rs.line
	if !found {
		rs.next, rs.left = at, line // the first row is data
		for j := range row {
			r.names = append(r.names, fmt.Sprintf("c%d", j+1))
		}
		return r.givenNames()
	}
	rs.next, rs.left = at, line // for positions
	if err := rs.checkNames(row, o); err != nil {
		return err
	}
	known := o.Known
	if o.Wanted != nil && known == nil {
		known = o.Wanted
	}
	r.name(row, rowNames, known)
	if _, _, err = rs.advance(); err != nil {
		return err
	}
	if r.sample = r.sample[min(1, len(r.sample)):]; units > 0 {
		err = rs.dropLines(r.rs.reading.UnitsRow)
	}
	r.begun = rs.left
	return cmp.Or(err, r.givenNames())
}

// Names returns the names of the columns of the file, in order.
func (r *Reader) Names() []string { return r.names }

// Found returns the names that the table is seen to have: of lines of JSON those of the
// first hundred, which the others may add to.
func (r *Reader) Found() []string {
	if r.format == JSONLines {
		return r.found
	}
	return r.names
}

// Rename gives the columns of a table without a header other names than c1, c2, …
func (r *Reader) Rename(names []string) { r.names = names }

// Format returns the format of the table.
func (r *Reader) Format() Format { return r.format }

// Delimiter returns what separates cells, in words: `","`, tabs; "" where nothing
// does.
func (r *Reader) Delimiter() string {
	if r.format != CSV {
		return ""
	}
	return dialect.DelimiterWord(r.rs.cut.Delim)
}

// Nameless tells which columns have no name in the table; nil: none.
func (r *Reader) Nameless() []bool { return r.nameless }

// Header returns where the columns are named, for a problem of all of them.
func (r *Reader) Header() problem.Pos { return problem.Pos{File: r.src.Name, Line: r.headerLine} }

// Close ends the reading of a table of which no row is wanted.
func (r *Reader) Close() error {
	if r.rs == nil {
		return nil
	}
	return r.rs.close()
}

// Read reads the rows of the whole table, each column as its plan says, and closes
// the source. Columns that are undeclared are numeric when every cell that is not
// missing is a number, or nearly every one; for one that turns out to hold words
// after many numbers the source is opened again, so it must not be one that opens
// only once. Problems are the first ten, then a count.
func (r *Reader) Read(plans []table.Plan) (*table.Table, error) {
	if r.packed != nil {
		return r.finish(r.packed.Replan(plans)), nil
	}
	r.plan(plans)
	if err := r.run(); err != nil {
		return nil, err
	}
	if late := r.rs.cut.Late(); len(late) > 0 && !r.strict {
		return nil, &LateColumns{slices.Concat(r.names, late)}
	}
	if r.n == 0 {
		return nil, r.noRows()
	}
	t := r.table()
	if r.format == CSV {
		t.Begin, t.End = r.begun, r.rs.left
	}
	t.SHA256 = hex.EncodeToString(r.rs.sum.Sum(nil))
	if err := r.rereadWords(t, plans); err != nil {
		return nil, err
	}
	return r.finish(t), nil
}

// plan makes room for the rows. What an undeclared column holds is guessed from
// the first of them.
func (r *Reader) plan(plans []table.Plan) {
	r.rows = newRows(r.names, plans)
	var marks scan.Marks
	if r.format == CSV {
		marks = r.rs.reading.Marks
	}
	for j, c := range r.columns {
		c.Guess(r.cellsOf(j), marks)
	}
}

// cellsOf returns the first cells of a column.
func (r *Reader) cellsOf(j int) []string {
	var cells []string
	for _, row := range r.sample {
		if j < len(row) {
			cells = append(cells, row[j])
		}
	}
	return cells
}

// table returns what has been read.
func (r *Reader) table() *table.Table {
	t := &table.Table{Name: r.src.Name, Rows: len(r.lines), Lines: r.lines, HeaderFound: r.header, HeaderDoubt: r.doubt, UnitsDoubt: r.units,
		Reading: r.rs.reading, Notes: r.rs.notes, Delimiter: rune(r.rs.cut.Delim), Columns: r.rows.take()}
	for j := range t.Columns {
		t.Columns[j].Nameless = r.nameless != nil && r.nameless[j]
	}
	return t
}

// finish takes columns that are read for nothing out of a table whose columns have
// been decided before.
func (r *Reader) finish(t *table.Table) *table.Table {
	if r.strict {
		t.Columns = slices.DeleteFunc(t.Columns, func(c *table.Column) bool { return c.Skipped })
	}
	return t
}
