package profile

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"mlp/internal/data/preprocess"
	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/stats"
	"mlp/internal/task"
)

// A Warning is something about a table that a person should look at.
type Warning struct {
	Kind    string   `json:"kind"` // constant, missing, zeros, sentinel, version, amount, precision, date, spelling, id, mixed, outlier, thousands, na, codes, header, comment, quotes, nameless, double, duplicate_columns, duplicate_rows, leak, skew
	Columns []string `json:"columns,omitempty"`
	Msg     string   `json:"message"`
	Hint    string   `json:"hint,omitempty"`
}

func (p *profiler) add(kind string, columns []string, hint, format string, args ...any) {
	p.report.Warnings = append(p.report.Warnings, Warning{Kind: kind, Columns: columns, Msg: fmt.Sprintf(format, args...), Hint: hint})
}

// warn looks at each column, then at all of them together.
func (p *profiler) warn() {
	for i, col := range p.columns {
		switch r := &p.report.Columns[i]; {
		case p.schema.Columns[i].Role == schema.Feature && !col.Skipped:
			p.warnColumn(i, col, r)
		case p.schema.Columns[i].Role == schema.Target && p.schema.Task.Classes():
			p.spellings(col)
		case p.schema.Columns[i].Role == schema.Target && p.schema.Task == task.Regression && r.Numbers != nil:
			if step := coarse(r.Numbers); step > 0 {
				p.add("precision", []string{col.Name}, "predict the difference from a constant: seconds since the first row instead of since 1970",
					"%q varies little around a large value: answers are float32, which tells apart only steps of %.2g here", col.Name, step)
			}
		}
	}
	if p.table.HeaderDoubt {
		p.add("header", nil, "if it names the columns, write `header: true`", "the first row was taken as data; it looks as if it might name the columns")
	}
	for _, note := range p.schema.Notes {
		if slices.Contains(p.schema.Targets, note.Column) {
			p.add(note.Kind, []string{note.Column}, note.Hint, "%s", note.Msg)
		}
		if note.Kind == schema.ReadNote {
			p.report.Notes = append(p.report.Notes, Warning{Kind: note.Kind, Columns: []string{note.Column}, Msg: note.Msg, Hint: note.Hint})
		}
	}
	for _, note := range p.table.Notes {
		p.add(note.Kind, nil, note.Hint, "%s", note.Msg)
	}
	p.duplicateColumns()
	p.duplicateRows()
	p.leaks()
	p.skew()
}

