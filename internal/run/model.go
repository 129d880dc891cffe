package run

import (
	"errors"
	"fmt"
	"strings"

	"mlp/internal/data/pipeline"
	"mlp/internal/model"
	"mlp/internal/modelfile"
	"mlp/internal/problem"
	"mlp/internal/recipe"
	"mlp/internal/spec"
	"mlp/internal/train"
	"mlp/internal/weights"
)

// A Job is a model with its spec and its rows, ready for a training.
type Job struct {
	Model *model.Model
	*Session
	Sets  *model.Sets
	Table string          // the name of the table that the training rows are from
	Drift *pipeline.Drift // how its rows differ from those that a model was built on before; nil where they are the same

	saved train.Generations // of the run, if it is resumed
}

// Close gives the model's memory and threads back.
func (j *Job) Close() {
	if j != nil && j.Model != nil {
		j.Model.Close()
	}
}

// Build reads the spec and the table it names, or the one given, and makes an
// untrained model of them.
func (r *Request) Build(data []string) (*Job, error) {
	s, err := r.Open(nil)
	if err != nil {
		return nil, err
	}
	src, err := s.Sources(data)
	if err != nil {
		return nil, err
	}
	return s.Build(src)
}

// With is the session of another spec, resolved from this one's.
func (s *Session) With(tree *spec.Node) (*Session, error) {
	with, err := recipe.Decode(tree)
	return &Session{Spec: with, request: s.request, path: s.path}, err
}

// Build makes an untrained model of the spec on tables.
func (s *Session) Build(src model.Sources) (*Job, error) {
	r := s.request
	var start *weights.File
	if r.Partial && r.Weights == "" {
		return nil, problem.InOption("partial-weights", "name a file of them", "there are no weights to take a part of")
	}
	if r.Weights != "" {
		var err error
		if start, err = weights.Read(r.Weights); err != nil {
			return nil, err
		}
	}
	m, sets, err := model.Build(s.Model, s.Tree, src, r.Threads)
	if err != nil {
		return nil, err
	}
	if start != nil {
		note, err := start.Assign(m, r.Partial)
		if err != nil {
			m.Close()
			return nil, err
		}
		r.Note("%s", note)
	}
	m.Pipeline.Schema().Tell(func(text string) { r.Note("%s", text) }, func(text string) { r.Warn("%s", text) })
	for _, column := range m.Pipeline.Idle() {
		r.Warn("%q is left without a category: each is rarer than min_count, so its input is the same in every row; lower min_count, or leave the column out", column)
	}
	if m.Data.Split != "" {
		r.Note("rows: %d training, %d validation, %d test: %s", m.Data.Train, m.Data.Validation, m.Data.Test, m.Data.Split)
	}
	return &Job{Model: m, Session: s, Sets: sets, Table: src.Train.Name}, nil
}

// Model reads a model and lays spec, environment and flags over its own spec. What a
// built model has fixed already cannot be changed any more; a new compile section
// compiles it anew.
func (r *Request) Model(path string) (*model.Model, *Session, error) {
	m, s, err := r.model(path, changeSpec)
	if err == nil && m.Stage == model.Fitted && !m.Run.Done {
		r.Warn("%s: its run has not ended%s: the answers are those of the weights so far", path, progress(&modelfile.Unfinished{Epoch: m.Run.Epoch, Target: m.Run.Target, Members: len(m.Members)}))
	}
	return m, s, err
}

func changeSpec(m *model.Model, s *Session) (note string, err error) {
	return m.ChangeSpec(s.Model, s.Tree)
}

// model leaves to changeSpec what becomes of a spec that has changed.
func (r *Request) model(path string, changeSpec func(*model.Model, *Session) (note string, err error)) (*model.Model, *Session, error) {
	m, err := model.Read(path, r.Threads)
	if err != nil {
		return nil, nil, err
	}
	return r.lay(m, path, changeSpec)
}

// lay lays spec, environment and flags over the spec of a model that was read.
func (r *Request) lay(m *model.Model, path string, changeSpec func(*model.Model, *Session) (note string, err error)) (*model.Model, *Session, error) {
	m.UpgradeSpec()
	s, err := r.Open(m.Spec)
	if err == nil {
		s.path = path
		var note string
		if note, err = changeSpec(m, s); err == nil && note != "" {
			r.Note("%s", note)
		}
	}
	if err != nil {
		m.Close()
		return nil, nil, err
	}
	return m, s, nil
}

