package run

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"mlp/internal/ensemble"
	"mlp/internal/evaluate"
	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/modelfile"
	"mlp/internal/outfile"
	"mlp/internal/problem"
	"mlp/internal/train"
)

// A Fit is a training that is about to begin.
type Fit struct {
	*Job
	Options train.Options
	Outputs Outputs

	Progress func(ensemble.Event) // takes what is to be shown of an ensemble

	held *ensemble.Held // the out-of-fold answers of one
}

// PrepareFit compiles the model if that is not done yet, and completes the options,
// of which the caller has set those that are no part of a spec.
func (j *Job) PrepareFit(o train.Options, to Outputs) (*Fit, error) {
	m := j.Model
	if m.Stage == model.Built {
		if err := m.Compile(); err != nil {
			return nil, err
		}
	}
	o.Config, o.Evaluate = j.Fit, j.Evaluate
	o.Resume, o.Checkpoint, o.Aside = to.Resume != "", to.Checkpoint, to.Aside()
	o.Generations = &j.saved
	if epochs := j.Tree.Get("fit").Get("epochs"); o.Resume && epochs.Origin == fromModel {
		o.Epochs = m.Run.Target // a run on a fitted model goes beyond fit.epochs
	}
	o.Parts = m.Parts(j.Sets)
	if o.Parts.Train == nil {
		return nil, problem.Data(problem.Pos{}, "", "", "there are no training rows")
	}
	for _, path := range []string{to.Output, to.Checkpoint} {
		notes, err := outfile.Outlook(path, m.FileSize())
		for _, note := range notes {
			j.request.Note("%s", note)
		}
		if err != nil {
			return nil, &problem.Problem{Domain: problem.InModel, Msg: err.Error(), Hint: "choose another place, or make room"}
		}
	}
	return &Fit{Job: j, Options: o, Outputs: to}, nil
}

// An Outcome is what became of a training and of its model.
type Outcome struct {
	*train.Result
	Path           string // the file that the model was saved in; "" for none
	Epoch          int    // the last whole epoch that is in it; of an ensemble, how many members are trained
	Batch, Batches int    // where it stands in the next; Batch 0: at its beginning
	Trained        bool   // the training has come to its end
	Unsaved        error  // why it is not where it should be
	Dropped        []int  // the variants of an ensemble, from 1, that have no weight
}

// Train runs the training and saves what has come of it. A model that is trained, or
// was when its time was up, goes to Output. A run that was interrupted, or has failed
// after its first epoch, goes where its checkpoints go, or aside: what stands in
// Output is then as it was. The error is that of the training, or, where all went
// well, of the saving.
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
		f.saveFailed(out, err, m.Run.Epoch > epochs)
		return out, err
	case result.Interrupted:
		if p := m.Run.Partial; p != nil {
			out.Batch, out.Batches = p.Batch, f.Options.Steps()
		}
		return out, f.savePaused(out, m.Optimizer.Iterations() > batches)
	}
	return out, f.saveTrained(out)
}

// saveFailed saves what a run has come to that cannot go on.
func (f *Fit) saveFailed(out *Outcome, failed error, moved bool) {
	if !moved {
		return
	}
	out.Path, out.Unsaved = f.keep(f.asItStands, f.Options.SaveTo(), f.Options.Aside)
	var diverged *train.Diverged
	if out.Path != "" && errors.As(failed, &diverged) {
		_ = modelfile.EndCheckpoint(out.Path) // it would diverge again: the next run may begin anew
		_ = train.GiveUpPrevious(out.Path)
	}
}

// savePaused saves a run that was interrupted.
func (f *Fit) savePaused(out *Outcome, moved bool) error {
	if !moved {
		return nil
	}
	out.Path, out.Unsaved = f.keep(f.asItStands, f.Options.SaveTo(), f.Options.Aside)
	if out.Path == "" {
		return out.Unsaved
	}
	return nil
}

// saveTrained saves a model whose training has come to its end.
func (f *Fit) saveTrained(out *Outcome) error {
	var err error
	out.Trained = true
	out.Path, err = f.keep(f.Model.Save, f.Outputs.Output, f.Outputs.Checkpoint)
	if err == nil {
		return f.Outputs.settle(out.TimeUp)
	}
	if errors.Is(err, outfile.ErrUnsynced) {
		return err
	}
	var p *problem.Problem
	if errors.As(err, &p) && p.Remedy.Kind == problem.NoRemedy {
		if p.Remedy = (problem.Remedy{Kind: problem.ModelLost}); out.Path != "" {
			p.Remedy = problem.Remedy{Kind: problem.ModelElsewhere, Value: out.Path}
		}
	}
	return err
}

// keep saves the model in the first of the places that takes it, at last in the
// folder for temporary files: hours of work are worth more than a tidy disk. It
// returns that place, "" for none, and why the first place has not taken it.
func (f *Fit) keep(save func(path string) error, places ...string) (path string, err error) {
	for i, place := range places {
		if place == "" || slices.Contains(places[:i], place) {
			continue
		}
		failed := save(place)
		if err == nil {
			err = failed
		}
		if failed == nil || errors.Is(failed, outfile.ErrUnsynced) {
			return place, err
		}
		var kept *outfile.Kept
		if errors.As(failed, &kept) {
			return kept.Path, err
		}
	}
	dir, failed := os.MkdirTemp("", "mlp-")
	if failed != nil {
		return "", err
	}
	path = filepath.Join(dir, filepath.Base(f.Outputs.Output))
	if f.Model.Save(path) != nil {
		_ = os.Remove(dir) // nothing more can be done
		return "", err
	}
	return path, err
}

// asItStands saves a run that has not ended.
func (f *Fit) asItStands(path string) error { return f.Options.Generations.Save(f.Model, path) }

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
		f.saveFailed(out, err, moved > 0)
		return out, err
	case result.Interrupted:
		out.Result = &result.Result
		return out, f.savePaused(out, moved > 0)
	}
	out.Result, out.Dropped, f.held = &result.Result, result.Dropped, result.Held
	return out, f.saveTrained(out)
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
