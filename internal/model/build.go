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
func BuildOn(c Config, resolved *spec.Node, tab *table.Table, schema *schema.Schema, parts split.Rows, src Sources, threads int) (*Model, *Sets, error) {
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
	if err := m.scaleTargets(tab, parts.Train); err != nil {
		m.Close()
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

// adapt shows the training rows to the layers that start from them.
func (m *Model) adapt(x tensor.Mat) {
	if !m.Net.Adapts() {
		return
	}
	w := m.Net.NewWorkspace(m.Engine, min(x.Rows, EvalRows))
	w.Seed = m.Config.Seed
	copy(w.Params, m.Work.Params)
	m.Net.Adapt(w, x)
	copy(m.Work.Params, w.Params)
}

// Load reads tables for a model that is built already: its preprocessing and the
// definition of its split stay.
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
func (m *Model) apply(tab *table.Table, parts split.Rows, src Sources) (*Sets, error) {
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
