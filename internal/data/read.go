package data

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"io"

	"mlp/internal/spec"
)

// Read reads a whole table. Columns are numeric when every cell that is not
// missing is a number, or nearly every one (Infer then refuses the others).
// Problems are spec.Problems: the first ten, then a count.
func Read(src Source, c Config) (*Table, error) {
	src, err := src.inMemory()
	if err != nil {
		return nil, src.unreadable(err)
	}
	p, err := openPass(src, c.Delimiter, nil)
	if err != nil {
		return nil, err
	}
	if p.packed != nil {
		return p.packed.adopt(c.builders(p.packed.Names())), nil
	}
	if err := p.begin(c.Header, newNASet(withEmpty(c.NA)...), nil); err != nil {
		return nil, firstOf(err, p.rs.close())
	}
	p.builders = c.builders(p.names)
	for j, b := range p.builders {
		b.guess(p.sampleOf(j))
	}
	if err := p.run(); err != nil {
		return nil, err
	}
	if p.rows == 0 {
		return nil, p.noRows()
	}
	t := p.table()
	if err := p.rereadWords(t); err != nil {
		return nil, err
	}
	return t, nil
}

// builders plans how each column is kept.
func (c Config) builders(names []string) []*builder {
	roles, _ := c.resolve(names)
	all := make([]*builder, len(names))
	for j, name := range names {
		r := roles[j]
		b := &builder{name: name, index: j, mode: numbers, type_: "auto", na: newNASet(c.naOf(r)...)}
		if r.exception != nil {
			b.type_ = r.exception.kind()
		}
		switch {
		case r.role == Ignored:
			b.mode = skip
		case r.role == Target:
			b.mode = both
		case r.role == ID:
			b.mode, b.type_ = words, "categorical"
		case b.type_ == "categorical":
			b.mode = words
		}
		all[j] = b
	}
	return all
}

// naOf returns the missing tokens of a column.
func (c Config) naOf(r columnRole) []string {
	tokens := withEmpty(c.NA)
	if r.exception != nil {
		tokens = append(append([]string{}, tokens...), r.exception.NA...)
	}
	return tokens
}

