package cmd

import (
	"context"
	"fmt"
	"strings"

	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/train"
)

// reopen reads the run to go on with, and its table. What has changed since it
// began is refused, or with --force taken.
func (o *fitOptions) reopen(dataPath string) (*model.Model, *session, *model.Sets, error) {
	m, s, err := o.app.openModelAs(o.cmd, o.resume, o.changeSpec)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := s.checkWrites(o.resume); err != nil {
		m.Close()
		return nil, nil, nil, err
	}
	src, err := o.app.sources(s, dataPath)
	if err != nil {
		return nil, nil, nil, err
	}
	before := m.Data
	sets, err := m.Load(src)
	if err != nil || m.Data == before {
		return m, s, sets, err
	}
	if !o.force {
		return m, s, sets, problem.Data(problem.Pos{File: src.Train.Name}, "", "give the table the run began with, start a new run, or go on all the same with --force",
			"this is not the table that the run in %s was trained on: %s", o.resume, changes(before, m.Data))
	}
	m.Run.Partial = nil // its batches are not those of this table
	return m, s, sets, nil
}

// changeSpec lays the spec that holds now over that of the run.
func (o *fitOptions) changeSpec(m *model.Model, s *session) error {
	switch {
	case m.Stage != model.Fitted:
		return problem.Usage("flag --resume", "train it with `mlp fit "+shellWord(o.resume)+"`", "no run has begun in %s", o.resume)
	case m.Run.Done:
		return problem.Usage("flag --resume", "train it further with `mlp fit "+shellWord(o.resume)+" --epochs N`", "the run in %s has ended", o.resume)
	case !o.force:
		if err := m.CheckResume(s.Tree); err != nil {
			return err
		}
	}
	return m.ResumeWith(s.Model, s.Tree)
}

// changes says in what two tables, or their parts, differ.
func changes(a, b model.DataInfo) string {
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

// interrupted saves a run that a signal has ended, where it stands, if it has
// moved since it began.
func (o *fitOptions) interrupted(ctx context.Context, m *model.Model, options train.Options, batches int64) error {
	if m.Optimizer.Iterations() == batches {
		o.app.warn("stopped before the first batch; nothing is saved")
		return context.Cause(ctx)
	}
	path := options.SaveTo()
	if err := m.Save(path); err != nil {
		return err
	}
	where := fmt.Sprintf("after epoch %d", m.Run.Epoch)
	if p := m.Run.Partial; p != nil {
		where = fmt.Sprintf("after batch %d of %d in epoch %d", p.Batch, options.Steps(), m.Run.Epoch+1)
	}
	o.app.note("saved %s %s; %s", path, where, o.howToGoOn(m, path))
	return context.Cause(ctx)
}

// howToGoOn is the command that goes on with what is saved in path, and goes on
// saving it.
func (o *fitOptions) howToGoOn(m *model.Model, path string) string {
	text := fmt.Sprintf("go on with: mlp fit --resume %s -o %s%s", shellWord(path), shellWord(o.out), o.app.naming(m))
	if o.checkpoint != "" {
		text += fmt.Sprintf(" --checkpoint %s --checkpoint-every %s", shellWord(o.checkpoint), shellWord(o.every))
	}
	return text
}
