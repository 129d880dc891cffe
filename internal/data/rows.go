package data

import (
	"fmt"

	"mlp/internal/problem"
)

// run reads all rows and closes the source.
func (p *pass) run() error {
	p.rs.begun = true
	err := p.readBlocks()
	if err == nil {
		err = p.readRows()
	}
	if err == nil && p.chunk > 0 && len(p.lines) > 0 {
		err = p.flushChunk()
	}
	if err == nil {
		err = p.complaints.err()
	}
	if closeErr := p.rs.close(); err == nil && closeErr != nil {
		err = p.src.unreadable(closeErr)
	}
	return err
}

// readRows reads the rest of the rows one by one.
func (p *pass) readRows() error {
	rs := p.rs
	if rs.cut.objects == nil {
		rs.numeric = numericColumns(p.builders, nil)
	}
	blank := (*problem.Problem)(nil) // a blank line with nothing after it so far
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
			if rs.skipLine(bad) != nil {
				return nil
			}
			continue
		}
		if !ok {
			return nil
		}
		if (len(p.names) > 1 || rs.cut.objects != nil) && rs.blankLine() {
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
		if p.rows%4096 == 0 {
			if err := p.checkMemory(); err != nil {
				return err
			}
		}
		if p.chunk > 0 && (len(p.lines) == p.chunk || p.kept.large()) {
			if err := p.flushChunk(); err != nil {
				return err
			}
		}
	}
}

// flushChunk hands the rows on and forgets them. After a complaint they are only
// forgotten: what follows is read to look for more mistakes.
func (p *pass) flushChunk() error {
	var err error
	if len(p.complaints.list) == 0 {
		err = p.flush()
	}
	p.lines = p.lines[:0]
	for _, b := range p.builders {
		b.clear()
	}
	p.kept.clear()
	return err
}

func (p *pass) addRow() {
	rs := p.rs
	var scratch []byte
	for j, s := range rs.cut.cells {
		b := p.builders[j]
		if s.number {
			b.addNumber(s.value)
			continue
		}
		if b.mode == skip {
			continue
		}
		cell := rs.window[s.from:s.to]
		if s.doubled {
			cell, scratch = s.content(rs.window, scratch)
		}
		if v := b.add(cell); v != isNumber && p.strict && b.mode == numbers && !p.complaints.full() {
			msg, hint := whyMisfit(string(cell))
			problem := rs.problemAt(int(s.from), hint, "%s", msg)
			problem.Path, problem.Width = b.name, max(1, len([]rune(string(cell))))
			p.complaints.add(problem)
		}
	}
	if p.inspect != nil {
		p.inspectRow()
	}
	p.kept.add(rs)
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
	if want == 1 {
		hint = "if that is a title or a comment, delete it; else name the `delimiter:`"
	}
	like := "first row"
	if p.header {
		like = "header"
	}
	bad := rs.problemAt(at, hint, "%s found; the %s (line %d) has %d", problem.Count(found, "cell"), like, p.headerLine, want)
	bad.Also = []problem.Pos{{File: p.src.Name, Line: p.headerLine, Col: 1}}
	p.complaints.add(bad)
}

func (p *pass) noRows() error {
	if p.header {
		return problem.Data(problem.Pos{File: p.src.Name, Line: p.headerLine}, "",
			"add rows below it; if the first line is data, write `header: false` (or --no-header)", "there is a header, but no rows")
	}
	return problem.Data(problem.Pos{File: p.src.Name}, "", "give it a header line and rows of cells", "the file has no rows")
}
