package compare

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"mlp/internal/evaluate"
	"mlp/internal/metric"
	"mlp/internal/problem"
	"mlp/internal/rng"
	"mlp/internal/spec"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// level is the probability with which an interval holds the true difference.
const level = 0.95

// A Result is what two lists of answers are worth on the same rows.
type Result struct {
	A, B    string
	Rows    int
	Folds   int // that both were held out in; 0: none
	Metrics []Difference
	Gates   []evaluate.GateResult
	Failed  []string
}

// A Difference is one metric of both, and by how much the second's is larger.
type Difference struct {
	Metric     string
	Goal       metric.Goal
	A, B       float64
	Difference float64
	Low, High  float64 // 95 % interval of the difference
	P          float64 // of no difference; NaN where no test is made
	Test       string  // that P is of, or how the interval was made
}

// Config says what is compared.
type Config struct {
	Metrics []string        // beside the usual ones
	Drops   []evaluate.Gate // how much worse the second may be: Metric, Limit, Bound and Source
	Seed    uint64
}

// usual are the metrics of a task, those of probabilities where there are any.
func usual(a *Answers, scored bool) []string {
	switch {
	case a.Task == task.Regression:
		return []string{"rmse", "mae", "r2"}
	case !scored:
		return []string{"accuracy"}
	case a.Meaning != task.Probability:
		return []string{"accuracy", "auc"}
	}
	return []string{"accuracy", "auc", "log_loss", "brier"}
}

