package parse

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"mlp/internal/data/scan"
	"mlp/internal/problem"
)

// here returns the line of the record.
func (rs *records) here() problem.Pos { return problem.Pos{File: rs.name, Line: rs.line} }

// posAt returns the position of an offset of the window at or after the record.
func (rs *records) posAt(offset int) problem.Pos {
	lines, col := scan.Place(rs.window[rs.at:], offset-rs.at)
	return problem.Pos{File: rs.name, Line: rs.line + lines, Col: col}
}

// excerptAt returns the line around an offset, unless it is too long to show.
func (rs *records) excerptAt(offset int) string {
	w := rs.window
	from := bytes.LastIndexAny(w[rs.at:offset], "\n\r") + 1 + rs.at
	to := len(w)
	if i := bytes.IndexAny(w[offset:], "\n\r"); i >= 0 {
		to = offset + i
	}
	if to-from > excerptLimit || !utf8.Valid(w[from:to]) {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return '·' // what could steer a terminal
		}
		return r
	}, string(w[from:to]))
}

// excerptLimit is the longest line shown below a complaint.
const excerptLimit = 200

func (rs *records) problemAt(offset int, hint, format string, args ...any) *problem.Problem {
	p := problem.Data(rs.posAt(offset), "", hint, format, args...)
	p.Excerpt = rs.excerptAt(offset)
	return p
}

// cellProblem is a problem of a cell of the record.
func (rs *records) cellProblem(j int, column, cell, msg, hint string) *problem.Problem {
	p := rs.problemAt(int(rs.cut.Cells[j].From), hint, "%s", msg)
	p.Path, p.Width = column, max(1, len([]rune(cell)))
	return p
}

// appendCell appends the content of a cell of the record, blanks included.
func (rs *records) appendCell(to []byte, j int) []byte {
	s := rs.cut.Cells[j]
	if rs.cut.Objects != nil {
		return rs.appendJSON(to, s)
	}
	from, end := int(s.From), int(s.To)
	if !s.Quoted && !s.Doubled {
		for from > rs.at && rs.cut.Blank(rs.window[from-1]) {
			from--
		}
		for end < len(rs.window) && rs.cut.Blank(rs.window[end]) {
			end++
		}
		return append(to, rs.window[from:end]...)
	}
	cell, _ := s.Content(rs.window, nil)
	return append(to, cell...)
}

// appendJSON appends the value of a cell of the record as it stands.
func (rs *records) appendJSON(to []byte, s scan.Span) []byte {
	switch {
	case s.Quoted:
		return append(to, rs.window[s.From-1:s.To+1]...)
	case s.From == s.To:
		return append(to, "null"...)
	}
	return append(to, rs.window[s.From:s.To]...)
}
