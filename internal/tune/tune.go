// Package tune searches the tune section of a spec: each point that the search proposes is
// cross-validated, all on the same folds; out come the trials, the best of them, and what
// that one is worth once it is taken into account that it was chosen for its score.
// Nothing depends on how many trials are run at a time.
package tune

import (
	"cmp"
	"context"
	"errors"
	"math"
	"sync"
	"time"

	"mlp/internal/crossval"
	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/recipe"
	"mlp/internal/search"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// Options is what a search is given besides the spec.
type Options struct {
	Threads int                      // trials at a time, each on one thread; 0: one a core
	Until   time.Time                // no trial is begun after it; the zero time is never
	Earlier *Log                     // the trials of a search that did not end; nil for none
	Write   func(line string) error  // takes what Log reads, a line at a time; nil for nothing
	Show    func(t *Trial, best int) // takes each trial in turn, and the number of the best so far
	Memory  int                      // bytes for trials that have paused; 0: 256 MiB. One that finds no room begins anew
}

// A Trial is one point and what it is worth.
type Trial struct {
	Number   int // from 1
	Settings []search.Setting
	Metric   string  // what Score is; "" where no trial was whole yet
	Score    float64 // the metric of the out-of-fold answers; NaN where it has failed
	Failed   string  // why there is none
	Epochs   int     // after which it has paused; 0: it was trained to its end

	point  search.Point
	cost   float64             // the score, its sign turned where more is better; +Inf where it has failed
	shown  []tensor.Mat        // by rung, what the metric is given: (rows, outputs)
	paused []crossval.Standing // to go on from; nil if it has ended, or is to begin anew
	ended  bool                // it has come to the end of its rung, and is to be shown
}

// rung is that of a trial, from 0; −1 for one that has failed before it came to any.
func (t *Trial) rung() int { return len(t.shown) - 1 }

// before orders trials: first those that were trained longest, of them the best, of equal
// ones the first; last those that have failed.
func (t *Trial) before(o *Trial) int {
	if t.Failed == "" && o.Failed == "" && t.rung() != o.rung() {
		return cmp.Compare(o.rung(), t.rung())
	}
	return cmp.Or(cmp.Compare(t.cost, o.cost), cmp.Compare(t.Number, o.Number))
}

// A Result is what a search has come to.
type Result struct {
	Metric string
	Goal   metric.Goal
	Trials []Trial    // in their order
	Best   int        // the number of the best
	Rows   int        // the out-of-fold rows
	Worth  Corrected  // of the best
	Spec   *spec.Node // that of the best, or of the ensemble, whole, without the tune section
	TimeUp bool

	Together *Together // nil: no ensemble was asked for
}

// Judged is the corrected figure of what Spec says: of the ensemble where there is one.
func (r *Result) Judged() Corrected {
	if r.Together != nil {
		return r.Together.Worth
	}
	return r.Worth
}

// A run is a search under way.
type run struct {
	o       Options
	config  *search.Config
	seed    uint64
	base    *spec.Node // without the tune section
	src     model.Sources
	hash    string // of what a trial depends on besides its number
	members bool   // the base is an ensemble of networks
	rungs   []int  // the epochs after which trials pause; the last is 0
	table   *crossval.Table

	mu     sync.Mutex
	facts  *facts // nil until the first trial that is whole
	trials []Trial
	turn   []int // the trials of the rung that are still to be shown, from 0, in order
	best   int   // number of the best of those shown; 0 for none
	paused int   // bytes held by trials that have paused

	begun   bool     // the log has its first line
	waiting []string // lines of trials that have failed before one was whole
}

// Run searches. s is the spec with its tune section.
func Run(ctx context.Context, s *recipe.Spec, src model.Sources, o Options) (*Result, error) {
	r := &run{o: o, config: s.Tune, seed: s.Model.Seed, src: src, base: s.Tree.Clone(), members: s.Model.Ensemble != nil}
	r.base.Drop("tune")
	if len(r.config.Space) == 0 {
		c := *r.config
		c.Space = search.Usual(r.base)
		r.config = &c
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	r.rungs = r.config.Halving.Rungs(s.Fit.Epochs)
	var err error
	if r.table, err = crossval.Read(s, src); err != nil {
		return nil, err
	}
	r.hash = r.hashed()
	if err := r.takeUp(); err != nil {
		return nil, err
	}
	n := r.config.Count()
	timeUp := false
	for !timeUp && len(r.trials) < n {
		_, end := r.config.Generation(len(r.trials))
		if timeUp, err = r.generation(ctx, min(end, n)); err != nil {
			return nil, err
		}
		if err := r.hopeless(); err != nil {
			return nil, err
		}
	}
	return r.result(ctx, timeUp)
}

// check refuses a space that the spec does not take, and a metric that there is not, before
// it costs a training.
func (r *run) check() error {
	if name := r.config.Metric; name != "auto" {
		if _, err := judging(name); err != nil {
			return err
		}
	}
	if err := r.checkTogether(); err != nil {
		return err
	}
	if r.config.Halving != nil && r.members {
		return &problem.Problem{Path: "tune.halving", Msg: "the members of an ensemble are trained one after the other, and cannot pause together", Hint: "leave halving out, or the ensemble"}
	}
	if len(r.config.Space) == 0 {
		return &problem.Problem{Path: "tune.space", Msg: "there is nothing to search", Hint: "name a value, such as `compile.optimizer.learning_rate: {min: 0.0001, max: 0.1, log: true}`"}
	}
	for i, d := range r.config.Space {
		at := make(search.Point, len(r.config.Space))
		for j := range at {
			at[j] = math.NaN()
		}
		at[i] = 0
		_, err := r.spec(r.config.Settings(at))
		var p *problem.Problem
		if errors.As(err, &p) && len(d.When) == 0 {
			wrong := *p
			if wrong.Pos.Line == 0 {
				wrong.Pos = d.Pos
			}
			return &wrong
		}
	}
	return nil
}

// spec is that of a trial. Layers, optimizer and callbacks are used up by a run, so each
// has its own.
func (r *run) spec(settings []search.Setting) (*recipe.Spec, error) {
	tree := r.base.Clone()
	for _, s := range settings {
		if err := tree.Set(s.Path, s.Value); err != nil {
			return nil, &problem.Problem{Pos: s.Value.Pos, Path: "tune.space", Msg: err.Error()}
		}
	}
	return recipe.Decode(tree)
}

// alike is how many trials in a row may fail for one reason.
const alike = 3

// hopeless ends a search whose trials all fail for one reason.
func (r *run) hopeless() error {
	n := 0
	for i, t := range r.trials {
		switch {
		case t.Failed == "":
			n = 0
		case i > 0 && t.Failed == r.trials[i-1].Failed:
			n++
		default:
			n = 1
		}
		if n == alike && r.best == 0 {
			return problem.Usage("tune", "try the settings of one by themselves", "the first trials have all failed: %s", t.Failed)
		}
	}
	return nil
}

func (r *run) result(ctx context.Context, timeUp bool) (*Result, error) {
	if r.best == 0 {
		return nil, problem.Usage("tune", "try the settings of one by themselves", "all %d trials have failed, the last: %s", len(r.trials), r.trials[len(r.trials)-1].Failed)
	}
	f := r.facts
	result := &Result{Metric: f.name, Goal: f.goal, Trials: r.trials, Best: r.best, Rows: f.truth.Rows, TimeUp: timeUp}
	var err error
	if result.Worth, err = r.correct(ctx); err != nil {
		return nil, err
	}
	s, err := r.spec(r.trials[r.best-1].Settings)
	if err == nil && r.config.Ensemble {
		if result.Together, err = r.together(ctx, result.Worth.by); err == nil {
			s, err = result.Together.spec(r)
		}
	}
	if err != nil {
		return nil, err
	}
	result.Spec = s.Tree
	return result, nil
}
