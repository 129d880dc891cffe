package parse

import (
	"bytes"

	"mlp/internal/data/dialect"
	"mlp/internal/data/scan"
	"mlp/internal/problem"
)

// findQuotes finds out what stands around cells and before quotes, where the first rows
// cannot be cut as they stand and one other way cuts them all into equally many cells.
// That a quote is a part of its cell is taken for granted between tabs only: a lone quote
// between commas may as well be one that was never closed.
func (rs *records) findQuotes(delim byte) {
	if rs.reading.Quote != 0 || rs.reading.Escape != 0 {
		return
	}
	if _, bad := rs.cuts(scan.Plain(delim)); bad == nil || !bad.Quote {
		return
	}
	if found := rs.otherQuotes(delim, rs.reading); found != nil && (found.Escape != 0 || delim == '\t') {
		rs.reading = rs.reading.With(*found)
		rs.notes = append(rs.notes, dialect.Note{Kind: "quotes", Msg: "quotes stand where the rules of CSV have none: read as " + dialect.Hint(*found)})
	}
}

// otherQuotes returns the settings under which the next records can be cut.
func (rs *records) otherQuotes(delim byte, said dialect.Reading) *dialect.Reading {
	for _, other := range []dialect.Reading{{Escape: '\\'}, {Quote: dialect.NoQuote}, {Quote: '\''}} {
		if other.Escape != 0 && !bytes.Contains(rs.window[rs.next:], []byte(`\"`)) {
			continue
		}
		if n, bad := rs.cuts(said.With(other).Cutting(delim)); bad == nil && n > 1 {
			return &other
		}
	}
	return nil
}

// evenQuotes returns the settings under which the next records, which can be cut but not
// into equally many cells, have as many as the first: single quotes, or a backslash, may
// stand around or before a delimiter. nil: there are none.
func (rs *records) evenQuotes(delim byte) *dialect.Reading {
	if rs.reading.Quote != 0 || rs.reading.Escape != 0 || delim == ' ' {
		return nil
	}
	for _, other := range []dialect.Reading{{Escape: '\\'}, {Quote: '\''}} {
		mark := []byte{delim, '\''}
		if other.Escape != 0 {
			mark = []byte{'\\', delim}
		}
		if !bytes.Contains(rs.window[rs.next:], mark) {
			continue
		}
		if n, bad := rs.cuts(rs.reading.With(other).Cutting(delim)); bad == nil && n > 1 {
			return &other
		}
	}
	return nil
}

// cuts returns the number of cells that each of the next records has, 0 where they
// differ, and what is wrong with the first that cannot be cut.
func (rs *records) cuts(d scan.Dialect) (cells int, bad *scan.Flaw) {
	c := scan.NewDialectCutter(d)
	for i, n := rs.next, 0; i < len(rs.window) && n < sampleRecords; n++ {
		next, _, bad := c.Record(rs.window, i)
		if next == len(rs.window) && !rs.eof || bad != nil && bad.Unclosed && !rs.eof {
			break
		}
		if bad != nil {
			return 0, bad
		}
		if n > 0 && len(c.Cells) != cells {
			return 0, nil
		}
		i, cells = next, len(c.Cells)
	}
	return cells, nil
}

// flawProblem is a problem of a record that cannot be cut.
func (rs *records) flawProblem(bad *scan.Flaw) *problem.Problem {
	hint := bad.Hint
	if at := rs.next; bad.Quote && rs.cut.Objects == nil {
		rs.next = rs.at // look at what follows the record
		if other := rs.otherQuotes(rs.cut.Delim, rs.reading); other != nil {
			hint = "if quotes are parts of cells, or have a backslash before them: " + dialect.Hint(rs.reading.With(*other)) + "; else " + hint
		}
		rs.next = at
	}
	return rs.problemAt(bad.At, hint, "%s", bad.Msg)
}
