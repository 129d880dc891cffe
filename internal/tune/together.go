package tune

import (
	"cmp"
	"context"
	"math"
	"slices"

	"mlp/internal/ensemble"
	"mlp/internal/metric"
	"mlp/internal/parallel"
	"mlp/internal/problem"
	"mlp/internal/recipe"
	"mlp/internal/rng"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// Together is an ensemble of trials.
type Together struct {
	Trials []int // their numbers: the first is the spec that the others differ from
	Counts []int // how often each was chosen: its weight in the mean
	Score  float64
	Worth  Corrected
}

// pool is how many of the best trials may be members. It bounds the work: an ensemble
// hardly gains from worse ones.
const pool = 10

// checkTogether refuses an ensemble that no spec could say.
func (r *run) checkTogether() error {
	if !r.config.Ensemble {
		return nil
	}
	if n := r.base.Get("ensemble"); n != nil && n.Kind == spec.Map {
		return &problem.Problem{Path: "tune.ensemble", Msg: "each trial is an ensemble itself", Hint: "leave one of them out"}
	}
	for _, d := range r.config.Space {
		if section := spec.SplitPath(d.Path)[0]; section != "layers" && section != "compile" && section != "fit" {
			return &problem.Problem{Pos: d.Pos, Path: "tune.ensemble", Msg: "the members of an ensemble cannot differ in " + d.Path, Hint: "leave one of them out"}
		}
	}
	return nil
}

// together chooses an ensemble among the trials that were trained as long as the best.
// What it is worth is found as for the best alone: it is chosen anew on each draw of rows,
// and measured on those that were not drawn; earlier is what the choice in earlier rungs
// takes off.
func (r *run) together(ctx context.Context, earlier float64) (*Together, error) {
	f := r.facts
	rung := r.trials[r.best-1].rung()
	var all []*Trial
	for i := range r.trials {
		if t := &r.trials[i]; t.Failed == "" && t.rung() == rung {
			all = append(all, t)
		}
	}
	every := make([]int, f.truth.Rows)
	for i := range every {
		every[i] = i
	}
	measure := f.metric()
	t := &Together{}
	counts, mean := r.choose(measure, all, every, every)
	t.Score = f.score(mean)
	order := make([]int, 0, len(all))
	for i, n := range counts {
		if n > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return counts[b] - counts[a] })
	for _, i := range order {
		t.Trials, t.Counts = append(t.Trials, all[i].Number), append(t.Counts, counts[i])
	}

	m := min(len(every), most)
	draws := min(mostDraws, max(leastDraw/2, budget/(m*pool*ensemble.Rounds)))
	values := make([]float64, draws)
	stream := rng.New(r.seed, "tune ensemble")
	err := parallel.Do(ctx, draws, parallel.Workers(r.o.Threads), func(_ context.Context, d int) error {
		in, out := drawn(stream.At(uint64(d)), len(every), m)
		values[d] = math.NaN()
		if len(out) > 0 {
			measure := f.metric()
			_, mean := r.choose(measure, all, in, out)
			values[d] = value(measure, mean, f.truth.Pick(out))
		}
		return nil
	})
	t.Worth = summarize(values, math.Sqrt(float64(m)/float64(len(every)))).moved(earlier)
	return t, err
}

// choose is greedy selection by the metric of the rows in, among the best of them; mean
// are the answers of the ensemble to the rows out.
func (r *run) choose(measure metric.Metric, all []*Trial, in, out []int) (counts []int, mean tensor.Mat) {
	f := r.facts
	truth := f.truth.Pick(in)
	loss := func(shown tensor.Mat) float64 { return f.cost(value(measure, shown, truth)) }
	candidates, costs, order := make([]tensor.Mat, len(all)), make([]float64, len(all)), make([]int, len(all))
	for i, t := range all {
		candidates[i], order[i] = t.shown[t.rung()].Pick(in), i
		costs[i] = loss(candidates[i])
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(costs[a], costs[b]) })
	order = order[:min(len(order), pool)]
	best := make([]tensor.Mat, len(order))
	for k, i := range order {
		best[k] = candidates[i]
	}
	counts = make([]int, len(all))
	total := 0
	for k, n := range ensemble.Greedy(best, loss) {
		counts[order[k]] = n
		total += n
	}
	mean = tensor.New(len(out), f.outputs.Columns)
	sum := make([]float64, len(mean.Data))
	for i, n := range counts {
		if n > 0 {
			for j, v := range all[i].shown[all[i].rung()].Pick(out).Data {
				sum[j] += float64(float64(n) * float64(v))
			}
		}
	}
	for j, v := range sum {
		mean.Data[j] = float32(v / float64(total))
	}
	return counts, mean
}

// spec is that of the ensemble: the first trial, with the others as its variants, each
// trained on all folds but one, as the trials were, and weighed by the answers to the rows
// left out.
func (t *Together) spec(r *run) (*recipe.Spec, error) {
	first, err := r.spec(r.trials[t.Trials[0]-1].Settings)
	if err != nil {
		return nil, err
	}
	section := spec.NewMap()
	section.Put("members", spec.NewInt(int64(r.config.Folds*len(t.Trials))))
	section.Put("folds", spec.NewInt(int64(r.config.Folds)))
	if len(t.Trials) > 1 {
		section.Put("select", spec.NewString("greedy"))
		vary := spec.NewList()
		for _, d := range r.config.Space {
			choices := spec.NewList()
			for _, number := range t.Trials[1:] {
				s, err := r.spec(r.trials[number-1].Settings)
				if err != nil {
					return nil, err
				}
				value := s.Tree.At(d.Path)
				if value == nil {
					value = spec.NewNull()
				}
				choices.Items = append(choices.Items, value.Bare())
			}
			one := spec.NewMap()
			one.Put("path", spec.NewString(d.Path))
			one.Put("choices", choices)
			vary.Items = append(vary.Items, one)
		}
		section.Put("vary", vary)
	}
	tree := first.Tree.Clone()
	if err := tree.Set("ensemble", section); err != nil {
		return nil, err
	}
	return recipe.Decode(tree)
}
