package run

import (
	"context"
	"errors"

	"mlp/internal/ensemble"
	"mlp/internal/evaluate"
	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/train"
)

// A Fit is a training that is about to begin.
type Fit struct {
	*Job
	Options train.Options

	Progress func(ensemble.Event) // takes what is to be shown of an ensemble

	held *ensemble.Held // the out-of-fold answers of one
}

// PrepareFit compiles the model if that is not done yet, and completes the options,
// of which the caller has set those that are no part of a spec.
func (j *Job) PrepareFit(o train.Options) (*Fit, error) {
	m := j.Model
	if m.Stage == model.Built {
		if err := m.Compile(); err != nil {
			return nil, err
		}
	}
	o.Config, o.Evaluate = j.Fit, j.Evaluate
	if epochs := j.Tree.Get("fit").Get("epochs"); o.Resume && epochs.Origin == fromModel {
		o.Epochs = m.Run.Target // a run on a fitted model goes beyond fit.epochs
	}
	o.Parts = m.Parts(j.Sets)
	if o.Parts.Train == nil {
		return nil, problem.Data(problem.Pos{}, "", "", "there are no training rows")
	}
	return &Fit{Job: j, Options: o}, nil
}

// An Outcome is what became of a training and of its model.
type Outcome struct {
	*train.Result
	Path           string // the file that the model was saved in; "" for none
	Epoch          int    // the last whole epoch that is in it
	Batch, Batches int    // where it stands in the next; Batch 0: at its beginning
	Unsaved        error  // why it could not be saved after the run had failed
	Dropped        []int  // the variants of an ensemble, from 1, that have no weight
}

// Train runs the training and saves what has come of it: a model that is trained, or
// was when its time was up, in Output; one that was interrupted where its checkpoints
// go; of one that failed the last whole epoch, if it finished any. The error is that
// of the training, or, where all went well, of the saving.
func (f *Fit) Train(ctx context.Context) (*Outcome, error) {
	m := f.Model
	if m.Config.Ensemble != nil {
		return f.trainEnsemble(ctx)
	}
	epochs, batches := m.Run.Epoch, m.Optimizer.Iterations()
	result, err := train.Fit(ctx, m, f.Options)
	out := &Outcome{Result: result, Epoch: m.Run.Epoch}
	switch {
	case err != nil:
		if m.Run.Epoch == epochs {
			return out, err
		}
		if out.Unsaved = f.save(); out.Unsaved == nil {
			out.Path = f.Options.Output
		}
		return out, err
	case result.Interrupted:
		if m.Optimizer.Iterations() == batches {
			return out, nil
		}
		if p := m.Run.Partial; p != nil {
			out.Batch, out.Batches = p.Batch, f.Options.Steps()
		}
		if err := m.Save(f.Options.SaveTo()); err != nil {
			return out, err
		}
		out.Path = f.Options.SaveTo()
		return out, nil
	}
	if err := f.save(); err != nil {
		return out, err
	}
	out.Path = f.Options.Output
	return out, nil
}

// save writes what a training has come to. If Output takes it no more, it goes to the
// checkpoint, the only other file that the user has given to it.
func (f *Fit) save() error {
	m, checkpoint := f.Model, f.Options.Checkpoint
	err := m.Save(f.Options.Output)
	var p *problem.Problem
	if !errors.As(err, &p) {
		return err
	}
	p.Remedy = problem.Remedy{Kind: problem.CheckpointElsewhere}
	if checkpoint != "" {
		p.Remedy = problem.Remedy{Kind: problem.ModelLost, Value: checkpoint}
		if checkpoint != f.Options.Output && m.Save(checkpoint) == nil {
			p.Remedy.Kind = problem.ModelInCheckpoint
		}
	}
	return err
}

// Final evaluates a trained model on the rows it has seen least, and names them. A
// rule for the threshold that was not applied in the run has no say here.
func (f *Fit) Final() (e *evaluate.Evaluation, name string, err error) {
	part, name := model.HeldOut(f.Options.Parts)
	config := evaluate.Config{Threshold: f.Options.Evaluate.Threshold}
	if _, settled := config.ResolveThreshold(f.Model); !settled {
		config.Threshold = metric.Threshold{}
	}
	if f.held != nil && f.Options.Parts.Test == nil {
		e, err = evaluate.Given(f.Model, f.held.Part, f.held.Answered, config)
		return e, ensemble.OutOfFold, err
	}
	e, err = evaluate.Model(f.Model, part, config)
	return e, name, err
}

// trainEnsemble is Train for several networks.
func (f *Fit) trainEnsemble(ctx context.Context) (*Outcome, error) {
	m := f.Model
	before := 0
	for _, one := range m.Members {
		before += int(one.Optimizer.Iterations())
	}
	result, err := ensemble.Fit(ctx, m, f.ensemble())
	out := &Outcome{}
	moved := -before
	for _, one := range m.Members {
		moved += int(one.Optimizer.Iterations())
		if one.Run.Done {
			out.Epoch++
		}
	}
	switch {
	case err != nil:
		if moved <= 0 {
			return out, err
		}
		if out.Unsaved = f.save(); out.Unsaved == nil {
			out.Path = f.Options.Output
		}
		return out, err
	case result.Interrupted:
		if out.Result = &result.Result; moved <= 0 {
			return out, nil
		}
		if err := m.Save(f.Options.SaveTo()); err != nil {
			return out, err
		}
		out.Path = f.Options.SaveTo()
		return out, nil
	}
	out.Result, out.Dropped, f.held = &result.Result, result.Dropped, result.Held
	if err := f.save(); err != nil {
		return out, err
	}
	out.Path = f.Options.Output
	return out, nil
}

func (f *Fit) ensemble() ensemble.Options {
	return ensemble.Options{Options: f.Options, Tree: f.Tree, Threads: f.request.Threads, Progress: f.Progress}
}

// Check refuses what Train would refuse before its first step.
func (f *Fit) Check() error {
	if f.Model.Config.Ensemble != nil {
		return ensemble.Check(f.Model, f.ensemble())
	}
	return train.Check(f.Model, f.Options)
}
