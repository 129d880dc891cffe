// Package ensemble trains the members of an ensemble: in go a model that is built, the
// spec and the rows; each member is trained on the rows outside its fold, some at a
// time, each on few threads; out come the members with their weights in the average,
// and what their answers to the rows that they left out are worth. The result does
// not depend on how many are trained at a time, nor on where the run was stopped.
package ensemble

import (
	"context"
	"errors"
	"fmt"

	"mlp/internal/model"
	"mlp/internal/parallel"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/train"
)

// Options is what a run of an ensemble is given besides the model.
type Options struct {
	train.Options             // EveryEpochs counts members here
	Tree          *spec.Node  // the whole spec, resolved
	Threads       int         // 0: one a core
	Progress      func(Event) // called by one goroutine at a time
	BatchEnd      func()      // called after each step of each member, by several at a time
}

// An Event is something that is to be shown of the run.
type Event struct {
	Epochs int           // done since the last event, or no longer to come
	Member *model.Member // that has ended; in the order of their numbers
	Notes  []string      // of it, or of its variant
	Saved  *train.Saved  // on request; Epoch then counts members
}

// A Result says how the run ended.
type Result struct {
	train.Result
	Held    *Held // the out-of-fold answers; nil where the members left no row out
	Dropped []int // the variants, from 1, that have no weight
}

// A run is the training of an ensemble under way.
type run struct {
	Options
	m     *model.Model
	slots []*slot
	keep  *keeper
	held  []*answers // by variant
	shown shown
}

// A slot is the place of a member.
type slot struct {
	*model.Member
	rows  []int // of the training rows, which it is judged on
	notes []string
	ready bool  // it has begun, in this run or in one before
	late  bool  // its time was up
	lost  error // why it diverged, where the others can do without it
}

// Check refuses what Fit would refuse before its first step.
func Check(m *model.Model, o Options) error {
	r, err := newRun(m, o)
	if err != nil {
		return err
	}
	s, err := r.decode(r.slots[0])
	if err != nil {
		return err
	}
	return train.Check(m, r.options(r.slots[0], s, new(train.Control)))
}

// Fit trains the members that have not been, and settles their weights.
func Fit(ctx context.Context, m *model.Model, o Options) (*Result, error) {
	r, err := newRun(m, o)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r.keep = newKeeper(r, cancel)
	defer r.keep.stop()
	began := m.Round
	if !o.Resume {
		m.Round++
		m.Run.Done, m.Run.Target, m.OutOfFold = false, o.Epochs, nil
		m.Threshold, m.Calibration, m.Scores = nil, nil, nil // those of other weights
	}
	workers := parallel.Workers(o.Threads)
	err = parallel.Do(ctx, len(r.slots), min(workers, len(r.slots)), func(ctx context.Context, i int) error {
		return r.train(ctx, r.slots[i], max(1, workers/len(r.slots)))
	})
	r.keep.stop()
	switch {
	case r.keep.failed() != nil:
		err = r.keep.failed()
	case err != nil && ctx.Err() != nil && errors.Is(err, context.Cause(ctx)):
		r.keep.assemble()
		return &Result{Result: train.Result{Interrupted: true, Stopped: "interrupted"}}, nil
	}
	if err != nil {
		if r.keep.assemble(); m.Members == nil {
			m.Round = began
		}
		return nil, err
	}
	return r.finish()
}

