package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"mlp/internal/data/pipeline"
	"mlp/internal/iostreams"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// mostDrift is how many columns are shown of those that are unlike training.
const mostDrift = 10

// DriftText tells how rows differ from those of training: how many columns do, and a
// line for each of the worst. unused are columns of the table that no one reads.
func DriftText(d *pipeline.Drift, unused []string) string {
	text := fmt.Sprintf("drift: none in %s\n", problem.Count(d.Rows, "row"))
	if n := d.Deviating(); n > 0 {
		text = fmt.Sprintf("drift: %d of %d columns unlike training, in %s\n", n, len(d.Columns), problem.Count(d.Rows, "row"))
	}
	t := NewTable("", "", "")
	for _, line := range driftLines(d) {
		t.Add("", line[0], line[1])
	}
	if len(unused) > 0 {
		t.Add("", "not used", iostreams.Printable(SomeNames(unused)))
	}
	_, lines, _ := strings.Cut(t.Text(), "\n") // no header
	return text + lines
}

// driftTable has these lines for a document.
func driftTable(d *pipeline.Drift) *Table {
	t := NewTable("column", "unlike training")
	for _, line := range driftLines(d) {
		t.Add(line[0], line[1])
	}
	return t
}

// driftLines are a line for each of the worst columns, and one for how many more there
// are; few stand in the order of the table.
func driftLines(d *pipeline.Drift) (lines [][2]string) {
	var worst []*pipeline.DriftColumn
	for i := range d.Columns {
		if c := &d.Columns[i]; c.Deviates() {
			worst = append(worst, c)
		}
	}
	more := len(worst) - mostDrift
	if more > 0 {
		slices.SortStableFunc(worst, func(a, b *pipeline.DriftColumn) int { return cmp.Compare(unlike(b), unlike(a)) })
		worst = worst[:mostDrift]
	}
	for _, c := range worst {
		lines = append(lines, [2]string{iostreams.Printable(problem.Clip(c.Name)), iostreams.Printable(strings.Join(driftWords(c), ", "))})
	}
	if more > 0 {
		lines = append(lines, [2]string{"…", fmt.Sprintf("and %s less so", problem.Count(more, "more column"))})
	}
	return lines
}

// unlike is the share of the cells of a column that no training row had, or that are
// missing beyond the share in training.
func unlike(c *pipeline.DriftColumn) float64 {
	share := float64(c.Below+c.Above+c.Unknown) / float64(c.Rows)
	if c.MissingDeviates() {
		share += math.Abs(float64(c.Missing)/float64(c.Rows) - c.Trained.Missing)
	}
	return share
}

// driftWords says how one column deviates.
func driftWords(c *pipeline.DriftColumn) []string {
	var words []string
	share := func(n int) string { return Percent(float64(n) / float64(c.Rows)) }
	if c.MissingDeviates() {
		words = append(words, fmt.Sprintf("%d missing (%s; in training %s)", c.Missing, share(c.Missing), Percent(c.Trained.Missing)))
	}
	if c.Below > 0 {
		words = append(words, fmt.Sprintf("%d below %s (%s)", c.Below, Cell(float32(c.Trained.Min)), share(c.Below)))
	}
	if c.Above > 0 {
		words = append(words, fmt.Sprintf("%d above %s (%s)", c.Above, Cell(float32(c.Trained.Max)), share(c.Above)))
	}
	if c.Unknown > 0 {
		values := make([]string, len(c.Values))
		for i, v := range c.Values {
			values[i] = problem.Clip(v)
		}
		words = append(words, fmt.Sprintf("%d of unknown categories (%s): %s", c.Unknown, share(c.Unknown), spec.Quote(values)))
	}
	return words
}

// DriftJSON is the summary as one object on one line.
func DriftJSON(d *pipeline.Drift, unused []string) string {
	var columns []*Object
	for i := range d.Columns {
		c := &d.Columns[i]
		if !c.Deviates() {
			continue
		}
		o := new(Object).Text("column", c.Name).Int("missing", c.Missing).Int("below", c.Below).Int("above", c.Above).Int("unknown", c.Unknown)
		if len(c.Values) > 0 {
			o.Texts("values", c.Values)
		}
		if c.Known {
			o.Number("trained_missing", c.Trained.Missing)
		}
		if c.Known && c.Trained.Kind.Measures() && c.Trained.Min <= c.Trained.Max {
			o.Single("trained_min", float32(c.Trained.Min)).Single("trained_max", float32(c.Trained.Max))
		}
		columns = append(columns, o)
	}
	return Event("drift").Int("rows", d.Rows).Objects("columns", columns).Texts("unused", unused).String()
}

// AddDrift puts a section into the document for columns unlike training, and their
// number among its numbers; nil: nothing was compared.
func (d *Document) AddDrift(drift *pipeline.Drift) {
	if drift == nil {
		return
	}
	n := drift.Deviating()
	d.numbers = append(d.numbers, [2]string{"drift_columns", fmt.Sprint(n)})
	if n > 0 {
		d.warnings = append(d.warnings, fmt.Sprintf("%d of %s unlike training", n, problem.Count(len(drift.Columns), "column")))
		d.Add("Unlike training", driftTable(drift))
	}
}

// driftValues are what a flat object holds of columns unlike training.
func driftValues(d *pipeline.Drift, add func(key, value string)) {
	if d == nil {
		return
	}
	add("drift_columns", fmt.Sprint(d.Deviating()))
	for i := range d.Columns {
		c := &d.Columns[i]
		if !c.Deviates() {
			continue
		}
		for _, of := range []struct {
			what string
			n    int
		}{{"missing", c.Missing}, {"below", c.Below}, {"above", c.Above}, {"unknown", c.Unknown}} {
			add("drift/"+c.Name+"/"+of.what, fmt.Sprint(of.n))
		}
	}
}

// SomeNames lists the first names, and counts the others.
func SomeNames(names []string) string {
	const most = 8
	text := strings.Join(names[:min(len(names), most)], ", ")
	if n := len(names) - most; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}