// Continue reads a model that is to be trained further, and its table.
func (r *Request) Continue(path string, data []string) (*Job, error) {
	m, s, err := r.model(path, changeSpec)
	return load(data, m, s, err)
}

// load reads the rows for a model that was read.
func load(data []string, m *model.Model, s *Session, err error) (*Job, error) {
	if err != nil {
		return nil, err
	}
	if err = s.checkWrites(); err == nil {
		var src model.Sources
		if src, err = s.Sources(data); err == nil {
			var sets *model.Sets
			before, drift := m.Data.SHA256, m.Pipeline.Drift()
			if sets, err = m.Load(src, drift); err == nil {
				if m.Data.SHA256 == before {
					drift = nil
				}
				return &Job{Model: m, Session: s, Sets: sets, Table: src.Train.Name, Drift: drift}, nil
			}
		}
	}
	m.Close()
	return nil, err
}

// Resume reads a run that has not ended, and its table. What has changed since it
// began is refused, or, with force, taken; then the epoch begins anew.
func (r *Request) Resume(path string, data []string, force bool) (*Job, error) {
	m, from, err := r.lastSaved(path)
	if err != nil {
		return nil, err
	}
	before := m.Data
	m, s, err := r.lay(m, from, func(m *model.Model, s *Session) (string, error) {
		return resumable(m, s, from, force)
	})
	j, err := load(data, m, s, err)
	if err == nil && modelfile.FindUnfinished(from) != nil { // what is over is no generation to go back to
		j.saved.Resumed(path, from != path)
	}
	if err != nil || j.Model.Data == before {
		return j, err
	}
	if one := j.Model.Config.Ensemble == nil; !force || !one {
		defer j.Close()
		p := problem.Data(problem.Pos{File: j.Table}, "", "",
			"this is not the table that the run in %s was trained on: %s", path, changes(before, j.Model.Data))
		if one { // members that have ended were trained on the other table
			p.Remedy.Kind = problem.ResumeWithSameTable
		}
		return nil, p
	}
	j.Model.Run.Partial = nil // its batches are not those of this table
	return j, nil
}

// lastSaved reads the run that is saved in path. If that file is damaged or gone, it is
// the one before it, and the user is told.
func (r *Request) lastSaved(path string) (m *model.Model, from string, err error) {
	m, err = model.Read(path, r.Threads)
	older := train.Previous(path)
	var p *problem.Problem
	if err == nil || !modelfile.Damaged(err) || !errors.As(err, &p) {
		return m, path, err
	}
	u := modelfile.FindUnfinished(older)
	if u == nil {
		return nil, path, err
	}
	if m, failed := model.Read(older, r.Threads); failed == nil {
		r.Tell("%s: %s; going on from what was saved before it, in %s%s", path, p.Msg, older, progress(u))
		return m, older, nil
	}
	return nil, path, err
}

// resumable lays the spec that holds now over that of the run.
func resumable(m *model.Model, s *Session, path string, force bool) (note string, err error) {
	switch {
	case m.Stage != model.Fitted:
		p := problem.InOption("resume", "", "no run has begun in %s", path)
		p.Remedy = problem.Remedy{Kind: problem.Train, Value: path}
		return "", p
	case m.Run.Done:
		p := problem.InOption("resume", "", "the run in %s has ended", path)
		p.Remedy = problem.Remedy{Kind: problem.TrainFurther, Value: path}
		return "", p
	case !force || m.Config.Ensemble != nil:
		if err := m.CheckResume(s.Tree); err != nil {
			return "", err
		}
	}
	return m.ResumeWith(s.Model, s.Tree)
}

// changes says in what two tables, or their parts, differ.
func changes(a, b modelfile.DataInfo) string {
	var all []string
	number := func(name string, a, b int) {
		if a != b {
			all = append(all, fmt.Sprintf("%s: %d, not %d", name, b, a))
		}
	}
	number("rows", a.Rows, b.Rows)
	number("columns", a.Columns, b.Columns)
	number("training rows", a.Train, b.Train)
	number("validation rows", a.Validation, b.Validation)
	number("test rows", a.Test, b.Test)
	if a.SHA256 != b.SHA256 {
		all = append(all, fmt.Sprintf("SHA-256: %.12s…, not %.12s…", b.SHA256, a.SHA256))
	}
	return strings.Join(all, "; ")
}
