package tune

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"mlp/internal/data/source"
	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/recipe"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/rng"
	"mlp/internal/spec"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

const small = `{"seed":3,"data":{"target":"kind"},"layers":[{"units":4,"activation":"relu"},{"units":3,"activation":"softmax"}],
	"compile":{"optimizer":{"type":"adam","learning_rate":0.01}},"fit":{"epochs":3,"batch_size":8},
	"tune":{"trials":18,"folds":3,"search":"tpe","space":{"compile.optimizer.learning_rate":{"min":0.001,"max":1.0,"log":true},"layers[0].units":{"min":2,"max":12},
	"layers[0].activation":["relu","tanh"],"fit.batch_size":{"min":4,"max":32,"when":{"layers[0].activation":["tanh"]}}}}}`

func decode(t testing.TB, text string) *recipe.Spec {
	t.Helper()
	tree, err := spec.ParseJSON([]byte(text), "spec", "spec")
	if err != nil {
		t.Fatal(err)
	}
	s, err := recipe.Decode(tree)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// logged is a search with its log.
func logged(ctx context.Context, t testing.TB, text string, o Options) (*Result, string, error) {
	t.Helper()
	var log strings.Builder
	o.Write = func(line string) error { log.WriteString(line); return nil }
	src := source.Bytes("table.csv", []byte(recipetest.Flowers()))
	r, err := Run(ctx, decode(t, text), model.Sources{Train: &src}, o)
	return r, log.String(), err
}

func sorted(log string) string {
	lines := strings.Split(strings.TrimSpace(log), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// said is all that a search says, to the last bit.
func said(r *Result) string {
	return fmt.Sprintf("%d %s %b %b %b %s", r.Best, r.Metric, r.Worth.Score, r.Worth.Low, r.Worth.High, spec.CanonicalJSON(r.Spec))
}

func TestThreadsChangeNothing(t *testing.T) {
	var first, log string
	for _, threads := range []int{1, 2, 7} {
		r, l, err := logged(t.Context(), t, small, Options{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first, log = said(r), sorted(l)
		}
		if said(r) != first || sorted(l) != log {
			t.Errorf("%d threads say something else than one", threads)
		}
	}
}

// A search that is stopped anywhere, be it within a line, goes on to what it would have
// come to; and one that has ended may be given more trials.
func TestResume(t *testing.T) {
	whole, log, err := logged(t.Context(), t, small, Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int{0, 10, len(log) / 3, len(log) / 2, len(log) - 1, len(log)} {
		left := log[:at]
		earlier, err := ReadLog("t.log", []byte(left))
		if err != nil {
			t.Fatalf("cut at %d: %v", at, err)
		}
		kept := left[:strings.LastIndexByte(left, '\n')+1]
		r, more, err := logged(t.Context(), t, small, Options{Threads: 2, Earlier: earlier})
		if err != nil {
			t.Fatalf("cut at %d: %v", at, err)
		}
		if said(r) != said(whole) || sorted(kept+more) != sorted(log) {
			t.Errorf("cut at %d of %d it ends otherwise", at, len(log))
		}
	}
	earlier, _ := ReadLog("t.log", []byte(log))
	r, more, err := logged(t.Context(), t, strings.Replace(small, `"trials":18`, `"trials":22`, 1), Options{Earlier: earlier})
	if err != nil || len(r.Trials) != 22 || strings.Count(more, "\n") != 4 {
		t.Errorf("with four trials more: %d of them, %v", strings.Count(more, "\n"), err)
	}
}

func TestAStopLosesNoTrial(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("enough")
	var mu sync.Mutex
	n := 0
	_, log, err := logged(ctx, t, small, Options{Threads: 2, Show: func(*Trial, int) {
		mu.Lock()
		defer mu.Unlock()
		if n++; n == 5 {
			cancel(stop)
		}
	}})
	if !errors.Is(err, stop) {
		t.Fatalf("%v", err)
	}
	earlier, err := ReadLog("t.log", []byte(log))
	if err != nil || len(earlier.trials) < 5 {
		t.Errorf("%d trials, %v", len(earlier.trials), err)
	}
}

func TestRefusedLogs(t *testing.T) {
	_, log, err := logged(t.Context(), t, small, Options{})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(log, "\n")
	answers := strings.LastIndex(lines[1], `"answers":"`) + 20
	for what, c := range map[string]struct{ text, log, want string }{
		"another spec":     {strings.Replace(small, `"units":4`, `"units":5`, 1), log, "another search"},
		"another seed":     {strings.Replace(small, `"seed":3`, `"seed":4`, 1), log, "another search"},
		"other settings":   {small, lines[0] + strings.Replace(lines[1], `"layers[0].units":`, `"layers[0].units":1`, 1), "other settings"},
		"damaged answers":  {small, lines[0] + lines[1][:answers] + "!" + lines[1][answers+1:], "are damaged"},
		"a damaged truth":  {small, strings.Replace(lines[0], `"rows":60`, `"rows":59`, 1) + lines[1], "damaged"},
		"no log":           {small, "epoch,loss\n1,2\n", "not the log of a search"},
		"no trial":         {small, lines[0] + "{}\n" + lines[1], "not a trial"},
		"an absurd number": {small, strings.Replace(lines[0], `"rows":60`, `"rows":1000000000000`, 1) + lines[1], "damaged"},
	} {
		earlier, err := ReadLog("t.log", []byte(c.log))
		if err == nil {
			_, _, err = logged(t.Context(), t, c.text, Options{Earlier: earlier})
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", what, err, c.want)
		}
	}
}

// A trial that fails is a trial; a search in which all do ends early.
func TestFailedTrials(t *testing.T) {
	r, log, err := logged(t.Context(), t, strings.Replace(small, `"min":0.001,"max":1.0,"log":true`, `"values":[0.01,1e38]`, 1), Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	failed := 0
	for _, one := range r.Trials {
		if one.Failed != "" {
			failed++
		}
	}
	if failed == 0 || failed == len(r.Trials) || r.Trials[r.Best-1].Failed != "" || strings.Count(log, `"failed"`) != failed {
		t.Errorf("%d of %d trials have failed", failed, len(r.Trials))
	}
	_, _, err = logged(t.Context(), t, strings.Replace(small, `"min":0.001,"max":1.0,"log":true`, `"values":[1e38]`, 1), Options{})
	if err == nil || !strings.Contains(err.Error(), "have all failed") {
		t.Errorf("%v", err)
	}
}

func TestUnknownPath(t *testing.T) {
	_, _, err := logged(t.Context(), t, strings.Replace(small, "compile.optimizer.learning_rate", "compile.optimizer.learning_rat", 1), Options{})
	if err == nil || !strings.Contains(err.Error(), `unknown key "learning_rat"`) {
		t.Errorf("%v", err)
	}
}

// chance are trials that answer by chance: each is right with the same probability, on
// rows drawn anew for each seed.
func chance(seed uint64, trials, rows int, right float64) *run {
	r := &run{seed: seed, facts: &facts{name: "accuracy", outputs: metric.Outputs{Task: task.Binary, Columns: 1}, goal: metric.Higher, truth: tensor.New(rows, 1)}}
	draw := rng.New(seed, "chance")
	for i := range rows {
		r.facts.truth.Data[i] = float32(draw.Uint32(uint64(i)) & 1)
	}
	for k := range trials {
		t, shown := Trial{Number: k + 1}, tensor.New(rows, 1)
		for i := range rows {
			shown.Data[i] = r.facts.truth.Data[i]
			if draw.At(uint64(k)).Float64(uint64(i)) >= right {
				shown.Data[i] = 1 - shown.Data[i]
			}
		}
		t.take(r.facts, shown)
		r.trials = append(r.trials, t)
		if r.best == 0 || t.before(&r.trials[r.best-1]) < 0 {
			r.best = t.Number
		}
	}
	return r
}

// Of thirty trials that are all right 7 times of 10, the best scores several points more
// than it is worth. The corrected score does not, and its interval holds the truth.
func TestCorrectedForChance(t *testing.T) {
	const right, tables = 0.7, 40
	var naive, corrected float64
	held := 0
	for seed := range uint64(tables) {
		r := chance(seed, 30, 150, right)
		best := r.trials[r.best-1].Score
		c, err := r.correct(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		naive, corrected = naive+(best-right)/tables, corrected+(c.Score-right)/tables
		if c.Low <= right && right <= c.High {
			held++
		}
	}
	t.Logf("bias of the best %.4f, corrected %.4f; %d of %d intervals hold it", naive, corrected, held, tables)
	// The standard error of each mean over 40 tables is about 0.003.
	if naive < 0.03 || math.Abs(corrected) > 0.01 {
		t.Errorf("bias of the best %.4f, corrected %.4f", naive, corrected)
	}
	if held < 35 { // 95 % of 40 is 38, two standard errors less 35.2
		t.Errorf("%d of %d intervals hold the truth", held, tables)
	}
}

// Where one trial is far better than all others, nothing is to be corrected.
func TestCorrectedForNothing(t *testing.T) {
	r := chance(1, 10, 400, 0.6)
	better := chance(1, 1, 400, 0.9).trials[0]
	better.Number = 11
	r.trials, r.best = append(r.trials, better), 11
	c, err := r.correct(t.Context())
	if err != nil || math.Abs(c.Score-better.Score) > 0.005 { // the mean of 500 draws has a standard error of 0.001
		t.Errorf("%.4f, scored %.4f: %v", c.Score, better.Score, err)
	}
}

func FuzzReadLog(f *testing.F) {
	f.Add([]byte(`{"search":"a","metric":"accuracy","rows":1,"truth":"AAAAAA=="}` + "\n" + `{"trial":1,"settings":{},"score":1,"answers":"AAAAAA=="}` + "\n" + `{"trial":2,"settings":{"a":1},"failed":"b"}` + "\n{\"tri"))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := ReadLog("t.log", text)
		if err == nil && len(l.trials) > len(text)/10 {
			t.Errorf("%d trials in %d bytes", len(l.trials), len(text))
		}
	})
}
