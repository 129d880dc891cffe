package run

import (
	"mlp/internal/data/pipeline"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/problem"
)

// Evaluation is the rows of a table that a model is measured on, and what came out.
type Evaluation struct {
	*evaluate.Evaluation
	Part      *model.Part
	Kind      string          // of the training table's rows: "test", "validation" or "training"; "" for another table
	Table     string          // its name
	Drift     *pipeline.Drift // how the rows of another table differ from those of training
	Subgroups []evaluate.Subgroup

	source  source.Source
	dropped int
	known   bool // the rows stand in the table of training, and so many of them were trained on
	trained int
	unseen  *evaluate.Unseen
}

// Source is the table of the rows.
func (e *Evaluation) Source() source.Source { return e.source }

// A Measuring is what Measure is told.
type Measuring struct {
	Table  []string // its paths; none: the rows of the training table that the model has seen least
	By     string   // the column for each value of which the rows are measured too; "": none
	Strict bool     // refuse cells unlike those of training
	Apart  bool     // count rows whose label training never saw apart; else they are refused

	evaluate.Config
}

// Measure measures a model.
func (s *Session) Measure(m *model.Model, c Measuring) (*Evaluation, error) {
	e, err := s.rows(m, c)
	if err != nil {
		return nil, err
	}
	c.Unseen = e.unseen
	if e.Evaluation, err = evaluate.Model(m, e.Part, c.Config); err != nil {
		return nil, err
	}
	e.Dropped, e.Known, e.Trained = e.dropped, e.known, e.trained
	if e.Decision.Rule != "" && e.Decision.On == e.Kind {
		e.Decision.Here = true
	}
	if c.By != "" {
		e.Subgroups, err = s.subgroups(e, c.By)
	}
	return e, err
}

// rows reads the table, or finds the rows of the original one that the model has seen
// least.
func (s *Session) rows(m *model.Model, c Measuring) (*Evaluation, error) {
	if len(c.Table) > 0 {
		return s.other(m, c)
	}
	if len(s.Model.Data.Path) == 0 && len(s.Model.Data.Train) == 0 {
		p := problem.Usage("data.path", "", "the spec in the model names no table, and one that was given beside it is not remembered")
		p.Remedy = problem.Remedy{Kind: problem.EvaluateTable, Value: s.path}
		return nil, p
	}
	src, err := s.Sources(nil)
	if err != nil {
		return nil, err
	}
	before := m.Data.SHA256
	sets, err := m.Load(src, nil)
	if err != nil {
		return nil, err
	}
	if m.Data.SHA256 != before {
		p := problem.Data(problem.Pos{File: src.Train.Name}, "", "", "this is not the table that the model was trained on")
		p.Remedy = problem.Remedy{Kind: problem.EvaluateTable, Value: s.path}
		return nil, p
	}
	part, kind := model.HeldOut(m.Parts(sets))
	from := *src.Train
	switch {
	case kind == "test" && src.Test != nil:
		from = *src.Test
	case kind == "validation" && src.Validation != nil:
		from = *src.Validation
	}
	e := &Evaluation{Part: part, Kind: kind, Table: from.Name, source: from, known: m.Stage == model.Fitted}
	if kind == "training" {
		e.trained = part.X.Rows
	}
	return e, nil
}

// other reads another table than the spec's.
func (s *Session) other(m *model.Model, c Measuring) (*Evaluation, error) {
	src, err := s.Table(c.Table...)
	if err != nil {
		return nil, err
	}
	if c.Strict {
		if err := m.Pipeline.CheckStrict(src); err != nil {
			return nil, err
		}
	}
	wanted := m.Wanted()
	if wanted.Unseen = c.Apart; c.Apart && !m.Pipeline.Task().Classes() {
		return nil, problem.InOption("unknown-labels", "leave it out", "the model's target has no labels")
	}
	read, err := m.Pipeline.ReadRows(src, wanted)
	if err != nil {
		return nil, err
	}
	e := &Evaluation{Table: src.Name, Drift: m.Pipeline.Drift(), dropped: read.Dropped, source: src}
	e.Drift.Add(read)
	if m.Stage == model.Fitted && read.SHA256 == m.Data.SHA256 {
		e.known, e.trained = true, m.Data.Train
	}
	var set *pipeline.Dataset
	if !c.Apart {
		set, err = m.Pipeline.Apply(read, table.AllRows(read))
	} else {
		var apart *pipeline.Unseen
		if set, apart, err = m.Pipeline.ApplyKnown(read); err == nil {
			e.unseen = &evaluate.Unseen{X: apart.X, Labels: apart.Labels}
		}
	}
	e.Part = m.Part(set)
	return e, err
}
