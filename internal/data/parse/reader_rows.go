package parse

import (
	"fmt"
	"strconv"

	"mlp/internal/data/dialect"
	"mlp/internal/data/scan"
	"mlp/internal/data/table"
	"mlp/internal/problem"
)

// run reads all rows and closes the source.
func (r *Reader) run() error {
	r.rs.begun = true
	var err error
	if r.chunk == nil {
		err = readBlocks(r.src, r.rs, &r.rows, r.strict)
	}
	if err == nil {
		err = r.readRows()
	}
	if err == nil && r.chunk != nil && len(r.lines) > 0 {
		err = r.handOn()
	}
	if err == nil {
		err = r.problems.Err()
	}
	if closing := r.rs.close(); err == nil && closing != nil {
		err = r.src.Unreadable(closing)
	}
	return err
}

// readRows reads the rows one by one, or what is left of them.
func (r *Reader) readRows() error {
	rs := r.rs
	if rs.cut.Objects == nil {
		rs.numeric = r.numeric(nil)
	}
	blank := (*problem.Problem)(nil) // a blank line with nothing after it so far
	for {
		ok, bad, err := rs.advance()
		if err != nil {
			if r.problems.Len() > 0 {
				return nil // what was found before is the first thing to mend
			}
			return r.src.Unreadable(err)
		}
		if bad != nil {
			r.problems.Add(rs.flawProblem(bad))
			if bad.Fatal {
				return nil
			}
			if rs.skipLine(bad) != nil {
				return nil
			}
			continue
		}
		if !ok {
			return nil
		}
		if (len(r.names) > 1 || rs.cut.Objects != nil) && rs.blankLine() {
			if blank == nil {
				hint, said := "delete the line, or fill in its cells", rs.reading
				if lines := rs.linesLeft(len(r.names)); lines > 0 {
					said.Footer += lines
					hint = dialect.FooterHint(lines, said) + "; else " + hint
				}
				blank = rs.problemAt(rs.at, hint, "a blank line between rows")
			}
			continue
		}
		if blank != nil {
			r.problems.Add(blank)
			blank = nil
		}
		if len(rs.cut.Cells) != len(r.names) {
			r.ragged()
			continue
		}
		r.addRow()
		if r.n%4096 == 0 {
			if err := r.checkMemory(r.src.Limit(), rs.here()); err != nil {
				return err
			}
		}
		if r.chunk.full(len(r.lines)) {
			if err := r.handOn(); err != nil {
				return err
			}
		}
	}
}

func (r *Reader) addRow() {
	rs := r.rs
	var scratch []byte
	for j, s := range rs.cut.Cells {
		c := r.columns[j]
		if s.Number {
			c.AddParsed(&rs.cut.Cells[j])
			continue
		}
		if c.Keep == table.Skip {
			continue
		}
		if s.Nested() {
			r.problems.Add(rs.problemAt(int(s.From), fmt.Sprintf("leave the column out: `ignore: [%q]`, or write a number, text, true, false or null", c.Name), "a value within a value"))
		}
		cell := rs.window[s.From:s.To]
		if s.Doubled {
			cell, scratch = s.Content(rs.window, scratch)
		}
		if v := c.Add(cell); v != scan.IsNumber && r.strict && c.Keep == table.AsNumbers && !r.problems.Full() {
			msg, hint := whyNotNumberHere(string(cell))
			r.problems.Add(rs.cellProblem(j, c.Name, string(cell), msg, hint))
		}
	}
	if r.chunk != nil {
		r.chunk.addRow(r)
	}
	r.n++
	r.lines = append(r.lines, rs.line)
}

// whyNotNumberHere is WhyNotNumber for a column that has been decided to be one of
// numbers: only the cell can change.
func whyNotNumberHere(cell string) (msg, hint string) {
	msg, hint = scan.WhyNotNumber(cell)
	if !scan.LooksLikeDecimalComma(cell) {
		hint = "correct the cell, or leave it empty if the value is missing; the model has numbers in this column"
	}
	return msg, hint
}

// ragged complains about a row with too few or too many cells.
func (r *Reader) ragged() {
	if r.problems.Full() {
		return
	}
	rs := r.rs
	found, want := len(rs.cut.Cells), len(r.names)
	at := int(rs.cut.Cells[found-1].To)
	hint := "an empty cell still needs its delimiter"
	if found > want {
		at = int(rs.cut.Cells[want].From)
		hint = fmt.Sprintf("a cell that contains %s must be in quotes", r.Delimiter())
		if found == want+1 && r.header && r.n == 0 {
			hint += "; if each row begins with its name, name that column in the header"
		}
	}
	lines := rs.linesLeft(want)
	said := rs.reading
	switch {
	case r.title > 0:
		said.SkipRows, said.UnitsRow = r.titleEnd-1, r.units
		hint = "if what stands above line " + strconv.Itoa(r.titleEnd) + " is no part of the table: " + dialect.Hint(said)
	case r.even != nil:
		hint = "if quotes or backslashes keep delimiters apart: " + dialect.Hint(said.With(*r.even)) + "; else " + hint
	case want == 1:
		hint = "if that is a title or a comment, delete it; else name the `delimiter:`"
	case lines > 0 && found < want && r.n > 0:
		said.Footer += lines
		hint = dialect.FooterHint(lines, said) + "; else " + hint
	}
	if first := rs.window[rs.at]; first == '#' || first == '%' {
		hint = "if lines that begin so are no rows: " + dialect.Hint(rs.reading.With(dialect.Reading{Comment: string(first)}))
	}
	like := "first row"
	if r.header {
		like = "header"
	}
	bad := rs.problemAt(at, hint, "%s found; the %s (line %d) has %d", problem.Count(found, "cell"), like, r.headerLine, want)
	bad.Also = []problem.Pos{{File: r.src.Name, Line: r.headerLine, Col: 1}}
	r.problems.Add(bad)
}

func (r *Reader) noRows() error {
	if r.header {
		p := problem.Data(r.Header(), "", "add rows below it; if the first line is data, write `header: false`", "there is a header, but no rows")
		p.Remedy.Kind = problem.NoHeader
		return p
	}
	return problem.Data(problem.Pos{File: r.src.Name}, "", "give it a header line and rows of cells", "the file has no rows")
}