// A pass reads a source once, from the first record to the last.
type pass struct {
	src      Source
	rs       *records
	header   bool
	names    []string // of the columns in the file
	rows     int
	lines    []int
	builders []*builder // one a column of the file
	strict   bool       // a cell of a numeric column must be a number
	packed   *Table     // in place of all the rest

	complaints complaints
	headerLine int
	sample     [][]string

	chunk int // rows after which flush is called; 0: never
	flush func() error
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
		return nil, firstOf(spec.DataProblem(spec.Pos{File: src.Name}, "", "export it as CSV", "this is %s, not a CSV table", format), r.Close())
	}
	if isPacked(magic) {
		t, err := readPacked(src.Name, first)
		if err := firstOf(err, r.Close()); err != nil {
			return nil, src.unreadable(err)
		}
		return &pass{packed: t}, nil
	}
	rs, err := openRecords(src, unpacked{first, []io.Closer{r}})
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
	for !rs.eof && len(rs.window) < recordLimit && bytes.IndexAny(rs.window[rs.next:], "\r\n") < 0 {
		if err := rs.fill(); err != nil { // the first line must be in the window
			return p.src.unreadable(err)
		}
	}
	if rs.eof && len(bytes.TrimSpace(rs.window[rs.next:])) == 0 {
		return spec.DataProblem(spec.Pos{File: p.src.Name}, "", "give it a header line and rows of cells", "the file is empty")
	}
	if p.src.Delimiter != 0 {
		delim = p.src.Delimiter
	}
	if delim == 0 {
		var err error
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
	p.sample = rs.sample(rs.cut.delim)
	found, err := rs.findHeader(header, na, p.sample)
	if err != nil {
		return err
	}
	p.header = found
	at, line := rs.next, rs.left
	_, bad, err := rs.advance()
	if err != nil {
		return p.src.unreadable(err)
	}
	if bad != nil {
		return spec.Problems{rs.problemAt(bad.at, bad.hint, "%s", bad.msg)}
	}
	if rs.blankLine() && (!rs.eof || rs.next < len(rs.window)) && len(p.sample) > 0 {
		return spec.Problems{rs.problemAt(rs.at, "delete it", "the file begins with a blank line")}
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

// run reads all rows and closes the source.
func (p *pass) run() error {
	err := p.readRows()
	if err == nil && p.chunk > 0 && len(p.lines) > 0 && len(p.complaints.list) == 0 {
		err = p.flush()
	}
	if err == nil {
		err = p.complaints.err()
	}
	if closeErr := p.rs.close(); err == nil && closeErr != nil {
		err = p.src.unreadable(closeErr)
	}
	return err
}

func (p *pass) readRows() error {
	rs := p.rs
	blank := (*spec.Problem)(nil) // a blank line with nothing after it so far
	for {
		ok, bad, err := rs.advance()
		if err != nil {
			if len(p.complaints.list) > 0 {
				return nil // what was found before is the first thing to mend
			}
			return p.src.unreadable(err)
		}
		if bad != nil {
			p.complaints.add(rs.problemAt(bad.at, bad.hint, "%s", bad.msg))
			if bad.fatal {
				return nil
			}
			if err := rs.skipLine(bad); err != nil {
				return p.src.unreadable(err)
			}
			continue
		}
		if !ok {
			return nil
		}
		if len(p.names) > 1 && rs.blankLine() {
			if blank == nil {
				blank = rs.problemAt(rs.at, "delete the line, or fill in its cells", "a blank line between rows")
			}
			continue
		}
		if blank != nil {
			p.complaints.add(blank)
			blank = nil
		}
		if len(rs.cut.cells) != len(p.names) {
			p.ragged()
			continue
		}
		p.addRow()
		if p.chunk > 0 && len(p.lines) == p.chunk && len(p.complaints.list) == 0 {
			if err := p.flush(); err != nil {
				return err
			}
		}
	}
}

func (p *pass) addRow() {
	rs := p.rs
	var scratch []byte
	for j, s := range rs.cut.cells {
		b := p.builders[j]
		if b.mode == skip {
			continue
		}
		cell := rs.window[s.from:s.to]
		if s.doubled {
			cell, scratch = s.content(rs.window, scratch)
		}
		if v := b.add(cell); v != isNumber && p.strict && b.mode == numbers && !p.complaints.full() {
			msg, hint := whyNotNumber(string(cell))
			problem := rs.problemAt(int(s.from), hint, "%s", msg)
			problem.Path, problem.Width = b.name, max(1, len([]rune(string(cell))))
			p.complaints.add(problem)
		}
	}
	p.rows++
	p.lines = append(p.lines, rs.line)
}

// ragged complains about a row with too few or too many cells.
func (p *pass) ragged() {
	if p.complaints.full() {
		return
	}
	rs := p.rs
	found, want := len(rs.cut.cells), len(p.names)
	at := int(rs.cut.cells[found-1].to)
	hint := "an empty cell still needs its delimiter"
	if found > want {
		at = int(rs.cut.cells[want].from)
		hint = fmt.Sprintf("a cell that contains %s must be in quotes", delimiterWord(rs.cut.delim))
		if found == want+1 && p.header && p.rows == 0 {
			hint += "; if each row begins with its name, name that column in the header"
		}
	}
	like := "first row"
	if p.header {
		like = "header"
	}
	problem := rs.problemAt(at, hint, "%s found; the %s (line %d) has %d", count(found, "cell"), like, p.headerLine, want)
	problem.Also = []spec.Pos{{File: p.src.Name, Line: p.headerLine, Col: 1}}
	p.complaints.add(problem)
}

func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func (p *pass) noRows() error {
	if p.header {
		return spec.DataProblem(spec.Pos{File: p.src.Name, Line: p.headerLine}, "",
			"add rows below it; if the first line is data, write `header: false` (or --no-header)", "there is a header, but no rows")
	}
	return spec.DataProblem(spec.Pos{File: p.src.Name}, "", "give it a header line and rows of cells", "the file has no rows")
}

// table returns what was read.
func (p *pass) table() *Table {
	t := &Table{Name: p.src.Name, Rows: len(p.lines), Lines: p.lines, SHA256: hex.EncodeToString(p.rs.sum.Sum(nil)),
		HeaderFound: p.header, Delimiter: rune(p.rs.cut.delim), source: p.src}
	for _, b := range p.builders {
		if b != nil {
			t.Columns = append(t.Columns, b.column())
		}
	}
	return t
}

// rereadWords reads the source once more for columns that began with numbers and
// turned out to hold words: of their cells only the numbers were kept.
func (p *pass) rereadWords(t *Table) error {
	again := make([]*builder, len(p.builders))
	n := 0
	for j, b := range p.builders {
		again[j] = &builder{mode: skip}
		if b.reread() {
			again[j] = &builder{name: b.name, index: j, mode: words, type_: "categorical", na: b.na}
			n++
		}
	}
	if n == 0 {
		return nil
	}
	q, err := openPass(p.src, p.rs.cut.delim, nil)
	if err != nil {
		return err
	}
	q.names, q.header, q.headerLine, q.builders = p.names, p.header, p.headerLine, again
	if p.header {
		if _, _, err := q.rs.advance(); err != nil {
			return p.src.unreadable(err)
		}
	}
	if err := q.run(); err != nil {
		return err
	}
	if sum := hex.EncodeToString(q.rs.sum.Sum(nil)); sum != t.SHA256 {
		return spec.DataProblem(spec.Pos{File: p.src.Name}, "", "wait until it is complete, or work on a copy", "the file changed while it was read")
	}
	for j, b := range again {
		if b.mode == words {
			t.Columns[j] = b.column()
		}
	}
	return nil
}
