// Package pipeline makes network inputs of raw rows. Fitted to training rows, it
// holds all that was learned of them; Apply makes a Dataset of any rows, one at a
// time or all at once, with the same bits; Save and LoadPipeline carry it through a
// model file; ReadFor and Open read other tables for it, and Drift says how those
// differ from the training rows.
package pipeline

import (
	"mlp/internal/data/preprocess"
	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/stats"
	"mlp/internal/task"
)

// A Pipeline turns raw rows into network inputs and network outputs back into
// the target's own terms. It is fitted once, on training rows, and never looks
// at statistics of what it transforms: a row gives the same inputs alone, in a
// batch, and in any order of rows or columns.
type Pipeline struct {
	schema   *schema.Schema
	features []feature
	targets  []scaled         // of a regression, one a target
	within   []stats.Interval // that the answers for each target are kept in; nil: any
	names    []string
}

// A feature is one column that is fitted.
type feature struct {
	column schema.SchemaColumn
	preprocess.Feature
	seen  seen // in the training rows
	width int  // network inputs
}

// newFeature prepares a column to be fitted or loaded.
func newFeature(sc schema.SchemaColumn) feature {
	return feature{column: sc, Feature: sc.Kind.New(sc.Name, sc.Settings)}
}

// values returns a column of words that stand for numbers as those numbers; another one as
// it stands.
func (f *feature) values(col *table.Column) *table.Column {
	return f.column.Kind.ValuesOf(col, f.Settings())
}

// Values returns an input column of words that stand for numbers as those numbers; another
// one as it stands.
func (p *Pipeline) Values(col *table.Column) *table.Column {
	for i := range p.features {
		if f := &p.features[i]; f.column.Name == col.Name {
			return f.values(col)
		}
	}
	return col
}

// inputLimit bounds the network inputs that one column may become.
const inputLimit = 1 << 14

// FitPipeline learns fills, scales and categories from the rows given, and from
// nothing else. Targets are as they stand until FitTargets.
func FitPipeline(t *table.Table, s *schema.Schema, c schema.Config, rows []int) (*Pipeline, error) {
	if len(rows) == 0 {
		return nil, problem.Data(problem.Pos{File: t.Name}, "", "", "there are no rows to fit the preprocessing on")
	}
	p := &Pipeline{schema: s}
	bad := problem.List{File: t.Name}
	columns := t.ByName()
	for _, sc := range s.Columns {
		if sc.Role != schema.Feature {
			continue
		}
		f := newFeature(sc)
		f.seen = seenIn(f.values(columns[sc.Name]), rows)
		found := f.Fit(columns[sc.Name], rows)
		if f.width = len(f.Inputs()); f.width > inputLimit && found == nil {
			found = problem.Data(problem.Pos{}, "", "raise min_count, hash the column, or leave it out", "%d categories would make as many inputs", f.width)
		}
		if found != nil {
			found.Pos, found.Path = problem.Pos{File: t.Name}, sc.Name
			bad.Add(found)
		}
		p.features = append(p.features, f)
	}
	for range s.Targets {
		if !s.Task.Classes() {
			p.targets = append(p.targets, scaled{sd: 1})
		}
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	if p.nameInputs(); len(p.names) == 0 {
		return nil, problem.Data(problem.Pos{File: t.Name}, "", "train on more rows, or set `unknown: other`", "no input is left: every feature is missing in the training rows")
	}
	return p, nil
}

func (p *Pipeline) nameInputs() {
	p.names = nil
	for i := range p.features {
		p.names = append(p.names, p.features[i].Inputs()...)
	}
}

// Idle names the columns of words of which no category is frequent enough to be told
// from others: their inputs are the same in every row.
func (p *Pipeline) Idle() []string {
	var names []string
	for _, f := range p.features {
		if s := f.Settings().Encoded; f.column.Kind.AnyWord && s.MinCount > 1 && len(f.Categories()) == 0 && f.width == 1 {
			names = append(names, f.column.Name)
		}
	}
	return names
}

// Features names the network inputs, one each.
func (p *Pipeline) Features() []string { return p.names }

// Columns names the table's column that each network input is made of.
func (p *Pipeline) Columns() []string {
	var names []string
	for _, f := range p.features {
		for range f.Inputs() {
			names = append(names, f.column.Name)
		}
	}
	return names
}

// Labels returns the labels of a classification in the order of the classes.
func (p *Pipeline) Labels() []string { return p.schema.Labels }

// Task returns what is predicted.
func (p *Pipeline) Task() task.Task { return p.schema.Task }

// Targets names the target columns.
func (p *Pipeline) Targets() []string { return p.schema.Targets }

// Schema returns the columns of the table the pipeline was fitted on.
func (p *Pipeline) Schema() *schema.Schema { return p.schema }

// columnFor returns the table's column for a schema column, which may be nil, or a
// problem.
func columnFor(sc schema.SchemaColumn, t *table.Table, col *table.Column) (*table.Column, error) {
	switch {
	case col == nil || col.Skipped:
		return nil, problem.Data(problem.Pos{File: t.Name}, sc.Name, "", "the table has no column %q", sc.Name)
	case sc.Kind.Numbers && !col.HasNumbers(), !sc.Kind.Numbers && col.Codes == nil:
		return nil, problem.Data(problem.Pos{File: t.Name}, sc.Name, "", "the column is %s here, and %s in the schema", col.Kind, sc.Kind)
	}
	return col, nil
}
