package model

import (
	"mlp/internal/data/pipeline"
	"mlp/internal/data/schema"
	"mlp/internal/data/split"
	"mlp/internal/data/table"
	"mlp/internal/loss"
	"mlp/internal/spec"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// Sources are the tables of a run. Validation and Test are set only when the
// spec names files for them; otherwise Train is split.
type Sources struct {
	Train, Validation, Test *table.Source
}

// Sets are the parts of the data after preprocessing; a part that does not exist
// is nil.
type Sets struct {
	Train, Validation, Test *pipeline.Dataset
}

// Build reads the tables, splits them, fits the preprocessing to the training
// rows, plans the network for its features and initialises the weights. resolved
// is the spec with every default written out, which the model keeps.
func Build(c Config, resolved *spec.Node, src Sources, threads int) (*Model, *Sets, error) {
	table, err := schema.Read(*src.Train, c.Data)
	if err != nil {
		return nil, nil, err
	}
	schema, err := schema.Infer(table, c.Data, TaskOf(c.Compile.Loss))
	if err != nil {
		return nil, nil, err
	}
	parts, err := split.Split(table, schema, c.Data, c.Seed)
	if err != nil {
		return nil, nil, err
	}
	return BuildOn(c, resolved, table, schema, parts, src, threads)
}

// BuildOn does so with rows that are chosen already, as those of a fold are; of
// src it reads only the files that stand beside the table. Models may be built on
// one table at the same time.
func BuildOn(c Config, resolved *spec.Node, tab *table.Table, schema *schema.Schema, parts split.Parts, src Sources, threads int) (*Model, *Sets, error) {
	if c.Data.ScaleTarget == table.Look && c.Compile.Loss != nil && c.Compile.Loss.Wants() != loss.Real {
		c.Data.ScaleTarget = table.No // the loss takes targets as they stand
	}
	pipeline, err := pipeline.FitPipeline(tab, schema, c.Data, parts.Train)
	if err != nil {
		return nil, nil, err
	}
	m := &Model{Stage: Built, Spec: resolved.Clone(), Config: c, Pipeline: pipeline}
	if err := m.checkLimits(); err != nil {
		return nil, nil, err
	}
	if err := m.plan(threads); err != nil {
		return nil, nil, err
	}
	m.reserve(0)
	m.Net.Init(m.Work, c.Seed)
	sets, err := m.apply(tab, parts, src)
	if err != nil {
		m.Close()
		return nil, nil, err
	}
	m.adapt(sets.Train.X)
	return m, sets, nil
}

// adapt lets layers take statistics of the training rows, in a workspace that
// has room for all of them.
func (m *Model) adapt(x tensor.Mat) {
	if !m.Net.Adapts() {
		return
	}
	w := m.Net.NewWorkspace(m.Engine, x.Rows)
	copy(w.Params, m.Work.Params)
	m.Net.Adapt(w, x)
	copy(m.Work.Params, w.Params)
}

// Load reads tables for a model that is built already: its preprocessing and the
// definition of its split are kept.
func (m *Model) Load(src Sources) (*Sets, error) {
	table, err := m.Pipeline.ReadFor(*src.Train, true)
	if err != nil {
		return nil, err
	}
	parts, err := split.Split(table, m.Pipeline.Schema(), m.Config.Data, m.Config.Seed)
	if err != nil {
		return nil, err
	}
	return m.apply(table, parts, src)
}

// apply turns the parts of a table, and the files beside it, into datasets.
func (m *Model) apply(tab *table.Table, parts split.Parts, src Sources) (*Sets, error) {
	var sets Sets
	m.Data = DataInfo{SHA256: tab.SHA256, Rows: tab.Rows, Columns: len(tab.Columns), Split: parts.Note}
	for _, part := range []struct {
		rows  []int
		file  *table.Source
		set   **pipeline.Dataset
		count *int
	}{
		{parts.Train, nil, &sets.Train, &m.Data.Train},
		{parts.Validation, src.Validation, &sets.Validation, &m.Data.Validation},
		{parts.Test, src.Test, &sets.Test, &m.Data.Test},
	} {
		from, rows := tab, part.rows
		if part.file != nil {
			t, err := m.Pipeline.ReadFor(*part.file, true)
			if err != nil {
				return nil, err
			}
			from, rows = t, table.AllRows(t)
		}
		if len(rows) == 0 {
			continue
		}
		set, err := m.Pipeline.Apply(from, rows)
		if err != nil {
			return nil, err
		}
		*part.set, *part.count = set, len(rows)
	}
	return &sets, nil
}

// TaskOf returns the task that a loss demands, Auto if it leaves it open.
func TaskOf(l loss.Loss) task.Task {
	if l == nil {
		return task.Auto
	}
	switch l.Wants() {
	case loss.Binary:
		return task.Binary
	case loss.Class, loss.OneHot:
		return task.Multiclass
	}
	return task.Regression
}

// A Part is one part of the data in the forms that a compiled model takes.
type Part struct {
	X      tensor.Mat
	Target tensor.Mat // as the loss wants it
	Truth  tensor.Mat // as metrics want it: labels as 0/1 or class indices, numbers in their own units
	Weight []float32  // one a row; nil: 1 each
	Lines  []int      // where the rows stand in their file
}

// Part prepares a dataset for the model's loss and metrics.
func (m *Model) Part(d *pipeline.Dataset) *Part {
	if d == nil {
		return nil
	}
	p := &Part{X: d.X, Target: d.Y, Truth: d.Y, Weight: d.Weight, Lines: d.Lines}
	switch {
	case m.Pipeline.Task() == task.Regression:
		p.Truth = d.Own
	case m.Loss != nil && m.Pipeline.Task() == task.Multiclass && m.Loss.Wants() != loss.Class:
		p.Target = d.OneHot(m.Net.Out)
	}
	return p
}
