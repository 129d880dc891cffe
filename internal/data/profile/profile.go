// Package profile says what there is to know about a table before training on it:
// statistics of its columns, and warnings of what commonly goes wrong. A table and
// its schema flow in, a Report comes out.
package profile

import (
	"cmp"
	"slices"
	"strings"

	"mlp/internal/data/schema"
	"mlp/internal/data/split"
	"mlp/internal/data/table"
)

// A Report is what there is to know about a table before training on it.
type Report struct {
	Name      string         `json:"name"`
	Rows      int            `json:"rows"`
	Dropped   int            `json:"dropped,omitempty"` // rows left out for want of a target
	SHA256    string         `json:"sha256"`
	Header    bool           `json:"header"`
	Delimiter string         `json:"delimiter"` // "" for JSON lines
	Task      string         `json:"task,omitempty"`
	Targets   []string       `json:"targets,omitempty"`
	Classes   []Count        `json:"classes,omitempty"` // of a classification, in label order
	Sampled   int            `json:"sampled,omitempty"` // rows that medians, quartiles and the like are taken from; 0: all of them
	Columns   []ColumnReport `json:"columns"`
	Parts     *split.Report  `json:"parts,omitempty"`   // where the spec splits the rows
	Refused   bool           `json:"refused,omitempty"` // nothing can be learned from the table as it stands
	Warnings  []Warning      `json:"warnings"`
	Notes     []Warning      `json:"notes,omitempty"` // of what is as it should be
}

// A ColumnReport describes one column.
type ColumnReport struct {
	Name     string       `json:"name"`
	Kind     string       `json:"kind"`
	Role     string       `json:"role"`
	Missing  int          `json:"missing"`
	Distinct int          `json:"distinct"`
	More     bool         `json:"distinct_more,omitempty"` // there are more: counting stopped
	Numbers  *NumberStats `json:"numbers,omitempty"`       // of a numeric column with values
	Top      []Count      `json:"top,omitempty"`           // of a categorical column: the most frequent
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

// Profile describes a table and warns of what commonly goes wrong with one. It works
// on so many goroutines; 0: one a core.
func Profile(t *table.Table, s *schema.Schema, threads int) *Report {
	r := &Report{Name: t.Name, Rows: t.Rows, Dropped: t.Dropped, SHA256: t.SHA256, Header: t.HeaderFound, Delimiter: strings.TrimLeft(string(t.Delimiter), "\x00"), Targets: s.Targets, Warnings: []Warning{}}
	if len(s.Targets) > 0 {
		r.Task = s.Task.String()
	}
	if s.Task.Classes() {
		r.Classes = classCounts(t.Column(s.Targets[0]), s)
	}
	p := newProfiler(t, s, r, threads)
	p.warn()
	return r
}

func classCounts(col *table.Column, s *schema.Schema) []Count {
	counts := make([]Count, len(s.Labels))
	for i, l := range s.Labels {
		counts[i].Value = l
	}
	for _, class := range s.ClassesOf(col) {
		if class >= 0 {
			counts[class].N++
		}
	}
	return counts
}

// wordCounts returns the words of a column that stand somewhere, the most
// frequent first.
func wordCounts(col *table.Column) []Count {
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
