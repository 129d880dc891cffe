package model

import (
	"fmt"
	"path/filepath"

	"mlp/internal/data/pipeline"
	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/data/split"
	"mlp/internal/data/table"
	"mlp/internal/loss"
	"mlp/internal/modelfile"
	"mlp/internal/problem"
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

// deal gives the training rows to the folds of an ensemble.
func (m *Model) deal(tab *table.Table, rows []int, src Sources) (err error) {
	e := m.Config.Ensemble
	if e == nil || e.Split != ByFolds {
		return nil
	}
	if m.Config.Data.Split.Validation > 0 || src.Validation != nil {
		return &problem.Problem{Pos: m.Config.Data.Split.Pos, Path: "data", Hint: "drop them, or write `split: same` under ensemble",
			Msg: "each member of an ensemble is watched on the fold that it leaves out, and there are validation rows beside them"}
	}
	m.Folds, err = split.Deal(tab, m.Pipeline.Schema(), m.Config.Data, rows, e.Folds, m.Config.Seed)
	return err
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
	if err := m.checkRoom(); err != nil {
		m.Close()
		return nil, nil, err
	}
	if err := m.scaleTargets(tab, parts.Train); err != nil {
		m.Close()
		return nil, nil, err
	}
	m.reserve(0)
	m.Net.Init(m.Work, c.Seed)
	var sets *Sets
	err = m.deal(tab, parts.Train, src)
	if err == nil {
		sets, err = m.apply(tab, parts, src)
	}
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
	w := m.Net.NewWorkspace(m.Engine, max(m.Net.Members, min(x.Rows, EvalRows)))
	w.Seed = m.Config.Seed
	copy(w.Params, m.Work.Params)
	m.Net.Adapt(w, x)
	copy(m.Work.Params, w.Params)
}

// ReadRows reads a table with the targets that the model is trained or measured on.
func (m *Model) ReadRows(src source.Source) (*table.Table, error) {
	return m.Pipeline.ReadRows(src, m.Wanted())
}

// Wanted says which rows of a table these are.
func (m *Model) Wanted() pipeline.Rows {
	return pipeline.Rows{Targets: true, DropMissing: m.Config.Data.DropMissingTarget}
}

// Load reads tables for a model that is built already: its preprocessing and the
// definition of its split stay. How the rows differ from those it was fitted to is added
// to drift, if that is wanted.
func (m *Model) Load(src Sources, drift *pipeline.Drift) (*Sets, error) {
	table, err := m.ReadRows(*src.Train)
	if err != nil {
		return nil, err
	}
	if drift != nil {
		drift.Add(table)
	}
	parts, err := split.Split(table, m.Pipeline.Schema(), m.Config.Data, m.Config.Seed)
	if err != nil {
		return nil, err
	}
	if err := m.deal(table, parts.Train, src); err != nil {
		return nil, err
	}
	return m.apply(table, parts, src)
}

// apply turns the parts of a table, and the files beside it, into datasets.
func (m *Model) apply(tab *table.Table, parts split.Rows, src Sources) (*Sets, error) {
	var sets Sets
	m.Data = modelfile.DataInfo{SHA256: tab.SHA256, Rows: tab.Rows, Columns: len(tab.Columns)}
	for _, part := range []struct {
		rows  []int
		file  *source.Source
		set   **pipeline.Dataset
		count *int
	}{
		{parts.Train, nil, &sets.Train, &m.Data.Train},
		{parts.Validation, src.Validation, &sets.Validation, &m.Data.Validation},
		{parts.Test, src.Test, &sets.Test, &m.Data.Test},
	} {
		from, rows := tab, part.rows
		if part.file != nil {
			t, err := m.ReadRows(*part.file)
			if err != nil {
				return nil, err
			}
			from, rows = t, table.AllRows(t)
			parts.NoteDropped(t, " of "+filepath.Base(t.Name))
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
	m.Data.Split = parts.Note
	return &sets, nil
}

// NewMember gives a member that has no network yet one for the features of the
// ensemble, compiled as resolved says. x are the rows that it trains on.
func (m *Model) NewMember(one *Member, c Config, resolved *spec.Node, x *Part, threads int) error {
	n := &Model{Stage: Built, Spec: resolved.Clone(), Config: c, Pipeline: m.Pipeline, targets: m.targets}
	if err := n.plan(threads); err != nil {
		return err
	}
	n.reserve(0)
	n.Net.Init(n.Work, c.Seed)
	n.adapt(x.X)
	err := n.Compile()
	if err == nil && (n.Net.Out != m.Net.Out || n.Net.Last.Name != m.Net.Last.Name) {
		err = &problem.Problem{Path: "ensemble.vary", Hint: "let the last layer be the same in all variants",
			Msg: fmt.Sprintf("variant %d ends in %d unit(s) with %s, the spec in %d with %s", one.Variant, n.Net.Out, n.Net.Last.Name, m.Net.Out, m.Net.Last.Name)}
	}
	if err != nil {
		n.Close()
		return err
	}
	one.Model = n
	return nil
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
