package profile

import (
	"math"
	"slices"

	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/parallel"
	"mlp/internal/rng"
	"mlp/internal/stats"
)

// A profiler looks at a table. Sums, extremes, zeros and copies are of all rows;
// what needs the values in order is taken from a sample of a large table.
type profiler struct {
	table   *table.Table
	schema  *schema.Schema
	columns []*table.Column // as the schema's
	facts   []facts         // as the columns
	report  *Report
	sample  []int // rows; nil: all
	threads int
}

// facts are what warnings and drafts ask of a numeric column.
type facts struct {
	sorted   []float64 // values of the sampled rows that are not missing
	integer  bool      // all are whole numbers
	counting bool      // each is one more than that of the row before
}

// sampleRows are up to how many rows are all put in order; distinctLimit up to
// how many different values are counted in a larger table.
const (
	sampleRows    = 100_000
	distinctLimit = 10_000
)

// newProfiler describes the columns, several at a time.
func newProfiler(t *table.Table, s *schema.Schema, r *Report, threads int) *profiler {
	p := &profiler{table: t, schema: s, report: r, threads: threads, sample: sampleOf(t.Rows)}
	r.Sampled = len(p.sample)
	p.facts, r.Columns = make([]facts, len(s.Columns)), make([]ColumnReport, len(s.Columns))
	columns := t.ByName()
	for _, sc := range s.Columns {
		p.columns = append(p.columns, sc.Kind.ValuesOf(columns[sc.Name], sc.Settings))
	}
	p.eachColumn(func(i int) { r.Columns[i] = p.describe(i) })
	return p
}

// eachColumn calls f for every column, in parallel.
func (p *profiler) eachColumn(f func(i int)) {
	parallel.Each(len(p.columns), p.threads, f)
}

// sampleOf draws a row out of each of sampleRows stretches of equal length.
func sampleOf(rows int) []int {
	if rows <= sampleRows {
		return nil
	}
	draw := rng.New(0, "profile")
	sample := make([]int, sampleRows)
	for i := range sample {
		from, to := i*rows/sampleRows, (i+1)*rows/sampleRows
		sample[i] = from + int(draw.Uint64(uint64(i))%uint64(to-from))
	}
	return sample
}

func (p *profiler) describe(i int) ColumnReport {
	col, sc := p.columns[i], p.schema.Columns[i]
	r := ColumnReport{Name: sc.Name, Role: sc.Role.String()}
	if col == nil || col.Skipped {
		return r
	}
	r.Kind, r.Missing = sc.Kind.String(), col.Missing
	if col.Kind == table.Categorical {
		counts := wordCounts(col)
		r.Distinct = len(counts)
		r.Top = counts[:min(len(counts), topCounts)]
		return r
	}
	f := &p.facts[i]
	f.sorted = stats.Present(col.Values(p.sample))
	if r.Numbers = numberStats(col); r.Numbers == nil {
		return r
	}
	if r.Numbers.Median = r.Numbers.Min; len(f.sorted) > 0 {
		r.Numbers.Median = stats.Quantile(f.sorted, 0.5)
	}
	f.integer, f.counting = col.IsInteger(), counts(col)
	r.Distinct, r.More = p.distinct(col, f.sorted)
	return r
}

// numberStats is nil of a column without values. It leaves the median open.
func numberStats(col *table.Column) *NumberStats {
	n := &NumberStats{Min: math.Inf(1), Max: math.Inf(-1)}
	filled, sum := 0, 0.0
	for row := range col.Len() {
		v := col.Number(row)
		if v != v {
			continue
		}
		filled++
		sum += v
		if v < n.Min {
			n.Min = v
		}
		if v > n.Max {
			n.Max = v
		}
		if v == 0 {
			n.Zeros++
		}
	}
	if filled == 0 {
		return nil
	}
	if n.Mean = n.Min; n.Min == n.Max {
		return n
	}
	n.Mean = sum / float64(filled)
	squares := 0.0
	for row := range col.Len() {
		if d := col.Number(row) - n.Mean; d == d {
			squares += float64(d * d)
		}
	}
	n.SD = math.Sqrt(squares / float64(filled))
	return n
}

// counts reports whether each number is one more than that of the row before.
func counts(col *table.Column) bool {
	for row := 1; row < col.Len(); row++ {
		if col.Number(row) != col.Number(row-1)+1 {
			return false
		}
	}
	return true
}

// distinct counts the different values, of a large table up to distinctLimit.
func (p *profiler) distinct(col *table.Column, sorted []float64) (n int, more bool) {
	if p.sample == nil {
		for i, v := range sorted {
			if i == 0 || v != sorted[i-1] {
				n++
			}
		}
		return n, false
	}
	const slots = 4 * 1 << 13 // at most a third of them is taken
	var set [slots]float64
	var taken [slots]bool
	for row := range col.Len() {
		v := col.Number(row)
		if v != v {
			continue
		}
		at := mixHash(0, wideBits(v)) % slots
		for taken[at] && set[at] != v {
			at = (at + 1) % slots
		}
		if taken[at] {
			continue
		}
		if n == distinctLimit {
			return n, true
		}
		set[at], taken[at] = v, true
		n++
	}
	return n, false
}

// different returns how many different values there are for a cell: 1 where none
// repeats. Where they were not all counted, the sample says.
func (p *profiler) different(i int) float64 {
	r := &p.report.Columns[i]
	if !r.More {
		return float64(r.Distinct) / float64(max(1, p.table.Rows-r.Missing))
	}
	sorted := p.facts[i].sorted
	return float64(len(slices.Compact(slices.Clone(sorted)))) / float64(max(1, len(sorted)))
}
