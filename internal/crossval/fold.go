package crossval

import (
	"context"
	"fmt"
	"slices"

	"mlp/internal/ensemble"
	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/recipe"
	"mlp/internal/rng"
	"mlp/internal/train"
)

// seed is that of a fold: of its weights, its order of rows and its dropout.
func (v *crossing) seed(repeat, fold int) uint64 {
	return rng.New(v.spec.Model.Seed, "cv").At(uint64(repeat)).At(uint64(fold)).Uint64(0)
}

// run trains and measures fold i.
func (v *crossing) run(ctx context.Context, i int) error {
	repeat, fold := i/v.o.Folds, i%v.o.Folds
	s, err := recipe.Decode(v.spec.Tree) // layers, optimizer, metrics and callbacks are used up by a run
	if err != nil {
		return err
	}
	s.Model.Seed = v.seed(repeat, fold)
	m, sets, err := model.BuildOn(s.Model, s.Tree, v.table, v.schema, v.parts[i], v.src, 1)
	if err != nil {
		return err
	}
	f := Fold{Repeat: repeat + 1, Fold: fold + 1, rows: v.parts[i].Test}
	goesOn := v.o.Paused != nil && v.o.Paused[i].model != nil
	if goesOn {
		m.Close()
		if m, err = model.ReadFrom(v.name(f), v.o.Paused[i].model, 1); err != nil {
			return err
		}
		m.Config.Seed = s.Model.Seed // the file has that of the spec
	}
	if i == 0 {
		v.first = m
	} else {
		defer m.Close()
	}
	if v.o.Paused != nil && !goesOn { // it has ended
		v.standing[i] = v.o.Paused[i]
		v.folds[i] = v.standing[i].fold
		return nil
	}
	at := &v.standing[i]
	if at.model, err = v.train(ctx, m, s, sets, &f, goesOn); err != nil {
		return fmt.Errorf("%s: %w", v.name(f), err)
	}
	v.folds[i], at.fold = f, f
	return nil
}

// fit trains a model, or the members of an ensemble one after the other.
func fit(ctx context.Context, m *model.Model, s *recipe.Spec, o train.Options) (*train.Result, error) {
	if m.Config.Ensemble == nil {
		return train.Fit(ctx, m, o)
	}
	o.Observers = nil // they count the epochs of one network
	result, err := ensemble.Fit(ctx, m, ensemble.Options{Options: o, Tree: s.Tree, Threads: 1})
	if err != nil {
		return nil, err
	}
	return &result.Result, nil
}

// name is what a fold is called in a complaint.
func (v *crossing) name(f Fold) string {
	if v.o.Repeats == 1 {
		return fmt.Sprintf("fold %d", f.Fold)
	}
	return fmt.Sprintf("repeat %d, fold %d", f.Repeat, f.Fold)
}

// config is what is measured: with metrics of this fold's own.
func (v *crossing) config(s *recipe.Spec) evaluate.Config {
	return evaluate.Config{Metrics: s.Evaluate.Metrics, Require: v.gates, Threshold: s.Evaluate.Threshold, ThresholdPos: s.Evaluate.ThresholdPos}
}

// train trains a fold and measures it. Where it has paused, what it goes on from is
// returned.
func (v *crossing) train(ctx context.Context, m *model.Model, s *recipe.Spec, sets *model.Sets, f *Fold, goesOn bool) (paused []byte, err error) {
	if !goesOn {
		if err := m.Compile(); err != nil {
			return nil, err
		}
	}
	if _, err := v.config(s).MetricsFor(m); err != nil { // before it costs a training
		return nil, err
	}
	o := train.Options{Config: s.Fit, Evaluate: s.Evaluate, Parts: model.Parts{Train: m.Part(sets.Train), Validation: m.Part(sets.Validation)}}
	o.Callbacks = slices.DeleteFunc(slices.Clone(s.Fit.Callbacks), func(h *train.Hooks) bool { return h.Writes })
	progress := func(int) {}
	if v.o.Progress != nil {
		progress = v.o.Progress
	}
	o.Observers = []*train.Hooks{{Name: "progress", Epoch: func(*train.Run) error { progress(1); return nil }}}
	o.Resume = goesOn
	within, pause := context.WithCancel(ctx)
	defer pause()
	if v.o.Pause > 0 {
		o.Observers = append(o.Observers, pauseAfter(v.o.Pause, pause))
	}
	result, err := fit(within, m, s, o)
	switch {
	case err != nil:
		return nil, err
	case ctx.Err() != nil && result.Interrupted:
		return nil, context.Cause(ctx)
	case result.Interrupted:
		if paused, err = standing(m); err != nil {
			return nil, err
		}
		return paused, v.measure(m, s, sets, f, result)
	}
	if m.Config.Ensemble != nil {
		progress(result.Epochs)
	}
	progress(s.Fit.Epochs - result.Epochs)
	return nil, v.measure(m, s, sets, f, result)
}

// measure fills in what a fold is worth.
func (v *crossing) measure(m *model.Model, s *recipe.Spec, sets *model.Sets, f *Fold, result *train.Result) error {
	held := m.Part(sets.Test)
	c := v.config(s)
	f.unset = result.Unsettled
	f.at, _ = c.ResolveThreshold(m) // ½ if the rule has chosen none: it may not choose on the held-out rows
	c.Threshold = f.at
	e, err := evaluate.Measure(m, held, c)
	if err != nil {
		return err
	}
	f.Result, f.pred = e.Result, e.Outputs()
	f.Train, f.Validation, f.Epochs = m.Data.Train, m.Data.Validation, result.Epochs
	f.truth, f.weight = held.Truth, held.Weight
	f.shown = evaluate.Answers(m, f.pred, f.at.Value)
	return nil
}
