package run

import (
	"mlp/internal/data/table"
	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/problem"
)

// Evaluation is the rows of a table that a model is measured on, and what came out.
type Evaluation struct {
	*evaluate.Evaluation
	Part      *model.Part
	Kind      string // of the training table's rows: "test", "validation" or "training"; "" for another table
	Table     string // its name
	Trained   int    // of all rows of the training table, if it was named, those that the weights were learned from
	Subgroups []evaluate.Subgroup

	source  table.Source
	dropped int
}

// Measure measures a model on the table at path, or, if that is "", on the rows of the training
// table that it has seen least. by, if any, is the column for each value of which the
// rows are measured too.
func (s *Session) Measure(m *model.Model, path, by string, c evaluate.Config) (*Evaluation, error) {
	e, err := s.rows(m, path)
	if err != nil {
		return nil, err
	}
	if e.Evaluation, err = evaluate.Model(m, e.Part, c); err != nil {
		return nil, err
	}
	e.Dropped = e.dropped
	if e.Decision.Rule != "" && e.Decision.On == e.Kind {
		e.Decision.Here = true
	}
	if by != "" {
		e.Subgroups, err = s.subgroups(e, by)
	}
	return e, err
}

// rows reads the table, or finds the rows of the original one that the model has seen
// least.
func (s *Session) rows(m *model.Model, path string) (*Evaluation, error) {
	if path != "" {
		src, err := s.Table(path)
		if err != nil {
			return nil, err
		}
		read, err := m.ReadRows(src)
		if err != nil {
			return nil, err
		}
		set, err := m.Pipeline.Apply(read, table.AllRows(read))
		if err != nil {
			return nil, err
		}
		e := &Evaluation{Part: m.Part(set), Table: src.Name, dropped: read.Dropped, source: src}
		if m.Stage == model.Fitted && read.SHA256 == m.Data.SHA256 {
			e.Trained = m.Data.Train
		}
		return e, nil
	}
	src, err := s.Sources("")
	if err != nil {
		return nil, err
	}
	before := m.Data.SHA256
	sets, err := m.Load(src)
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
	return &Evaluation{Part: part, Kind: kind, Table: from.Name, source: from}, nil
}
