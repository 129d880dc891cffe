package data

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"
)

// A Warning is something about a table that a person should look at.
type Warning struct {
	Kind    string   `json:"kind"` // constant, missing, zeros, precision, id, mixed, outlier, header, duplicate_columns, duplicate_rows, leak, skew
	Columns []string `json:"columns,omitempty"`
	Msg     string   `json:"message"`
	Hint    string   `json:"hint,omitempty"`
}

type profiler struct {
	table   *Table
	schema  *Schema
	columns []*Column // as the schema's
	report  *Report
}

func (p *profiler) add(kind string, columns []string, hint, format string, args ...any) {
	p.report.Warnings = append(p.report.Warnings, Warning{Kind: kind, Columns: columns, Msg: fmt.Sprintf(format, args...), Hint: hint})
}

// warn looks at each column, then at all of them together.
func (p *profiler) warn() {
	for i, col := range p.columns {
		if p.schema.Columns[i].Role == Feature && !col.Skipped {
			p.warnColumn(col, &p.report.Columns[i])
		}
	}
	if p.table.headerDoubt {
		p.add("header", nil, "if it names the columns, write `header: true`", "the first row was taken as data; it looks as if it might name the columns")
	}
	p.duplicateColumns()
	p.duplicateRows()
	p.leaks()
	p.skew()
}

func (p *profiler) warnColumn(col *Column, r *ColumnReport) {
	name := []string{col.Name}
	filled := p.table.Rows - col.Missing
	switch {
	case r.Distinct <= 1:
		p.add("constant", name, ignoreHint(col.Name), "%q is the same in every row", col.Name)
		return
	case 2*col.Missing > p.table.Rows:
		p.add("missing", name, "leave it out, or set `indicator: true`", "%q is missing in %d of %d rows", col.Name, col.Missing, p.table.Rows)
	}
	if col.Kind == Categorical {
		if note := mixedNote(col); note != "" {
			p.add("mixed", name, "", "%q holds words and numbers%s", col.Name, note)
		}
		if r.Distinct*idShare > filled && filled >= idRows {
			p.add("id", name, ignoreHint(col.Name), "%q has %d different words in %d rows: it seems to name the rows", col.Name, r.Distinct, filled)
		}
		return
	}
	if idNumbers(col, r) {
		p.add("id", name, ignoreHint(col.Name), "%q seems to number the rows", col.Name)
	}
	if step := coarse(r.Numbers); step > 0 {
		p.add("precision", name, "subtract a constant in the file: seconds since the first row instead of since 1970",
			"%q varies little around a large value: float32, which the table is kept in, tells apart only steps of %.2g here", col.Name, step)
	}
	if n := r.zeros; n > 0 {
		p.add("zeros", name, fmt.Sprintf("if 0 means missing: `- {name: %q, na_values: [0]}` under `columns:`", col.Name),
			"%q is 0 in %s, and far from 0 in all others", col.Name, count(n, "row"))
	}
	if n := r.far; n > 0 {
		p.add("outlier", name, "`scale: robust` or `log1p`, or `clip`", "%q has %s more than 20 interquartile ranges from the median", col.Name, count(n, "value"))
	}
}

// idNumbers reports whether a numeric column seems to name rows: whole numbers,
// nearly all different, that count up or whose column is called an id.
func idNumbers(col *Column, r *ColumnReport) bool {
	filled := len(col.Numbers) - col.Missing
	if filled < idRows || 10*r.Distinct < 9*filled || !isInteger(col) {
		return false
	}
	counting := true
	for i := 1; i < len(col.Numbers); i++ {
		counting = counting && col.Numbers[i] == col.Numbers[i-1]+1
	}
	name := strings.ToLower(col.Name)
	for _, word := range []string{"id", "index", "key", "row", "no", "nr", "number"} {
		before, found := strings.CutSuffix(name, word)
		counting = counting || found && (before == "" || strings.ContainsAny(before[len(before)-1:], "_-. #")) ||
			strings.HasSuffix(col.Name, "Id") || strings.HasSuffix(col.Name, "ID")
	}
	return counting
}

// coarseSteps is how many steps of float32 a standard deviation should have: with
// fewer, rounding moves a scaled value by more than a thousandth.
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

