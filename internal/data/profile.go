package data

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// A Report is what there is to know about a table before training on it.
type Report struct {
	Name      string         `json:"name"`
	Rows      int            `json:"rows"`
	SHA256    string         `json:"sha256"`
	Header    bool           `json:"header"`
	Delimiter string         `json:"delimiter"` // "" for JSON lines
	Task      string         `json:"task,omitempty"`
	Targets   []string       `json:"targets,omitempty"`
	Classes   []Count        `json:"classes,omitempty"` // of a classification, in label order
	Columns   []ColumnReport `json:"columns"`
	Parts     *PartsReport   `json:"parts,omitempty"` // where the spec splits the rows
	Warnings  []Warning      `json:"warnings"`
}

// A ColumnReport describes one column.
type ColumnReport struct {
	Name     string       `json:"name"`
	Kind     string       `json:"kind"`
	Role     string       `json:"role"`
	Missing  int          `json:"missing"`
	Distinct int          `json:"distinct"`
	Numbers  *NumberStats `json:"numbers,omitempty"` // of a numeric column with values
	Top      []Count      `json:"top,omitempty"`     // of a categorical column: the most frequent

	zeros, far int // suspicious zeros and outliers
}

// NumberStats describes the values of a numeric column that are not missing. SD
// is the population's.
type NumberStats struct {
	Min    float64 `json:"min"`
	Mean   float64 `json:"mean"`
	Median float64 `json:"median"`
	SD     float64 `json:"sd"`
	Max    float64 `json:"max"`
	Zeros  int     `json:"zeros"`
}

// A Count is a word and how often it stands.
type Count struct {
	Value string `json:"value"`
	N     int    `json:"n"`
}

// topCounts is how many categories a report names.
const topCounts = 5

// Profile describes a table and warns of what commonly goes wrong with one.
func Profile(t *Table, s *Schema) *Report {
	r := &Report{Name: t.Name, Rows: t.Rows, SHA256: t.SHA256, Header: t.HeaderFound, Delimiter: strings.TrimLeft(string(t.Delimiter), "\x00"), Targets: s.Targets, Warnings: []Warning{}}
	if len(s.Targets) > 0 {
		r.Task = s.Task.String()
	}
	if s.Task.Classes() {
		r.Classes = classCounts(t.Column(s.Targets[0]), s)
	}
	p := &profiler{table: t, schema: s, report: r}
	columns := t.byName()
	for _, sc := range s.Columns {
		p.columns = append(p.columns, columns[sc.Name])
	}
	r.Columns = make([]ColumnReport, len(p.columns))
	threads := t.source.Threads
	if t.Rows > duplicateLimit {
		threads = 1 // one sorter at a time: each takes two columns' memory
	}
	eachColumn(len(p.columns), threads, func(i int, by *sorter) {
		r.Columns[i] = describeColumn(p.columns[i], s.Columns[i], by)
	})
	p.warn()
	return r
}

func classCounts(col *Column, s *Schema) []Count {
	counts := make([]Count, len(s.Labels))
	for i, l := range s.Labels {
		counts[i].Value = l
	}
	for _, class := range s.classes(col) {
		if class >= 0 {
			counts[class].N++
		}
	}
	return counts
}

func describeColumn(col *Column, sc SchemaColumn, by *sorter) ColumnReport {
	r := ColumnReport{Name: sc.Name, Role: sc.Role.String()}
	if col == nil || col.Skipped {
		return r
	}
	r.Kind, r.Missing = sc.Kind.String(), col.Missing
	if col.Kind == Numeric {
		sorted := by.sort(col.Numbers)
		if len(sorted) == 0 {
			return r
		}
		n := &NumberStats{Min: float64(sorted[0]), Max: float64(sorted[len(sorted)-1]), Median: quantile(sorted, 0.5)}
		n.Mean, n.SD = spread(sorted)
		for i, v := range sorted {
			if v == 0 {
				n.Zeros++
			}
			if i == 0 || v != sorted[i-1] {
				r.Distinct++
			}
		}
		r.Numbers, r.zeros, r.far = n, suspiciousZeros(sorted), outliers(sorted)
		return r
	}
	counts := wordCounts(col)
	r.Distinct = len(counts)
	r.Top = counts[:min(len(counts), topCounts)]
	return r
}

// spread returns the mean and the population's standard deviation of sorted
// values, in two passes; that of a constant column is 0.
func spread(sorted []float32) (mean, sd float64) {
	n := float64(len(sorted))
	if sorted[0] == sorted[len(sorted)-1] {
		return float64(sorted[0]), 0 // the mean of equal values can be off by a rounding
	}
	for _, v := range sorted {
		mean += float64(v)
	}
	mean /= n
	for _, v := range sorted {
		d := float64(v) - mean
		sd += float64(d * d)
	}
	return mean, math.Sqrt(sd / n)
}

func columnValues(col *Column) []float64 {
	x := make([]float64, len(col.Numbers))
	for i, v := range col.Numbers {
		x[i] = float64(v)
	}
	return x
}

// wordCounts returns the words of a column that stand somewhere, the most
// frequent first.
func wordCounts(col *Column) []Count {
	counts := make([]Count, len(col.Words))
	for i, w := range col.Words {
		counts[i].Value = w
	}
	for _, code := range col.Codes {
		if code >= 0 {
			counts[code].N++
		}
	}
	slices.SortStableFunc(counts, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Value, b.Value))
	})
	return counts
}

// isInteger reports whether all values that are there are whole numbers.
func isInteger(col *Column) bool {
	for _, v := range col.Numbers {
		if f := float64(v); f == f && f != math.Floor(f) {
			return false
		}
	}
	return true
}
