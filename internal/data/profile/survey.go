package profile

import (
	"math"
	"slices"

	"mlp/internal/data/preprocess"
	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/stats"
	"mlp/internal/task"
)

// A Survey describes a table and what is to be predicted from it, for the choice
// of a spec.
type Survey struct {
	Table   *table.Table   // whose target can be taken for labels
	Schema  *schema.Schema // task and labels are decided; each other column is a feature of the kind it was read as
	Target  *table.Column
	Classes []Count // rows of each label, in label order; none of a regression
	Columns []ColumnSurvey
	Leaks   []Warning // columns that predict the target alone

	// WholeNumbers is how many different values a numeric target has that can be
	// taken for labels and for amounts; 0: it is the one or the other.
	WholeNumbers int

	config schema.Config
}

// A ColumnSurvey describes one column that may become an input. Words that stand for numbers
// are those numbers.
type ColumnSurvey struct {
	*table.Column
	Of       *preprocess.Kind
	ReadAs   string // what words are read as, where that is not to be seen at once
	Filled   int    // rows that have a value
	Distinct int    // different values, of a large table about

	CopyOf        string // the earlier column that it is the same as in every row
	NumbersRows   bool   // it seems to number the rows
	NamesRows     bool   // words, most of them different
	ZerosFar      int    // zeros that lie far from all other values
	Sentinels     []schema.Sentinel
	ManyNotNumber bool // there are too many kinds of cells that are no number to list them
	LongTail      bool // positive numbers, most of them crowded in the lowest part of their range
	FarOut        bool // some numbers lie many times as far from the middle as nearly all others
}

// NewSurvey describes t, which need not have been read with the target in mind.
// c names one target. The error says what is wrong with the target, or with the
// numbers of a column. It works on so many goroutines; 0: one a core.
func NewSurvey(t *table.Table, c schema.Config, threads int) (*Survey, error) {
	i := c.Target[0].Find(t.Names())
	if i < 0 {
		return nil, schema.UnknownColumn("", c.Target[0], t.Names())
	}
	t, err := schema.WithTargets(t.WithWords(i), t.Columns[i:i+1])
	if err != nil {
		return nil, err
	}
	if t.Rows < 2 {
		return nil, problem.Data(problem.Pos{File: t.Name}, "", "training needs more", "there is only one row")
	}
	s := &Survey{Table: t, config: c, Target: t.Columns[i], Schema: &schema.Schema{Targets: []string{t.Columns[i].Name}, Header: t.HeaderFound}}
	if err := schema.InferTarget(t, c, task.Auto, s.Schema); err != nil {
		return nil, err
	}
	if s.Target.Kind == table.Numeric && s.Target.Codes != nil && s.Target.IsInteger() {
		s.WholeNumbers = len(preprocess.NewIndex(s.Target.Words).Words)
	}
	for _, col := range t.Columns {
		sc := schema.SchemaColumn{Name: col.Name, Kind: preprocess.ReadAs(col), Role: schema.Feature}
		if sc.Marks = t.Reading.Marks; col == s.Target {
			sc.Role = schema.Target
		} else if !col.Skipped {
			sc.Kind = preprocess.KindOf(col, sc.Marks)
		}
		s.Schema.Columns = append(s.Schema.Columns, sc)
	}
	s.describe(threads)
	if slices.ContainsFunc(t.Columns, func(col *table.Column) bool {
		return col != s.Target && col.Kind == table.Categorical && t.Commas(col)
	}) {
		if err := s.Check(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// describe fills in the columns.
func (s *Survey) describe(threads int) {
	report := &Report{}
	if s.Schema.Task.Classes() {
		report.Classes = classCounts(s.Target, s.Schema)
		s.Classes = report.Classes
	}
	p := newProfiler(s.Table, s.Schema, report, threads)
	p.duplicateColumns()
	copies := map[string]string{}
	for _, w := range report.Warnings {
		copies[w.Columns[1]] = w.Columns[0]
	}
	report.Warnings = nil
	p.leaks()
	s.Leaks = report.Warnings
	for i, col := range s.Table.Columns {
		if col == s.Target {
			continue
		}
		of := p.schema.Columns[i]
		c := ColumnSurvey{Column: p.columns[i], Of: of.Kind, Filled: s.Table.Rows - col.Missing, Distinct: report.Columns[i].Distinct, CopyOf: copies[col.Name]}
		if of.Kind.ReadAs != nil {
			c.ReadAs = of.Kind.ReadAs(col.Words, of.Settings)
		}
		switch {
		case col.Skipped:
		case of.Kind.Measures():
			sorted := p.facts[i].sorted
			c.NumbersRows = p.idNumbers(i)
			if of.Kind.Numbers { // what stands for a missing amount is a word
				c.ZerosFar = suspiciousZeros(sorted, report.Columns[i].Numbers)
				c.Sentinels = schema.Sentinels(p.columns[i])
			}
			sorted = without(sorted, c.Sentinels)
			c.ManyNotNumber = len(col.OtherWords) > table.OtherWordsShown
			c.LongTail, c.FarOut = LongTail(sorted), FarOut(sorted)
		default:
			c.NamesRows = c.Distinct*schema.IDShare > c.Filled && c.Filled >= schema.IDRows
		}
		s.Columns = append(s.Columns, c)
	}
}

// without returns sorted numbers without those that are sure to stand for missing ones.
func without(sorted []float64, sentinels []schema.Sentinel) []float64 {
	if len(sentinels) == 0 {
		return sorted
	}
	return slices.DeleteFunc(slices.Clone(sorted), func(v float64) bool {
		return slices.ContainsFunc(sentinels, func(s schema.Sentinel) bool { return s.Sure && s.Value == v })
	})
}

// Check returns what is wrong with each column that cannot be used as it stands.
func (s *Survey) Check() error {
	c := s.config
	for _, col := range s.Table.Columns {
		if col.Skipped && !slices.ContainsFunc(c.Ignore, func(r schema.ColumnRef) bool { return r.Find([]string{col.Name}) == 0 }) {
			c.Ignore = append(c.Ignore, schema.ColumnRef{Name: col.Name, Pos: c.Pos})
		}
	}
	_, err := schema.Infer(s.Table, c, task.Auto)
	return err
}

// LongTail reports whether a positive column has most of its values crowded in
// the lowest twentieth of its range.
func LongTail(sorted []float64) bool {
	if len(sorted) < 20 || sorted[0] < 0 {
		return false
	}
	top := sorted[len(sorted)-1]
	return stats.Quantile(sorted, 0.75) < top/20 && stats.Quantile(sorted, 0.75) > 0
}

// FarOut reports whether the ends of a column lie 20 times as far from its middle
// as nineteen of twenty values do from each other. Divided by the standard
// deviation these would be all alike. The logarithm spreads them where they lie
// around 0.
func FarOut(sorted []float64) bool {
	if len(sorted) < 200 {
		return false
	}
	middle, width := stats.Quantile(sorted, 0.5), stats.Quantile(sorted, 0.975)-stats.Quantile(sorted, 0.025)
	far := max(middle-sorted[0], sorted[len(sorted)-1]-middle)
	return width > 0 && far > 20*width && 20*math.Abs(middle) < far
}
