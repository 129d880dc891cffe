// Package report puts results into words: evaluations, cross-validations and tables
// go in, text comes out, for a terminal or for another program. It measures
// nothing and writes to no file. A format is one file, which registers itself.
package report

import (
	"mlp/internal/chart"
	"mlp/internal/evaluate"
)

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

// A section is a table, pictures or a text under a heading.
type section struct {
	title    string
	about    string // a sentence under the title
	table    *Table // nil: none
	drawn    bool   // a page leaves the table out, for pictures say the same
	shaded   bool   // cells are counts, of which the table shows the share in their row
	pictures []picture
	text     string // as it stands, lines and all
}

// A picture is a chart, and what a file of it is called.
type picture struct{ name, svg string }

// Add appends a table, if there is one.
func (d *Document) Add(title string, t *Table) {
	if t != nil {
		d.sections = append(d.sections, section{title: title, table: t})
	}
}

// addPictures appends pictures, if there are any.
func (d *Document) addPictures(title, about string, pictures ...picture) {
	if len(pictures) > 0 {
		d.sections = append(d.sections, section{title: title, about: about, pictures: pictures})
	}
}

// Pictures returns the pictures of a document, as files by their names.
func (d *Document) Pictures() map[string]string {
	all := map[string]string{}
	for _, s := range d.sections {
		for _, p := range s.pictures {
			all[p.name+".svg"] = chart.Alone(p.svg)
		}
	}
	return all
}

// note appends a line, if there is one.
func (d *Document) note(text string) {
	if text != "" {
		d.notes = append(d.notes, text)
	}
}
