package cmd

import "mlp/internal/evaluate"

// A document is an evaluation or a cross-validation in parts, for other formats
// than the text on a terminal.
type document struct {
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
	table *table
}

// add appends a table, if there is one.
func (d *document) add(title string, t *table) {
	if t != nil {
		d.sections = append(d.sections, section{title, t})
	}
}

// note appends a line, if there is one.
func (d *document) note(text string) {
	if text != "" {
		d.notes = append(d.notes, text)
	}
}