// newRun says what each member is.
func newRun(m *model.Model, o Options) (*run, error) {
	e := m.Config.Ensemble
	r := &run{Options: o, m: m}
	for _, h := range o.Observers {
		if h.Writes {
			return nil, problem.InOption("log", "leave it out: the model has the history of every member", "a line an epoch is that of one network, and %d are trained", e.Members)
		}
	}
	if err := o.Evaluate.CheckThreshold(m); err != nil {
		return nil, err
	}
	held := o.Parts
	if e.Split != model.Same {
		held.Validation = o.Parts.Train // each row by the members that leave it out
	}
	if err := o.Held.Check(m, held); err != nil {
		return nil, err
	}
	have := map[int]*model.Member{}
	for _, one := range m.Members {
		have[one.Number] = one
	}
	ended := len(m.Members) > 0 && m.Run.Done // then only its members are trained on
	for i := range e.Members {
		variant, fold := e.Place(i)
		one := have[i+1]
		if one == nil && ended {
			continue
		}
		if one == nil {
			one = &model.Member{Number: i + 1, Variant: variant + 1, Fold: fold + 1, Set: settings(e, m.Config.Seed, variant)}
		}
		s := &slot{Member: one, ready: one.Model != nil}
		s.rows = r.left(i, fold)
		r.slots = append(r.slots, s)
	}
	r.held = make([]*answers, e.Variants())
	r.shown = shown{progress: o.Progress, slots: r.slots}
	return r, nil
}

// train trains a member, from its beginning or from where it was saved.
func (r *run) train(ctx context.Context, s *slot, threads int) error {
	one, err := r.decode(s)
	if err != nil {
		return err
	}
	control := new(train.Control)
	o := r.options(s, one, control)
	if s.Model == nil {
		if s != r.slots[0] && r.keep.isLate() { // one is to have begun
			return nil
		}
		if err := r.m.NewMember(s.Member, one.Model, one.Tree, o.Parts.Train, threads); err != nil {
			return err
		}
	} else if !r.Resume { // the run may have another optimizer or loss than the last one
		if _, err := s.Model.ChangeSpec(one.Model, one.Tree); err != nil {
			return err
		}
	}
	if s.Round == r.m.Round && s.Run.Done {
		r.answer(s, o.Parts.Validation)
		r.ended(s, 0, o)
		return nil
	}
	o.Save = func() error { s.Freeze(); return nil }
	o.Observers = []*train.Hooks{{Name: "ensemble",
		Epoch: func(run *train.Run) error {
			s.notes = append(s.notes, run.TakeNotes()...)
			r.shown.epochs(1)
			return nil
		},
		Saved: func(*train.Run, train.Saved) { r.keep.deposit(s) },
		Retry: func(run *train.Run) error { s.notes = append(s.notes, run.TakeNotes()...); return nil },
		End:   func(run *train.Run) error { s.notes = append(s.notes, run.TakeNotes()...); return nil },
	}}
	if r.BatchEnd != nil {
		o.Observers[0].BatchEnd = func(*train.Run) error { r.BatchEnd(); return nil }
	}
	r.keep.begin(s, control)
	s.Round = r.m.Round
	before := s.Run.Epoch
	result, err := train.Fit(ctx, s.Model, o)
	var diverged *train.Diverged
	switch {
	case err != nil && errors.As(err, &diverged) && r.m.Config.Ensemble.Select == model.SelectGreedy && s.Variant > r.slots[0].Variant:
		s.lost = err
		s.notes = append(s.notes, err.Error())
		r.ended(s, o.Epochs-(s.Run.Epoch-before), o)
		return nil
	case err != nil:
		r.keep.end(s, true)
		return fmt.Errorf("member %d: %w", s.Number, err)
	case result.Interrupted:
		r.keep.end(s, false)
		return context.Cause(ctx)
	}
	if s.late = result.TimeUp; s.late && s.Run.Epoch == 0 {
		r.keep.end(s, true)
		return nil
	}
	r.answer(s, o.Parts.Validation)
	r.ended(s, o.Epochs-(s.Run.Epoch-before), o)
	return nil
}

// ended notes that a member is trained.
func (r *run) ended(s *slot, left int, o train.Options) {
	r.keep.end(s, true)
	r.shown.epochs(max(0, left))
	r.shown.end(s)
	if r.Checkpoint != "" && r.EveryEpochs > 0 && r.keep.trained()%r.EveryEpochs == 0 {
		r.keep.request(r.Checkpoint, false)
	}
}
