package tune

import (
	"math"
	"strings"
	"testing"

	"mlp/internal/metric"
	"mlp/internal/recipe"
	"mlp/internal/rng"
	"mlp/internal/spec"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

const gathered = `{"seed":3,"data":{"target":"height"},"layers":[{"units":4,"activation":"tanh"},{"units":1}],
	"compile":{"loss":"mse","optimizer":{"type":"adam","learning_rate":0.01}},"fit":{"epochs":12,"batch_size":8},
	"tune":{"trials":10,"folds":3,"search":"random","ensemble":true,"space":{"compile.optimizer.learning_rate":{"min":0.005,"max":0.05,"log":true},"layers[0].units":{"min":2,"max":12},
	"layers[0].activation":["relu","tanh"],"fit.batch_size":{"min":4,"max":32,"when":{"layers[0].activation":["tanh"]}}}}}`

// The spec of an ensemble of trials has a variant for each, with its settings.
func TestTheSpecOfAnEnsemble(t *testing.T) {
	r, _, err := logged(t.Context(), t, gathered, Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	e := r.Together
	s, err := recipe.Decode(r.Spec)
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Trials) < 2 || s.Model.Ensemble == nil || s.Model.Ensemble.Variants() != len(e.Trials) {
		t.Fatalf("trials %v, %+v", e.Trials, s.Model.Ensemble)
	}
	for _, v := range s.Model.Ensemble.Vary {
		for i, number := range e.Trials[1:] {
			for _, set := range r.Trials[number-1].Settings {
				if set.Path == v.Path && string(spec.CanonicalJSON(set.Value)) != string(spec.CanonicalJSON(v.Choices[i])) {
					t.Errorf("variant %d has %s=%s, trial %d %s", i+2, v.Path, spec.CanonicalJSON(v.Choices[i]), number, spec.CanonicalJSON(set.Value))
				}
			}
		}
	}
	for _, set := range r.Trials[e.Trials[0]-1].Settings {
		if got := r.Spec.At(set.Path); string(spec.CanonicalJSON(got.Bare())) != string(spec.CanonicalJSON(set.Value)) {
			t.Errorf("the first variant has %s=%s", set.Path, spec.CanonicalJSON(got.Bare()))
		}
	}
	if best := r.Trials[r.Best-1].Score; e.Score > best {
		t.Errorf("together they score %g, the best by itself %g", e.Score, best)
	}
	for _, threads := range []int{1, 7} {
		other, _, err := logged(t.Context(), t, gathered, Options{Threads: threads})
		if err != nil || said(other) != said(r) || other.Together.Worth != e.Worth {
			t.Errorf("%d threads say something else than two: %v", threads, err)
		}
	}
}

// Where trials were chosen rung by rung, that takes off from an ensemble of the last ones
// what it takes off from the best.
func TestAnEnsembleOfTheLastRung(t *testing.T) {
	text := strings.Replace(gathered, `"trials":10`, `"halving":{"min_epochs":1,"factor":3},"trials":10`, 1)
	r, _, err := logged(t.Context(), t, text, Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	if e := r.Together; r.Worth.by == 0 || e.Worth.by != r.Worth.by {
		t.Errorf("the best is moved by %g, the ensemble by %g", r.Worth.by, e.Worth.by)
	}
}

func TestRefusedEnsembles(t *testing.T) {
	for old, to := range map[string]string{
		`"fit":{`:                  `"ensemble":{"members":2},"fit":{`,
		`"layers[0].units":{"min"`: `"data.split.validation":[0.1,0.2],"layers[0].units":{"min"`,
	} {
		_, _, err := logged(t.Context(), t, strings.Replace(gathered, old, to, 1), Options{})
		if err == nil || !strings.Contains(err.Error(), "tune.ensemble") {
			t.Errorf("%s: %v", to, err)
		}
	}
}

// Numbers that are right up to noise of each trial's own: the mean of some of twenty is
// better than any, but not as much as it scores where those were chosen.
func TestAnEnsembleIsCorrected(t *testing.T) {
	const tables, rows, trials = 12, 60, 20
	var naive, corrected float64
	held := 0
	for seed := range uint64(tables) {
		r := &run{seed: seed, facts: &facts{name: "mean_squared_error", outputs: metric.Outputs{Task: task.Regression, Columns: 1}, goal: metric.Lower, truth: tensor.New(rows, 1)}}
		draw := rng.New(seed, "noise")
		noise := func(s rng.Stream, row int) float32 { // even, of variance 1
			return float32((s.Float64(uint64(row)) - 0.5) * math.Sqrt(12))
		}
		for i := range rows {
			r.facts.truth.Data[i] = noise(draw, i)
		}
		answer := func(k, row int, at rng.Stream) float32 { return 0.7 * noise(at.At(uint64(k)), row) }
		for k := range trials {
			t, shown := Trial{Number: k + 1}, tensor.New(rows, 1)
			for i := range rows {
				shown.Data[i] = r.facts.truth.Data[i] + answer(k, i, draw)
			}
			t.take(r.facts, shown)
			r.trials = append(r.trials, t)
			if r.best == 0 || t.before(&r.trials[r.best-1]) < 0 {
				r.best = t.Number
			}
		}
		e, err := r.together(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		total, squares := 0, 0.0
		for _, n := range e.Counts {
			total += n
		}
		for _, n := range e.Counts { // of independent noise the variance of a mean is known
			squares += math.Pow(float64(n)/float64(total), 2)
		}
		truth := 0.49 * squares
		naive, corrected = naive+(e.Score/truth-1)/tables, corrected+(e.Worth.Score/truth-1)/tables
		if e.Worth.Low <= truth && truth <= e.Worth.High {
			held++
		}
	}
	t.Logf("error of the score %.3f of the truth, corrected %.3f; %d of %d intervals hold it", naive, corrected, held, tables)
	if naive > -0.15 || corrected < -0.1 || corrected > 0.35 || held < 10 {
		t.Errorf("error of the score %.3f of the truth, corrected %.3f; %d of %d intervals hold it", naive, corrected, held, tables)
	}
}