// suspiciousZeros counts the zeros of a column whose other values are all
// positive and keep a distance from 0 that is large beside the distances among
// themselves, as in Pima's blood pressures, where 0 means "not measured".
func suspiciousZeros(sorted []float32) int {
	zeros := 0
	for zeros < len(sorted) && sorted[zeros] == 0 {
		zeros++
	}
	if zeros == 0 || 2*zeros > len(sorted) || sorted[0] < 0 {
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
	if least := float64(distinct[0]); least > 2.5*near && least > 5*quantile(gaps, 0.5) {
		return zeros
	}
	return 0
}

func outliers(sorted []float32) int {
	median, iqr := quantile(sorted, 0.5), quantile(sorted, 0.75)-quantile(sorted, 0.25)
	if iqr == 0 {
		return 0
	}
	n := 0
	for _, v := range sorted {
		if math.Abs(float64(v)-median) > 20*iqr {
			n++
		}
	}
	return n
}

// duplicateColumns finds features that say the same in every row.
func (p *profiler) duplicateColumns() {
	first := map[uint64]*Column{}
	for i, col := range p.columns {
		if p.schema.Columns[i].Role != Feature || col.Skipped || p.report.Columns[i].Distinct <= 1 {
			continue
		}
		h := uint64(0)
		for row := range p.table.Rows {
			h = mixHash(h, col.hash(row))
		}
		if other := first[h]; other != nil && sameColumn(other, col) {
			p.add("duplicate_columns", []string{other.Name, col.Name}, ignoreHint(col.Name), "%q and %q are the same in every row", other.Name, col.Name)
			continue
		}
		first[h] = col
	}
}

func sameColumn(a, b *Column) bool {
	for row := range max(len(a.Numbers), len(a.Codes)) {
		if !a.same(row, b, row) {
			return false
		}
	}
	return true
}

// duplicateLimit is how many rows may be compared: of more, the comparison would
// take more memory than a narrow table does.
const duplicateLimit = 1 << 27

// duplicateRows counts rows that repeat an earlier one in every column.
func (p *profiler) duplicateRows() {
	if p.table.Rows > duplicateLimit {
		return
	}
	var columns []*Column
	for i, col := range p.columns {
		if r := p.schema.Columns[i].Role; !col.Skipped && (r == Feature || r == Target) {
			columns = append(columns, col)
		}
	}
	n, example := 0, [2]int{}
	hashes := rowHashes(columns, p.table.Rows)
	// A table with open addressing: the place of a hash holds 1 + the first row
	// that has it.
	first := make([]uint32, 1<<bits.Len(uint(2*p.table.Rows)))
	for row, h := range hashes {
		at := int(h) & (len(first) - 1)
		for first[at] != 0 && hashes[first[at]-1] != h {
			at = (at + 1) & (len(first) - 1)
		}
		if first[at] == 0 {
			first[at] = uint32(row) + 1
			continue
		}
		other := int(first[at]) - 1
		if !slices.ContainsFunc(columns, func(c *Column) bool { return !c.same(row, c, other) }) {
			if n++; n == 1 {
				example = [2]int{p.table.Lines[other], p.table.Lines[row]}
			}
		}
	}
	if n > 0 {
		p.add("duplicate_rows", nil, "a training row that is among the test rows too makes the score too good",
			"%s a copy of another one, for example line %d of line %d", countAre(n, "row"), example[1], example[0])
	}
}

// rowHashes returns a number for each row; equal rows have equal ones.
func rowHashes(columns []*Column, rows int) []uint64 {
	hashes := make([]uint64, rows)
	for _, col := range columns {
		for row, h := range hashes {
			hashes[row] = mixHash(h, col.hash(row))
		}
	}
	return hashes
}

// hash returns a number for a cell; equal cells have equal ones.
func (c *Column) hash(row int) uint64 {
	if c.Numbers != nil {
		return uint64(math.Float32bits(c.Numbers[row] + 0)) // −0 counts as 0
	}
	if c.Codes[row] < 0 {
		return 1<<63 + 1
	}
	h := uint64(14695981039346656037)
	for _, b := range []byte(c.Words[c.Codes[row]]) {
		h = (h ^ uint64(b)) * 1099511628211
	}
	return h
}

func mixHash(h, x uint64) uint64 {
	h = (h ^ x) * 0x9e3779b97f4a7c15
	return h ^ h>>29
}

// same reports whether two cells are equal; missing ones are.
func (c *Column) same(row int, other *Column, otherRow int) bool {
	a, b := c.isMissing(row), other.isMissing(otherRow)
	if a || b {
		return a && b
	}
	if c.Numbers != nil && other.Numbers != nil {
		return c.Numbers[row] == other.Numbers[otherRow]
	}
	return c.Codes != nil && other.Codes != nil && c.Words[c.Codes[row]] == other.Words[other.Codes[otherRow]]
}

// skew warns of classes with few rows.
func (p *profiler) skew() {
	for _, class := range p.report.Classes {
		if 20*class.N < p.table.Rows {
			p.add("skew", p.schema.Targets, "`class_weight: balanced` under `fit:`, and a metric other than accuracy",
				"only %s labelled %q", countAre(class.N, "row"), class.Value)
		}
	}
}
