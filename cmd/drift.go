package cmd

import (
	"fmt"
	"strconv"
	"strings"

	"mlp/internal/data/pipeline"
	"mlp/internal/spec"
)

// printDrift tells on stderr how the rows differ from those of training: a line
// for each column that does.
func (a *App) printDrift(d *pipeline.Drift, unused []string) {
	if a.json {
		a.driftJSON(d, unused)
		return
	}
	t := newTable("", "", "")
	for i := range d.Columns {
		if c := &d.Columns[i]; c.Deviates() {
			t.add("", printable(c.Name), printable(strings.Join(driftWords(c, d.Rows), ", ")))
		}
	}
	if len(unused) > 0 {
		t.add("", "not used", printable(someNames(unused)))
	}
	if n := d.Deviating(); n == 0 {
		a.note("drift: none in %s", rowsWord(d.Rows))
	} else {
		a.note("drift: %d of %d columns unlike training, in %s", n, len(d.Columns), rowsWord(d.Rows))
	}
	_, lines, _ := strings.Cut(t.text(), "\n") // no header
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
		words = append(words, fmt.Sprintf("%d missing (%s; in training %s)", c.Missing, percent(float64(c.Missing)/float64(rows)), percent(c.Trained.Missing)))
	}
	if c.Below > 0 {
		words = append(words, fmt.Sprintf("%d below %s (%s)", c.Below, cell(float32(c.Trained.Min)), percent(float64(c.Below)/float64(rows))))
	}
	if c.Above > 0 {
		words = append(words, fmt.Sprintf("%d above %s (%s)", c.Above, cell(float32(c.Trained.Max)), percent(float64(c.Above)/float64(rows))))
	}
	if c.Unknown > 0 {
		words = append(words, fmt.Sprintf("%d of unknown categories (%s): %s", c.Unknown, percent(float64(c.Unknown)/float64(rows)), spec.Quote(c.Values)))
	}
	return words
}

// driftJSON writes the summary as one object on one line.
func (a *App) driftJSON(d *pipeline.Drift, unused []string) {
	var columns []string
	for i := range d.Columns {
		c := &d.Columns[i]
		if !c.Deviates() {
			continue
		}
		text := fmt.Sprintf(`{"column":%s,"missing":%d,"below":%d,"above":%d,"unknown":%d`, quoteJSON(c.Name), c.Missing, c.Below, c.Above, c.Unknown)
		if len(c.Values) > 0 {
			text += `,"values":` + listJSON(c.Values)
		}
		if c.Known {
			text += `,"trained_missing":` + strconv.FormatFloat(c.Trained.Missing, 'g', -1, 64)
		}
		if c.Known && c.Trained.Kind.Numbers && c.Trained.Min <= c.Trained.Max {
			text += fmt.Sprintf(`,"trained_min":%s,"trained_max":%s`, cell(float32(c.Trained.Min)), cell(float32(c.Trained.Max)))
		}
		columns = append(columns, text+"}")
	}
	a.note(`{"event":"drift","rows":%d,"columns":[%s],"unused":%s}`, d.Rows, strings.Join(columns, ","), listJSON(unused))
}

func listJSON(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = quoteJSON(w)
	}
	return "[" + strings.Join(quoted, ",") + "]"
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

// percent writes a share with two digits; only none is 0 %, and only all is 100 %.
func percent(share float64) string {
	switch p := 100 * share; {
	case p > 0 && p < 0.01:
		return "< 0.01 %"
	case p < 9.95:
		return strconv.FormatFloat(p, 'g', 2, 64) + " %"
	case p > 99 && p < 100:
		return "> 99 %"
	default:
		return strconv.FormatFloat(p, 'f', 0, 64) + " %"
	}
}
