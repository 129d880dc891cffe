package schema

import (
	"strings"

	"mlp/internal/data/dialect"
	"mlp/internal/data/preprocess"
	"mlp/internal/data/scan"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/task"
)

// A Schema says what the columns of a table are and what is to be predicted.
type Schema struct {
	Columns []SchemaColumn  // in the order of the table
	Header  bool            // whether the table names its columns; else they are c1, c2, …
	Reading dialect.Reading // how the text of the table was read, and others are

	Task    task.Task
	Labels  []string // sorted, numbers as numbers; of two, Labels[1] is the positive one
	Targets []string

	Index preprocess.Index // of the labels
	Notes []Note           // of the table that it was inferred from
}

// A SchemaColumn is one column of a schema.
type SchemaColumn struct {
	Name                string
	Kind                *preprocess.Kind
	Role                Role
	NA                  []string // cells that stand for a missing value
	Wide                bool     // numbers are kept as float64
	preprocess.Settings          // of a feature
}

// Column returns the column of that name, or nil.
func (s *Schema) Column(name string) *SchemaColumn {
	for i := range s.Columns {
		if s.Columns[i].Name == name {
			return &s.Columns[i]
		}
	}
	return nil
}

// integerClasses is up to how many different integers are taken for labels.
const integerClasses = 20

// Infer decides what every column is. hint is the task that the loss demands,
// Auto if it leaves it open. All that is wrong with the table as a thing to
// learn from is found here: it returns spec.Problems.
func Infer(t *table.Table, c Config, hint task.Task) (*Schema, error) {
	s, err := InferFeatures(t, c)
	if err != nil {
		return nil, err
	}
	if len(s.Targets) == 0 {
		return nil, &problem.Problem{Domain: problem.InData, Pos: c.Pos, Path: "data.target", Msg: "which column is to be predicted?",
			Hint: "the table has " + spec.Quote(t.Names()[max(0, len(t.Columns)-12):]) + "; add `target: …` to `data:`", Remedy: problem.Remedy{Kind: problem.NameTarget}}
	}
	if err := InferTarget(t, c, hint, s); err != nil {
		return nil, err
	}
	return s, nil
}

// InferFeatures decides what every column is but leaves the target alone, which
// need not be named: for a profile of a table.
func InferFeatures(t *table.Table, c Config) (*Schema, error) {
	roles, problems := c.resolve(t.Names(), t.Nameless())
	if len(problems) > 0 {
		return nil, problems
	}
	s := &Schema{Header: t.HeaderFound, Reading: t.Reading}
	bad := problem.List{File: t.Name}
	features := 0
	for i, col := range t.Columns {
		r := roles[i]
		na := scan.NewNASet(c.naOf(r)...)
		sc := SchemaColumn{Name: col.Name, Kind: preprocess.ReadAs(col), Role: r.role, NA: na.List(), Wide: col.Wide != nil}
		switch r.role {
		case Feature:
			features++
			if !col.Skipped {
				sc.Kind = kindOf(t, col, r.exception)
			}
			c.settle(&sc, r.exception)
			sc.Marks = t.Reading.Marks
			if r.exception == nil || r.exception.declared() == nil {
				if note := noteOf(t, col, sc.Kind, sc.Settings); note != nil {
					s.Notes = append(s.Notes, *note)
				}
			}
			checkFeature(t, col, r, sc, &bad)
		case Weight:
			CheckWeights(t, col, &bad)
		}
		if p := idle(r, sc); p != nil {
			problems = append(problems, p)
		}
		s.Columns = append(s.Columns, sc)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	for _, ref := range c.Target { // in the order of the spec
		s.Targets = append(s.Targets, t.Columns[ref.Find(t.Names())].Name)
	}
	if features == 0 {
		hint := "the table needs columns to predict from; if it has some, name the `delimiter:`"
		if len(t.Columns) == 1 && len(strings.Fields(t.Columns[0].Name)) > 1 {
			hint = blanksHint
		}
		bad.Add(problem.Data(problem.Pos{File: t.Name, Line: 1}, "", hint, "no column is left as an input"))
	}
	return s, bad.Err()
}

// blanksHint is for a table of one column whose name is several words.
const blanksHint = "if runs of blanks stand between the cells: `delimiter: whitespace`"

// kindOf returns the kind of a feature: what the spec declares, else what the
// column holds.
func kindOf(t *table.Table, col *table.Column, e *ColumnConfig) *preprocess.Kind {
	if e != nil {
		if kind := e.declared(); kind != nil {
			return kind
		}
	}
	return preprocess.KindOf(col, t.Reading.Marks)
}

// settle merges the section-wide settings with the exceptions of a column.
func (c Config) settle(sc *SchemaColumn, e *ColumnConfig) {
	sc.Settings = preprocess.Settings{Numeric: c.Numeric, Encoded: c.Categorical}
	if sc.Kind.Settle != nil {
		sc.Kind.Settle(&sc.Settings)
	}
	if e == nil {
		return
	}
	n, k := &sc.Numeric, &sc.Encoded
	if e.Scale.Given() {
		n.Scale, k.Scale = e.Scale, e.Scale
	}
	if e.Missing.Given() {
		n.Missing = e.Missing
		k.Missing = e.Missing
	}
	if e.Indicator != table.Look {
		n.Indicator, k.Apart = e.Indicator, e.Indicator
	}
	if e.Clip.Max != 0 {
		n.Clip, k.Clip = e.Clip, e.Clip
	}
	if e.Encode.Given() {
		k.Encode = e.Encode
	}
	if e.Number.Given() {
		n.Encode = e.Number
	}
	if e.MinCount != 0 {
		k.MinCount = e.MinCount
	}
	if e.Unknown != "auto" {
		k.Other = e.Unknown == "other"
	}
	sc.DayFirst = e.DayFirst
	for _, part := range e.Parts {
		sc.Parts = append(sc.Parts, part.Name)
	}
}

// Tell hands on what there is to say of a table: what is as it should be to note, else to
// warn.
func (s *Schema) Tell(note, warn func(text string)) {
	for _, n := range s.Notes {
		if n.Kind == ReadNote {
			note(n.String())
		} else {
			warn(n.String())
		}
	}
}