// Compare holds b against a.
func Compare(a, b *Answers, c Config) (*Result, error) {
	b, err := align(a, b)
	if err != nil {
		return nil, err
	}
	r := &Result{A: a.Name, B: b.Name, Rows: a.pred.Rows / max(1, a.repeats)}
	scored := a.scored && b.scored && a.Meaning == b.Meaning
	names := usual(a, scored)
	for _, name := range c.Metrics {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, g := range c.Drops {
		if !slices.Contains(names, g.Metric) {
			names = append(names, g.Metric)
		}
	}
	folds := foldsOf(a, b)
	r.Folds = len(folds)
	for _, name := range names {
		x, err := metric.Metrics.Build(spec.NewString(name))
		if err != nil {
			return nil, problem.InOption("metric", problem.DidYouMean(name, metric.Metrics.Names()), "there is no metric %q", name)
		}
		outputs := metric.Outputs{Task: a.Task, Columns: a.pred.Cols, Meaning: a.Meaning}
		if p := x.Prepare(outputs); p != nil {
			return nil, problem.InOption("metric", p.Hint, "%s: %s", name, p.Msg)
		}
		r.Metrics = append(r.Metrics, difference(name, x, a, b, folds, c.Seed))
	}
	for _, g := range c.Drops {
		d := r.Metrics[slices.IndexFunc(r.Metrics, func(d Difference) bool { return d.Metric == g.Metric })]
		j := judge(g, d)
		if r.Gates = append(r.Gates, j); j.Failed != "" {
			r.Failed = append(r.Failed, j.Failed)
		}
	}
	return r, nil
}

// align puts the rows of b in the order of those of a.
func align(a, b *Answers) (*Answers, error) {
	if a.Task != b.Task || !slices.Equal(a.Labels, b.Labels) {
		return nil, problem.Data(problem.Pos{File: b.Name}, "", "", "the answers are of another kind than those of %s: %s, not %s", a.Name, b.kind(), a.kind())
	}
	if a.pred.Rows != b.pred.Rows {
		return nil, problem.Data(problem.Pos{File: b.Name}, "", "", "%s here, and %d in %s: only the same rows can be compared", problem.Count(b.pred.Rows, "row"), a.pred.Rows, a.Name)
	}
	order := make([]int, a.pred.Rows)
	for i := range order {
		order[i] = i
	}
	if a.keys != nil && b.keys != nil {
		at := map[string]int{}
		for i, key := range b.keys {
			if _, twice := at[key]; twice {
				return nil, problem.Data(problem.Pos{File: b.Name}, "", "", "row %s is there twice", key)
			}
			at[key] = i
		}
		for i, key := range a.keys {
			j, ok := at[key]
			if !ok {
				return nil, problem.Data(problem.Pos{File: b.Name}, "", "", "row %s of %s is missing here", key, a.Name)
			}
			order[i] = j
		}
	}
	sorted := *b
	sorted.pred, sorted.decided, sorted.truth, sorted.keys = b.pred.Pick(order), b.decided.Pick(order), b.truth.Pick(order), a.keys
	if b.folds != nil {
		sorted.folds = make([]string, len(order))
		for i, j := range order {
			sorted.folds[i] = b.folds[j]
		}
	}
	for i, v := range a.truth.Data {
		if w := sorted.truth.Data[i]; w != v {
			return nil, problem.Data(problem.Pos{File: b.Name}, "", "are they answers to the same rows?", "the truth of row %d of %s is another one here", i+1, a.Name)
		}
	}
	return &sorted, nil
}

func (a *Answers) kind() string {
	if a.Task == task.Regression {
		return "numbers"
	}
	return fmt.Sprintf("labels %s", problem.Clip(fmt.Sprintf("%q", a.Labels)))
}

// foldsOf returns the rows of each fold that both were held out in, in the order of
// their names; nil unless the folds are the same.
func foldsOf(a, b *Answers) [][]int {
	if a.folds == nil || !slices.Equal(a.folds, b.folds) {
		return nil
	}
	rows := map[string][]int{}
	for i, f := range a.folds {
		rows[f] = append(rows[f], i)
	}
	if len(rows) < 2 {
		return nil
	}
	var all [][]int
	for _, name := range slices.SortedFunc(maps.Keys(rows), func(x, y string) int { return cmp.Compare(x, y) }) {
		all = append(all, rows[name])
	}
	return all
}

// shown is what a metric looks at: the answers, if it depends on them alone.
func (a *Answers) shown(x metric.Metric) tensor.Mat {
	if metric.Decides(x) || !a.scored {
		return a.decided
	}
	return a.pred
}

// difference measures both, and how sure the difference is.
func difference(name string, x metric.Metric, a, b *Answers, folds [][]int, seed uint64) Difference {
	first, second := a.shown(x), b.shown(x)
	of := func(pred tensor.Mat, rows []int) float64 {
		x.Reset()
		if rows == nil {
			x.Update(pred, a.truth, nil)
		} else {
			x.Update(pred.Pick(rows), a.truth.Pick(rows), nil)
		}
		return x.Value()
	}
	d := Difference{Metric: name, Goal: x.Goal(), A: a.overRepeats(first, of), B: a.overRepeats(second, of), P: math.NaN()}
	d.Difference = d.B - d.A
	switch {
	case folds != nil:
		d.resampled(folds, a, func(rows []int) float64 { return of(second, rows) - of(first, rows) })
		return d
	case name == "auc" && a.pred.Cols == 1:
		_, se := metric.PairedDeLong(first.Data, second.Data, a.truth.Data)
		half := se * rng.Quantile((1+level)/2)
		d.Low, d.High, d.Test = d.Difference-half, d.Difference+half, "DeLong"
		if d.P = normalTails(d.Difference / se); d.Difference == 0 && se == 0 {
			d.P = 1
		}
		return d
	}
	d.Low, d.High = metric.Bootstrap(a.pred.Rows, level, seed, func(rows []int) float64 { return of(second, rows) - of(first, rows) })
	if d.Test = "bootstrap"; name == "accuracy" {
		d.P, d.Test = McNemar(onlyRight(a, b), onlyRight(b, a)), "McNemar"
	}
	return d
}

// overRepeats is the mean over repeats of what a metric is on the rows of each: those of all
// together would be there several times.
func (a *Answers) overRepeats(pred tensor.Mat, of func(tensor.Mat, []int) float64) float64 {
	if a.repeats < 2 {
		return of(pred, nil)
	}
	sum, n := 0.0, pred.Rows/a.repeats
	for r := range a.repeats {
		rows := make([]int, n)
		for i := range rows {
			rows[i] = r*n + i
		}
		sum += of(pred, rows) / float64(a.repeats)
	}
	return sum
}

// resampled tests the differences of the folds.
func (d *Difference) resampled(folds [][]int, a *Answers, of func(rows []int) float64) {
	var all []float64
	for _, rows := range folds {
		all = append(all, of(rows))
	}
	n := float64(a.pred.Rows) / float64(max(1, a.repeats))
	test := float64(a.pred.Rows) / float64(len(folds))
	train := n - test
	if a.trained > 0 {
		train = a.trained
	}
	mean, se, p := NadeauBengio(all, test, train)
	half := se * studentWithin(level, float64(len(folds)-1))
	d.Difference, d.Low, d.High, d.P, d.Test = mean, mean-half, mean+half, p, "Nadeau-Bengio"
}

// onlyRight counts the rows that a answers rightly and b does not.
func onlyRight(a, b *Answers) (n int) {
	right := func(x *Answers, i int) bool {
		return evaluate.Answer(x.decided.Row(i), metric.DefaultThreshold) == int(a.truth.Data[i])
	}
	for i := range a.pred.Rows {
		if right(a, i) && !right(b, i) {
			n++
		}
	}
	return n
}

// judge holds a gate against how much worse the second is.
func judge(g evaluate.Gate, d Difference) evaluate.GateResult {
	drop, upper := -d.Difference, -d.Low
	if d.Goal == metric.Lower {
		drop, upper = d.Difference, d.High
	}
	what := "it is"
	if g.Bound {
		drop, what = upper, "the upper bound of it is"
	}
	g.Drop, g.Was = true, d.A
	j := evaluate.GateResult{Gate: g, Value: drop}
	switch {
	case math.IsNaN(drop):
		j.Failed = fmt.Sprintf("%s: the difference of %s is not defined on these rows", g.Source, g.Metric)
	case drop > g.Limit:
		j.Failed = fmt.Sprintf("%s: %s may be %.6g worse than %.6g, and %s %.6g", g.Source, g.Metric, g.Limit, d.A, what, drop)
	}
	return j
}
