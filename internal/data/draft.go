package data

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"mlp/internal/problem"
)

// Draft returns a commented spec that trains on the table without edits. c is
// what the command line says of the table: its target at least. src is how the
// spec is to name the table, which need not have been read with the target in
// mind.
func Draft(t *Table, c Config, src string) (string, error) {
	c.Pos = problem.Pos{File: "flag --target"}
	i := c.Target[0].find(t.Names())
	if i < 0 {
		return "", unknownColumn("", ColumnRef{Name: c.Target[0].Name, Number: c.Target[0].Number, Pos: c.Pos}, t.Names())
	}
	if t.Rows < 2 {
		return "", problem.Data(problem.Pos{File: t.Name}, "", "training needs more", "there is only one row")
	}
	t = t.WithWords(i)
	d := &draft{table: t, config: c, target: t.Columns[i], source: src}
	d.schema = &Schema{Targets: []string{d.target.Name}, Header: t.HeaderFound}
	if err := inferTarget(t, c, Auto, d.schema); err != nil {
		return "", err
	}
	d.lookAtColumns()
	if d.inputs == 0 {
		d.useAnyway()
	}
	if slices.ContainsFunc(t.Columns, func(col *Column) bool { return col != d.target && col.Kind == Categorical && commas(col) }) {
		if err := d.whyNot(); err != nil {
			return "", err
		}
	}
	if d.inputs == 0 {
		if err := d.whyNot(); err != nil {
			return "", err
		}
		return "", problem.Data(problem.Pos{File: t.Name}, "", "the table needs columns to predict from; if it has some, name the delimiter", "no column is left as an input")
	}
	return d.text(), nil
}

// whyNot complains of each column that cannot be used as it stands.
func (d *draft) whyNot() error {
	c := d.config
	for _, col := range d.table.Columns {
		if col.Skipped && !slices.ContainsFunc(c.Ignore, func(r ColumnRef) bool { return r.find([]string{col.Name}) == 0 }) {
			c.Ignore = append(c.Ignore, ColumnRef{Name: col.Name, Pos: c.Pos})
		}
	}
	_, err := Infer(d.table, c, Auto)
	return err
}

// LikelyTargets names columns that look like something to predict, the likeliest
// first: by their names, as few labels, or as the last column of the table.
func LikelyTargets(t *Table) []string {
	points := make([]int, len(t.Columns))
	for i, col := range t.Columns {
		if col.Skipped || col.Missing > 0 {
			continue
		}
		points[i] = 1
		if slices.Contains(targetNames, strings.ToLower(col.Name)) {
			points[i] += 4
		}
		if labels := len(col.Words); col.Kind == Categorical && labels >= 2 && labels <= integerClasses && labels*2 <= t.Rows {
			points[i] += 2
		}
		if i == len(t.Columns)-1 {
			points[i] += 2
		}
	}
	var likely []string
	for most := slices.Max(points); most > 1; most-- {
		for i, col := range t.Columns {
			if points[i] == most {
				likely = append(likely, col.Name)
			}
		}
	}
	return likely[:min(len(likely), 3)]
}

// targetNames are names that people give to what is to be predicted.
var targetNames = []string{"target", "label", "class", "y", "outcome", "response", "result", "price", "survived", "churn", "default", "diagnosis", "species", "quality", "fraud", "score"}

type draft struct {
	table  *Table
	config Config // of the command line
	target *Column
	source string
	schema *Schema

	profile *profiler

	ignore     []note // columns left out, and why
	id         string
	exceptions []note // lines of `columns:`, and why
	warnings   []string
	inputs     int // network inputs, about
}

// A note is a piece of the spec with its reason.
type note struct{ text, why string }

// useAnyway takes columns back that it was better to leave out, where there are
// no others. Of a constant can only be learned how often each answer is right.
func (d *draft) useAnyway() {
	d.ignore = slices.DeleteFunc(d.ignore, func(n note) bool {
		back := n.why == neverVaries || n.why == numbersRows
		if back {
			d.inputs++
		}
		return back
	})
	if d.inputs > 0 {
		d.warnings = append(d.warnings, "no column says much: the inputs are constants or numbers of the rows")
	}
}

// Why a column is left out that useAnyway may take back.
const (
	neverVaries = "the same in every row"
	numbersRows = "numbers the rows"
)

func (d *draft) lookAtColumns() {
	schema := &Schema{Task: d.schema.Task, Labels: d.schema.Labels, index: d.schema.index, Targets: d.schema.Targets}
	for _, col := range d.table.Columns {
		sc := SchemaColumn{Name: col.Name, Kind: col.Kind, Role: Feature}
		if col == d.target {
			sc.Role = Target
		}
		schema.Columns = append(schema.Columns, sc)
	}
	report := &Report{}
	if schema.Task.Classes() {
		report.Classes = classCounts(d.target, schema)
	}
	profile := newProfiler(d.table, schema, report, 0)
	d.profile = profile
	profile.duplicateColumns()
	profile.leaks()
	duplicates := map[string]string{}
	for _, w := range profile.report.Warnings {
		if w.Kind == "duplicate_columns" {
			duplicates[w.Columns[1]] = w.Columns[0]
			continue
		}
		d.warnings = append(d.warnings, w.Msg+": "+w.Hint)
	}
	for i, col := range d.table.Columns {
		if col != d.target {
			d.lookAt(i, col, &profile.report.Columns[i], duplicates[col.Name])
		}
	}
}

