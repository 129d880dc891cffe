package cmd

import (
	"fmt"
	"strconv"
	"strings"

	"mlp/internal/data/pipeline"
	"mlp/internal/iostreams"
	"mlp/internal/report"
	"mlp/internal/spec"
)

// printDrift tells on stderr how the rows differ from those of training: a line
// for each column that does.
func (a *App) printDrift(d *pipeline.Drift, unused []string) {
	if a.json {
		a.driftJSON(d, unused)
		return
	}
	t := report.NewTable("", "", "")
	for i := range d.Columns {
		if c := &d.Columns[i]; c.Deviates() {
			t.Add("", iostreams.Printable(c.Name), iostreams.Printable(strings.Join(driftWords(c, d.Rows), ", ")))
		}
	}
	if len(unused) > 0 {
		t.Add("", "not used", iostreams.Printable(someNames(unused)))
	}
	if n := d.Deviating(); n == 0 {
		a.note("drift: none in %s", rowsWord(d.Rows))
	} else {
		a.note("drift: %d of %d columns unlike training, in %s", n, len(d.Columns), rowsWord(d.Rows))
	}
	_, lines, _ := strings.Cut(t.Text(), "\n") // no header
	for line := range strings.Lines(lines) {
		a.note("%s", strings.TrimRight(line, "\n"))
	}
}

func rowsWord(n int) string {
	if n == 1 {
		return "1 row"
	}
	return strconv.Itoa(n) + " rows"
}

// driftWords says how one column deviates.
func driftWords(c *pipeline.DriftColumn, rows int) []string {
	var words []string
	if c.MissingDeviates() {
		words = append(words, fmt.Sprintf("%d missing (%s; in training %s)", c.Missing, report.Percent(float64(c.Missing)/float64(rows)), report.Percent(c.Trained.Missing)))
	}
	if c.Below > 0 {
		words = append(words, fmt.Sprintf("%d below %s (%s)", c.Below, report.Cell(float32(c.Trained.Min)), report.Percent(float64(c.Below)/float64(rows))))
	}
	if c.Above > 0 {
		words = append(words, fmt.Sprintf("%d above %s (%s)", c.Above, report.Cell(float32(c.Trained.Max)), report.Percent(float64(c.Above)/float64(rows))))
	}
	if c.Unknown > 0 {
		words = append(words, fmt.Sprintf("%d of unknown categories (%s): %s", c.Unknown, report.Percent(float64(c.Unknown)/float64(rows)), spec.Quote(c.Values)))
	}
	return words
}

// driftJSON writes the summary as one object on one line.
func (a *App) driftJSON(d *pipeline.Drift, unused []string) {
	var columns []*report.Object
	for i := range d.Columns {
		c := &d.Columns[i]
		if !c.Deviates() {
			continue
		}
		o := new(report.Object).Text("column", c.Name).Int("missing", c.Missing).Int("below", c.Below).Int("above", c.Above).Int("unknown", c.Unknown)
		if len(c.Values) > 0 {
			o.Texts("values", c.Values)
		}
		if c.Known {
			o.Number("trained_missing", c.Trained.Missing)
		}
		if c.Known && c.Trained.Kind.Numbers && c.Trained.Min <= c.Trained.Max {
			o.Single("trained_min", float32(c.Trained.Min)).Single("trained_max", float32(c.Trained.Max))
		}
		columns = append(columns, o)
	}
	a.note("%s", report.Event("drift").Int("rows", d.Rows).Objects("columns", columns).Texts("unused", unused))
}

// someNames lists the first names, and counts the others.
func someNames(names []string) string {
	const limit = 8
	text := strings.Join(names[:min(len(names), limit)], ", ")
	if n := len(names) - limit; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}
