package tune

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"mlp/internal/crossval"
	"mlp/internal/data/split"
	"mlp/internal/metric"
	"mlp/internal/parallel"
	"mlp/internal/search"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// generation tries the points up to end, which do not depend on each other, rung by rung.
func (r *run) generation(ctx context.Context, end int) (timeUp bool, err error) {
	tried := r.tried()
	first := len(r.trials)
	var entrants []int
	for i := first; i < end; i++ {
		at := r.config.Propose(r.seed, i, tried)
		r.trials = append(r.trials, Trial{Number: i + 1, Settings: r.config.Settings(at), point: at})
		entrants = append(entrants, i)
	}
	for rung := range r.rungs {
		if rung > 0 {
			entrants = r.promoted(entrants)
		}
		begun, err := r.climb(ctx, rung, entrants)
		if err != nil {
			return false, err
		}
		if timeUp = begun < len(entrants); timeUp && rung == 0 {
			r.trials = r.trials[:first+begun]
		}
		if timeUp {
			break
		}
	}
	for i := first; i < len(r.trials); i++ {
		r.trials[i].paused = nil
	}
	r.paused = 0
	return timeUp, nil
}

// tried is what earlier generations say to the search: the order of the trials alone, for
// those that have paused cannot be compared with others by their scores.
func (r *run) tried() []search.Tried {
	order := make([]*Trial, len(r.trials))
	for i := range r.trials {
		order[i] = &r.trials[i]
	}
	slices.SortFunc(order, (*Trial).before)
	tried := make([]search.Tried, len(order))
	for place, t := range order {
		tried[t.Number-1] = search.Tried{Point: t.point, Cost: float64(place)}
	}
	return tried
}

// promoted are the trials of a rung that go on, in order.
func (r *run) promoted(entrants []int) []int {
	order := slices.DeleteFunc(slices.Clone(entrants), func(i int) bool { return r.trials[i].Failed != "" })
	slices.SortFunc(order, func(a, b int) int { return r.trials[a].before(&r.trials[b]) })
	order = order[:min(len(order), r.config.Halving.Promoted(len(entrants)))]
	for _, i := range entrants {
		if t := &r.trials[i]; !slices.Contains(order, i) {
			r.forget(t)
		}
	}
	slices.Sort(order)
	return order
}

// forget lets go of what a trial would go on from.
func (r *run) forget(t *Trial) {
	for i := range t.paused {
		r.paused -= t.paused[i].Bytes()
	}
	t.paused = nil
}

// climb trains the trials of a rung, and reports how many it has begun: fewer if the time
// is up.
func (r *run) climb(ctx context.Context, rung int, entrants []int) (begun int, err error) {
	r.turn = entrants
	late := make([]bool, len(entrants))
	err = parallel.Do(ctx, len(entrants), parallel.Workers(r.o.Threads), func(ctx context.Context, k int) error {
		i := entrants[k]
		if late[k] = i > 0 && !r.o.Until.IsZero() && time.Now().After(r.o.Until); late[k] {
			return nil
		}
		t := r.trials[i]
		if err := r.try(ctx, &t, rung); err != nil {
			return err
		}
		r.done(i, t)
		return nil
	})
	for begun < len(late) && !late[begun] { // they are begun in order
		begun++
	}
	return begun, err
}

// try cross-validates a trial as far as a rung goes, or takes it from the log.
func (r *run) try(ctx context.Context, t *Trial, rung int) error {
	t.Epochs, t.Score, t.cost = r.rungs[rung], math.NaN(), math.Inf(1)
	if found, err := r.earlier(t); found || err != nil {
		return err
	}
	cv, err := r.cross(ctx, t)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		t.Failed, _, _ = strings.Cut(err.Error(), "\n")
	default:
		if err := r.measure(t, cv); err != nil {
			return err
		}
	}
	return r.write(t, cv)
}

func (r *run) cross(ctx context.Context, t *Trial) (*crossval.Result, error) {
	s, err := r.spec(t.Settings)
	if err != nil {
		return nil, err
	}
	o := crossval.Options{FoldConfig: split.FoldConfig{Folds: r.config.Folds}, Repeats: 1, Threads: 1, Bare: true, Pause: t.Epochs, Paused: t.paused}
	if sameTable(s.Tree, r.base) {
		o.Table = r.table
	}
	cv, err := crossval.Run(ctx, s, r.src, o)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget(t)
	if err == nil {
		r.keep(t, cv.Paused)
	}
	return cv, err
}

// sameTable reports whether what is read of a table by one spec is what is read by another.
func sameTable(a, b *spec.Node) bool {
	for _, key := range []string{"data", "compile"} { // the loss says what kind of target it is
		if len(spec.Differences(key, a.Get(key).Bare(), b.Get(key).Bare())) > 0 {
			return false
		}
	}
	return true
}

// keep holds what a trial goes on from, if there is room.
func (r *run) keep(t *Trial, at []crossval.Standing) {
	size := 0
	for i := range at {
		size += at[i].Bytes()
	}
	if r.paused+size <= cmp.Or(r.o.Memory, 256<<20) {
		t.paused, r.paused = at, r.paused+size
	}
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
	if metric.Decides(facts.metric()) {
		pred = answers
	}
	t.take(facts, pred)
	return nil
}

// take notes the answers of a rung, and what they are worth.
func (t *Trial) take(f *facts, shown tensor.Mat) {
	t.shown = append(slices.Clip(t.shown), shown)
	if t.Score = f.score(shown); math.IsNaN(t.Score) {
		t.Failed = f.name + " is not determined by the rows"
	}
	t.cost = f.cost(t.Score)
}

// done notes a trial, and shows those that are next in turn.
func (r *run) done(i int, t Trial) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t.ended = true
	r.trials[i] = t
	for len(r.turn) > 0 && r.trials[r.turn[0]].ended {
		next := &r.trials[r.turn[0]]
		next.ended = false
		r.turn = r.turn[1:]
		if next.Failed == "" && (r.best == 0 || next.before(&r.trials[r.best-1]) < 0) {
			r.best = next.Number
		}
		if r.facts != nil {
			next.Metric = r.facts.name
		}
		if r.o.Show != nil {
			r.o.Show(next, r.best)
		}
	}
}