// lookAt decides what the spec says about one feature.
func (d *draft) lookAt(i int, col *Column, r *ColumnReport, twin string) {
	filled := d.table.Rows - col.Missing
	name := yamlText(col.Name)
	drop := func(format string, args ...any) {
		d.ignore = append(d.ignore, note{name, fmt.Sprintf(format, args...)})
	}
	switch {
	case col.Skipped:
		drop("left out when the table was read")
	case filled == 0:
		drop("every cell is missing")
	case r.Distinct <= 1:
		drop(neverVaries)
	case twin != "":
		drop("the same as %s", twin)
	case col.Kind == Numeric && d.profile.idNumbers(i):
		drop(numbersRows)
	case col.Holds() == Date:
		d.inputs += dateInputs
	case col.Kind == Categorical && r.Distinct == filled && col.Missing == 0 && filled >= idRows && d.id == "":
		d.id = name
	case col.Kind == Categorical && r.Distinct*idShare > filled && filled >= idRows:
		drop("%d different words in %d rows", r.Distinct, filled)
	case col.OtherN > 0 && len(col.OtherWords) > oddWords:
		drop("numbers, but for %d cells of many kinds", col.OtherN)
	default:
		d.use(i, col, r, name)
	}
}

// dateInputs is about how many inputs a date becomes.
const dateInputs = 7

func (d *draft) use(i int, col *Column, r *ColumnReport, name string) {
	if col.Kind == Categorical {
		d.inputs += r.Distinct + 1
		if r.Distinct > 50 {
			d.exceptions = append(d.exceptions, note{fmt.Sprintf("{name: %s, min_count: %d}", name, max(2, d.table.Rows/500)),
				fmt.Sprintf("%d different words: the rare ones share a bucket", r.Distinct)})
		}
		return
	}
	d.inputs++
	na := []string{}
	var why []string
	sorted := d.profile.facts[i].sorted
	if n := suspiciousZeros(sorted, r.Numbers); n > 0 {
		na = append(na, "0")
		why = append(why, fmt.Sprintf("0 in %s, far from all other values: taken as missing", problem.Count(n, "row")))
	}
	if col.OtherN > 0 {
		for _, w := range col.OtherWords {
			na = append(na, yamlText(w))
		}
		why = append(why, fmt.Sprintf("%s no number: taken as missing", problem.CountAre(col.OtherN, "cell")))
	}
	var settings []string
	if len(na) > 0 {
		settings = append(settings, fmt.Sprintf("na_values: [%s], indicator: true", strings.Join(na, ", ")))
	} else if 20*col.Missing > d.table.Rows {
		settings = append(settings, "indicator: true")
		why = append(why, fmt.Sprintf("missing in %s", problem.Count(col.Missing, "row")))
	}
	switch {
	case longTail(sorted):
		settings = append(settings, "scale: log1p")
		why = append(why, "a long tail")
	case farOut(sorted):
		settings = append(settings, "scale: log1p")
		why = append(why, "a few values far out")
	}
	if len(settings) > 0 {
		d.exceptions = append(d.exceptions, note{fmt.Sprintf("{name: %s, %s}", name, strings.Join(settings, ", ")), strings.Join(why, "; ")})
	}
}

// longTail reports whether a positive column has most of its values crowded in
// the lowest twentieth of its range.
func longTail(sorted []float64) bool {
	if len(sorted) < 20 || sorted[0] < 0 {
		return false
	}
	top := sorted[len(sorted)-1]
	return quantile(sorted, 0.75) < top/20 && quantile(sorted, 0.75) > 0
}

// farOut reports whether the ends of a column lie 20 times as far from its middle
// as nineteen of twenty values do from each other. Divided by the standard
// deviation these would be all alike. The logarithm spreads them where they lie
// around 0.
func farOut(sorted []float64) bool {
	if len(sorted) < 200 {
		return false
	}
	middle, width := quantile(sorted, 0.5), quantile(sorted, 0.975)-quantile(sorted, 0.025)
	far := max(middle-sorted[0], sorted[len(sorted)-1]-middle)
	return width > 0 && far > 20*width && 20*math.Abs(middle) < far
}

// rarest returns the class with the fewest rows.
func (d *draft) rarest() Count {
	counts := classCounts(d.target, d.schema)
	return slices.MinFunc(counts, func(a, b Count) int { return a.N - b.N })
}

// yamlText writes text as YAML, in quotes where it needs them.
func yamlText(s string) string {
	plain := s != ""
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' || r == '/'
		plain = plain && (letter || i > 0 && (r >= '0' && r <= '9' || r == '.' || r == '-'))
	}
	switch strings.ToLower(s) {
	case "true", "false", "null", "yes", "no", "on", "off", "y", "n":
		plain = false
	}
	if plain {
		return s
	}
	return strings.ReplaceAll(strconv.Quote(s), `\x`, `\u00`) // the escapes of Go are YAML's
}