func (p *profiler) warnColumn(i int, col *table.Column, r *ColumnReport) {
	name := []string{col.Name}
	filled := p.table.Rows - col.Missing
	switch {
	case r.Distinct <= 1 && p.table.Rows > 1:
		p.add("constant", name, schema.IgnoreHint(col.Name), "%q is the same in every row", col.Name)
		return
	case 2*col.Missing > p.table.Rows:
		p.add("missing", name, "leave it out, or set `indicator: true`", "%q is missing in %d of %d rows", col.Name, col.Missing, p.table.Rows)
	}
	switch {
	case col.Look.Namibia && col.Missing > 0:
		p.add("na", name, fmt.Sprintf("if NA is one of the codes: `columns: [{name: %q, keep_default_na: false}]`", col.Name),
			"%q holds codes of two letters, and NA counts as missing there: %s missing", col.Name, problem.CountAre(col.Missing, "cell"))
	case col.Look.Codes && p.schema.Columns[i].Kind.Numbers:
		p.add("codes", name, fmt.Sprintf("`columns: [{name: %q, type: categorical}]`", col.Name),
			"numbers of %q begin with 0, as codes do and amounts do not", col.Name)
	}
	if col.Kind == table.Categorical {
		p.spellings(col)
		if p.schema.Columns[i].Kind != preprocess.Categorical {
			return // cells of other kinds are not names of rows, however many there are
		}
		if at := slices.IndexFunc(p.schema.Notes, func(n schema.Note) bool { return n.Column == col.Name && n.Kind != schema.ReadNote }); at >= 0 {
			note := p.schema.Notes[at]
			p.add(note.Kind, name, note.Hint, "%s", note.Msg)
			return
		}
		if note := schema.MixedNote(col); note != "" {
			p.add("mixed", name, "", "%q holds words and numbers%s", col.Name, note)
		}
		if r.Distinct*schema.IDShare > filled && filled >= schema.IDRows && !schema.SaidToBeWords(col) {
			p.add("id", name, schema.IgnoreHint(col.Name), "%q has %d different words in %d rows: it seems to name the rows", col.Name, r.Distinct, filled)
		}
		return
	}
	found := slices.IndexFunc(p.schema.Notes, func(n schema.Note) bool {
		return n.Column == col.Name && (n.Kind == schema.SentinelNote || n.Kind == schema.VersionNote)
	})
	if found >= 0 {
		note := p.schema.Notes[found]
		p.add(note.Kind, name, note.Hint, "%s", note.Msg)
	}
	if p.idNumbers(i) {
		p.add("id", name, schema.IgnoreHint(col.Name), "%q seems to number the rows", col.Name)
	}
	if t := p.table; t.Delimiter == ';' && t.Reading.Marks.Plain() && !p.facts[i].integer && r.Distinct >= schema.IDRows && r.Numbers.Min >= 1 && col.InTriples() {
		p.add("thousands", name, "if so: `read: {decimal: \",\", thousands: \".\"}`", "%q has three digits behind the point everywhere, as whole numbers with points for thousands have", col.Name)
	}
	if n := r.Numbers; p.facts[i].integer && max(-n.Min, n.Max) > maxExact {
		p.add("precision", name, fmt.Sprintf("if they are names: `- {name: %q, type: categorical}` under `columns:`", col.Name),
			"%q has whole numbers beyond %d, which float64 does not tell from their neighbours", col.Name, int64(maxExact))
	}
	if n := p.merged(i); n > 0 {
		p.add("precision", name, "`scale: standard` tells them apart, or subtract a constant in the file: seconds since the first row instead of since 1970",
			"%q has different values that become equal inputs, %s: as it is scaled, float32 does not tell them apart", col.Name, problem.Count(n, "pair"))
	}
	if n := suspiciousZeros(p.facts[i].sorted, r.Numbers); n > 0 {
		p.add("zeros", name, fmt.Sprintf("if 0 means missing: `- {name: %q, na_values: [0]}` under `columns:`", col.Name),
			"%q is 0 in %s, and far from 0 in all others", col.Name, problem.Count(n, "row"))
	}
	if n := outliers(col, p.facts[i].sorted); n > 0 && found < 0 {
		p.add("outlier", name, "`scale: robust` or `log1p`, or `clip`", "%q has %s more than 20 interquartile ranges from the median", col.Name, problem.Count(n, "value"))
	}
}

// idNumbers reports whether a numeric column seems to name rows: whole numbers,
// nearly all different, that count up or whose column is called an id.
func (p *profiler) idNumbers(i int) bool {
	col, counting := p.columns[i], p.facts[i].counting
	if p.table.Rows-col.Missing < schema.IDRows || p.different(i) < 0.9 || !p.facts[i].integer {
		return false
	}
	name := strings.ToLower(col.Name)
	for _, word := range []string{"id", "index", "key", "row", "no", "nr", "number"} {
		before, found := strings.CutSuffix(name, word)
		counting = counting || found && (before == "" || strings.ContainsAny(before[len(before)-1:], "_-. #")) ||
			strings.HasSuffix(col.Name, "Id") || strings.HasSuffix(col.Name, "ID")
	}
	return counting
}

// maxExact is the greatest whole number up to which float64 holds all.
const maxExact = 1 << 53

// spellings tells of whole numbers that a column of words has with a point and without.
func (p *profiler) spellings(col *table.Column) {
	if one, other, n := preprocess.TwiceSpelled(col.Words); n > 0 {
		p.add("spelling", []string{col.Name}, "", "%q has %s written in two ways, which are taken for one: %s and %s", col.Name, problem.Count(n, "whole number"), one, other)
	}
}

// mergedShare is the share of a column's different values that may become equal inputs:
// among long random numbers a few always do.
const mergedShare = 0.01

// coarseSteps is how many steps of float32 a standard deviation of answers should have:
// with fewer, rounding moves one by more than a thousandth.
const coarseSteps = 500

