// Package report puts results into words: evaluations, cross-validations and tables
// go in, text comes out, for a terminal or for another program. It measures
// nothing and writes to no file. A format is one file, which registers itself.
package report

import "mlp/internal/evaluate"

// A Document is an evaluation or a cross-validation in parts, for other formats
// than the text on a terminal.
type Document struct {
	verb     string // that has made it
	title    string
	notes    []string
	sections []section
	gates    []evaluate.GateResult
	warnings []string
	numbers  [][2]string // name and value of what was measured
}

// A section is a table under a heading.
type section struct {
	title string
	table *Table
}

// Add appends a table, if there is one.
func (d *Document) Add(title string, t *Table) {
	if t != nil {
		d.sections = append(d.sections, section{title, t})
	}
}

// note appends a line, if there is one.
func (d *Document) note(text string) {
	if text != "" {
		d.notes = append(d.notes, text)
	}
}
