package data

import (
	"fmt"
	"strconv"
	"strings"

	"mlp/internal/problem"
)

const lenient = "predict without --strict answers all the same"

// Strict makes Each refuse what the training rows did not hold: a number outside
// their range, an unknown category, a missing cell in a column without any.
func (s *Stream) Strict() { s.inspect(true) }

// An inspector says what more is wrong with a cell that can be read; "" for nothing.
type inspector func(cell []byte) (msg, hint string)

// inspectRow asks the inspectors about the record just read.
func (p *pass) inspectRow() {
	rs := p.rs
	for j, inspect := range p.inspect {
		if inspect == nil {
			continue
		}
		s := rs.cut.cells[j]
		cell, _ := s.content(rs.window, nil)
		msg, hint := inspect(cell)
		if msg == "" || p.complaints.full() {
			continue
		}
		problem := rs.problemAt(int(s.from), hint, "%s", msg)
		problem.Path, problem.Width = p.names[j], max(1, len([]rune(string(cell))))
		p.complaints.add(problem)
	}
}

// inspectPacked asks them about a packed table, which has rows but no lines.
func (p *pass) inspectPacked() error {
	bad := complaints{file: p.src.Name}
	for row := range p.whole.Rows {
		for j, inspect := range p.inspect {
			if inspect == nil {
				continue
			}
			msg, hint := inspect([]byte(p.whole.Columns[j].text(row)))
			if msg != "" && !bad.full() {
				bad.add(problem.Data(problem.Pos{File: p.src.Name, Line: p.whole.Lines[row]}, p.names[j], hint, "%s", msg))
			}
		}
	}
	return bad.err()
}

// inspect sets the inspectors: always against missing cells that nothing stands in
// for, for only while a row is read its place is known.
func (s *Stream) inspect(strict bool) {
	q := s.pass
	at := make(map[string]int, len(q.names))
	for j, name := range q.names {
		at[name] = j
	}
	all := make([]inspector, len(q.names))
	found := false
	for i := range s.pipeline.features {
		f := &s.pipeline.features[i]
		j := at[f.column.Name]
		refuses := f.column.Kind == Numeric && !f.fills
		if !strict && !refuses {
			continue
		}
		found = true
		all[j] = func(cell []byte) (string, string) {
			v, missing := q.builders[j].peek(cell)
			switch {
			case missing && refuses:
				return "the value is missing", "fill it in, or choose what stands in for it: `missing: median`"
			case !strict:
				return "", ""
			}
			return f.unlike(cell, v, missing)
		}
	}
	if q.inspect = nil; found {
		q.inspect = all
	}
}

// unlike says how a cell differs from all training rows; "" if it does not.
func (f *feature) unlike(cell []byte, v float32, missing bool) (msg, hint string) {
	x := float64(v)
	switch {
	case missing && f.seen.known && f.seen.missing == 0:
		return "the value is missing, and was in no training row", lenient
	case missing:
	case f.column.Kind != Numeric && f.unknown(string(cell)):
		hint = lenient
		if near := problem.Nearest(string(cell), f.words.labels); len(cell) > 2 && near != "" || strings.EqualFold(near, string(cell)) {
			hint = fmt.Sprintf("did you mean %q? %s", near, lenient)
		}
		return fmt.Sprintf("%q is not among the categories of the model", problem.Clip(string(cell))), hint
	case f.seen.empty():
		return "there is a value, and was in no training row", lenient
	case f.column.Kind == Numeric && f.outside(x) != 0:
		return fmt.Sprintf("%s is outside the range of the training rows", problem.Clip(string(cell))),
			fmt.Sprintf("they have %s to %s; %s", short(f.seen.min), short(f.seen.max), lenient)
	}
	return "", ""
}

// unknown reports whether a word is none of the categories. An encoder that keeps
// no categories knows no unknown ones.
func (f *feature) unknown(word string) bool {
	return len(f.words.labels) > 0 && f.words.find(word) < 0
}

// outside returns -1 or +1 for a number below or above the training rows'.
func (f *feature) outside(x float64) int {
	switch {
	case !f.seen.known || f.seen.empty() || x != x:
		return 0 // that a column has values at all shows in the share of missing ones
	case x < f.seen.min:
		return -1
	case x > f.seen.max:
		return 1
	}
	return 0
}

// peek reads a cell as add does, and keeps nothing.
func (b *builder) peek(cell []byte) (v float32, missing bool) {
	if b.na.hasBytes(cell) {
		return 0, true
	}
	if b.mode == words {
		return 0, false
	}
	v, verdict := parseNumber(cell)
	return v, verdict == isNumber && b.na.hasNumber(v)
}

// short writes a float32 that is held in 64 bits.
func short(v float64) string { return strconv.FormatFloat(v, 'g', -1, 32) }

// whyMisfit is whyNotNumber for the table of a model, whose columns are what they
// are: only the cell can change.
func whyMisfit(cell string) (msg, hint string) {
	msg, hint = whyNotNumber(cell)
	if !looksLikeDecimalComma(cell) {
		hint = "correct the cell, or leave it empty if the value is missing; the model has numbers in this column"
	}
	return msg, hint
}