// coarse returns the distance between neighbouring float32 at the largest value
// of a column whose spread is only a few of them; 0 means that it is fine. Whole
// numbers below 2²⁴ are exact however little they vary.
func coarse(s *NumberStats) float64 {
	top := math.Max(math.Abs(s.Min), math.Abs(s.Max))
	_, exponent := math.Frexp(top)
	step := math.Ldexp(1, exponent-24)
	whole := s.Min == math.Floor(s.Min) && s.Max == math.Floor(s.Max)
	if s.SD >= coarseSteps*step || whole && step <= 1 {
		return 0
	}
	return step
}

// merged counts the neighbouring values of a column that its scale makes equal inputs
// of; 0 where they are as few as chance explains. Float32 columns have none.
func (p *profiler) merged(i int) int {
	if p.columns[i].Wide == nil {
		return 0
	}
	distinct := slices.Compact(slices.Clone(p.facts[i].sorted))
	n := p.schema.Columns[i].Numeric.Merged(distinct)
	if float64(n) <= mergedShare*float64(len(distinct)) {
		return 0
	}
	return n
}

// suspiciousZeros counts the zeros of a column whose other values are all
// positive and keep a distance from 0 that is large beside the distances among
// themselves, as in Pima's blood pressures, where 0 means "not measured".
func suspiciousZeros(sorted []float64, all *NumberStats) int {
	zeros := 0
	for zeros < len(sorted) && sorted[zeros] == 0 {
		zeros++
	}
	if all == nil || all.Zeros == 0 || 2*zeros > len(sorted) || all.Min < 0 {
		return 0
	}
	distinct := slices.Compact(slices.Clone(sorted[zeros:]))
	if len(distinct) < 10 {
		return 0
	}
	gaps := make([]float64, len(distinct)-1)
	for i := range gaps {
		gaps[i] = float64(distinct[i+1]) - float64(distinct[i])
	}
	// Far beside the values nearest to 0, where they thin out, and beside all.
	near := slices.Max(gaps[:5])
	slices.Sort(gaps)
	if distinct[0] > 2.5*near && distinct[0] > 5*stats.Quantile(gaps, 0.5) {
		return all.Zeros
	}
	return 0
}

// outliers counts the values far from the median, by the quartiles of the sample.
func outliers(col *table.Column, sorted []float64) int {
	median, iqr := stats.Quantile(sorted, 0.5), stats.Quantile(sorted, 0.75)-stats.Quantile(sorted, 0.25)
	if iqr == 0 {
		return 0
	}
	n := 0
	for row := range col.Len() {
		if math.Abs(col.Number(row)-median) > 20*iqr {
			n++
		}
	}
	return n
}

// skew warns of classes with few rows beside others that have more.
func (p *profiler) skew() {
	var few []Count
	most := 0
	for _, class := range p.report.Classes {
		most = max(most, class.N)
		if 20*class.N < p.table.Rows {
			few = append(few, class)
		}
	}
	few = slices.DeleteFunc(few, func(c Count) bool { return 2*c.N >= most }) // there are many labels, and they are alike
	const hint = "`class_weight: balanced` under `fit:`, and a metric other than accuracy"
	switch len(few) {
	case 0:
	case 1:
		p.add("skew", p.schema.Targets, hint, "only %s labelled %q", problem.CountAre(few[0].N, "row"), few[0].Value)
	default:
		slices.SortStableFunc(few, func(a, b Count) int { return a.N - b.N })
		var words []string
		for _, c := range few[:min(len(few), topCounts)] {
			words = append(words, fmt.Sprintf("%q %d", c.Value, c.N))
		}
		if more := len(few) - topCounts; more > 0 {
			words = append(words, fmt.Sprintf("and %d more", more))
		}
		p.add("skew", p.schema.Targets, hint, "%d labels of %d have few rows: %s", len(few), len(p.report.Classes), strings.Join(words, ", "))
	}
}

// Shown are the warnings to show somebody: of each kind the first, and a count.
func (r *Report) Shown() []Warning {
	const most = 8
	var shown []Warning
	of := map[string]int{}
	for _, w := range r.Warnings {
		if of[w.Kind]++; of[w.Kind] <= most {
			shown = append(shown, w)
		}
	}
	for _, w := range r.Warnings {
		if more := of[w.Kind] - most; more > 0 {
			shown, of[w.Kind] = append(shown, Warning{Kind: w.Kind, Msg: fmt.Sprintf("and %d more like these (%s)", more, strings.ReplaceAll(w.Kind, "_", " "))}), 0
		}
	}
	return shown
}
