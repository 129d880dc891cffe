// Package tune searches the tune section of a spec: each point that the search proposes is
// cross-validated, all on the same folds; out come the trials, the best of them, and what
// that one is worth once it is taken into account that it was chosen for its score.
// Nothing depends on how many trials are run at a time.
package tune

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"time"

	"mlp/internal/crossval"
	"mlp/internal/data/split"
	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/parallel"
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
}

// A Trial is one point and what it is worth.
type Trial struct {
	Number   int // from 1
	Settings []search.Setting
	Metric   string  // what Score is; "" where no trial was whole yet
	Score    float64 // the metric of the out-of-fold answers; NaN where it has failed
	Failed   string  // why there is none

	point search.Point
	cost  float64    // the score, its sign turned where more is better; +Inf where it has failed
	shown tensor.Mat // what the metric is given: (rows, outputs)
}

// A Result is what a search has come to.
type Result struct {
	Metric string
	Goal   metric.Goal
	Trials []Trial // in their order
	Best   int     // the number of the best
	Rows   int     // the out-of-fold rows
	Worth  Corrected
	Spec   *spec.Node // that of the best, whole, without the tune section
	TimeUp bool
}

// A run is a search under way.
type run struct {
	o      Options
	config *search.Config
	seed   uint64
	base   *spec.Node // without the tune section
	src    model.Sources
	hash   string // of what a trial depends on besides its number

	mu     sync.Mutex
	facts  *facts // nil until the first trial that is whole
	trials []Trial
	shown  int
	best   int // number of the best of those shown; 0 for none

	begun   bool     // the log has its first line
	waiting []string // lines of trials that have failed before one was whole
}

// Run searches. s is the spec with its tune section.
func Run(ctx context.Context, s *recipe.Spec, src model.Sources, o Options) (*Result, error) {
	r := &run{o: o, config: s.Tune, seed: s.Model.Seed, src: src, base: s.Tree.Clone()}
	r.base.Drop("tune")
	if len(r.config.Space) == 0 {
		c := *r.config
		c.Space = search.Usual(r.base)
		r.config = &c
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	r.hash = r.hashed()
	if err := r.takeUp(); err != nil {
		return nil, err
	}
	n := r.config.Count()
	r.trials = make([]Trial, 0, n)
	timeUp := false
	for first := 0; first < n && !timeUp; {
		_, end := r.config.Generation(first)
		if err := r.generation(ctx, first, min(end, n)); err != nil {
			return nil, err
		}
		first = len(r.trials)
		timeUp = first < min(end, n)
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

// generation tries the points from first to end, which do not depend on each other.
func (r *run) generation(ctx context.Context, first, end int) error {
	tried := make([]search.Tried, len(r.trials))
	for i, t := range r.trials {
		tried[i] = search.Tried{Point: t.point, Cost: t.cost}
	}
	r.trials = r.trials[:end]
	begun := make([]bool, end)
	err := parallel.Do(ctx, end-first, parallel.Workers(r.o.Threads), func(ctx context.Context, i int) error {
		i += first
		if late := !r.o.Until.IsZero() && time.Now().After(r.o.Until); late && i > 0 {
			return nil
		}
		begun[i] = true
		return r.try(ctx, i, r.config.Propose(r.seed, i, tried))
	})
	for i := first; i < end; i++ {
		if !begun[i] { // trials are begun in order
			r.trials = r.trials[:i]
			break
		}
	}
	return err
}

// try cross-validates trial i, or takes it from the log.
func (r *run) try(ctx context.Context, i int, at search.Point) error {
	t := Trial{Number: i + 1, Settings: r.config.Settings(at), point: at, Score: math.NaN(), cost: math.Inf(1)}
	if found, err := r.earlier(&t); found || err != nil {
		if err == nil {
			r.done(t)
		}
		return err
	}
	cv, err := r.cross(ctx, t.Settings)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		t.Failed, _, _ = strings.Cut(err.Error(), "\n")
	default:
		if err := r.measure(&t, cv); err != nil {
			return err
		}
	}
	if err := r.write(&t, cv); err != nil {
		return err
	}
	r.done(t)
	return nil
}

func (r *run) cross(ctx context.Context, settings []search.Setting) (*crossval.Result, error) {
	s, err := r.spec(settings)
	if err != nil {
		return nil, err
	}
	return crossval.Run(ctx, s, r.src, crossval.Options{FoldConfig: split.FoldConfig{Folds: r.config.Folds}, Repeats: 1, Threads: 1})
}

// measure fills in what a trial is worth.
func (r *run) measure(t *Trial, cv *crossval.Result) error {
	part, pred, answers, _ := cv.Held(0)
	r.mu.Lock()
	if r.facts == nil {
		f, err := newFacts(r.config.Metric, cv, part.Truth)
		if err != nil {
			r.mu.Unlock()
			return err
		}
		r.facts = f
	}
	facts := r.facts
	r.mu.Unlock()
	if t.shown = pred; metric.Decides(facts.metric()) {
		t.shown = answers
	}
	if t.Score = facts.score(facts.metric(), t.shown, nil); math.IsNaN(t.Score) {
		t.Failed = facts.name + " is not determined by the rows"
		return nil
	}
	t.cost = facts.cost(t.Score)
	return nil
}

// done notes a trial, and shows those that are next in turn.
func (r *run) done(t Trial) {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.trials[:cap(r.trials)]
	all[t.Number-1] = t
	for r.shown < len(all) && all[r.shown].Number > 0 {
		next := &all[r.shown]
		if r.best == 0 && next.Failed == "" || r.best > 0 && next.cost < all[r.best-1].cost {
			r.best = next.Number
		}
		r.shown++
		if r.facts != nil {
			next.Metric = r.facts.name
		}
		if r.o.Show != nil {
			r.o.Show(next, r.best)
		}
	}
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
	if err != nil {
		return nil, err
	}
	result.Spec = s.Tree
	return result, nil
}
