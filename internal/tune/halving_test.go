package tune

import (
	"math"
	"slices"
	"strings"
	"testing"

	"mlp/internal/rng"
	"mlp/internal/search"
	"mlp/internal/tensor"
)

// halved is a search by halving: 9 trials for 2 epochs, 3 of them for 6, one for all 12.
var halved = strings.NewReplacer(`"epochs":3`, `"epochs":12`, `"trials":18`, `"trials":9,"halving":{"min_epochs":2,"factor":3}`, `"search":"tpe"`, `"search":"halton"`).Replace(small)

// A trial that goes on is the one that never paused, be it from where it stood or, where
// there was no room for that, from its beginning.
func TestHalvingEqualsTheUntouchedRun(t *testing.T) {
	whole, _, err := logged(t.Context(), t, strings.Replace(halved, `"halving":{"min_epochs":2,"factor":3},`, "", 1), Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	for _, memory := range []int{0, 1} {
		kept := 0
		r, _, err := logged(t.Context(), t, halved, Options{Threads: 2, Memory: memory, Show: func(one *Trial, _ int) {
			if one.paused != nil {
				kept++
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		if (kept > 0) != (memory == 0) {
			t.Errorf("memory %d: %d trials could go on from where they stood", memory, kept)
		}
		ended := 0
		for i, one := range r.Trials {
			if one.Epochs == 0 && one.Failed == "" {
				ended++
				if got, want := pack(one.shown[one.rung()]), pack(whole.Trials[i].shown[0]); got != want {
					t.Errorf("memory %d: trial %d has other answers than without a pause", memory, one.Number)
				}
			}
		}
		if ended != 1 || r.Trials[r.Best-1].Epochs != 0 {
			t.Errorf("memory %d: %d trials have come to their end, and trial %d is the best", memory, ended, r.Best)
		}
		for rung, want := range []int{9, 3, 1} {
			if n := len(slices.DeleteFunc(slices.Clone(r.Trials), func(one Trial) bool { return one.rung() < rung })); n != want {
				t.Errorf("memory %d: %d trials in rung %d, want %d", memory, n, rung, want)
			}
		}
	}
}

// The best of a rung go on, and nobody else.
func TestTheBestGoOn(t *testing.T) {
	r, text, err := logged(t.Context(), t, halved, Options{})
	if err != nil {
		t.Fatal(err)
	}
	log, err := ReadLog("t.log", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	rungs := []int{2, 6, 0}
	for k, epochs := range rungs[:2] {
		worst, left := math.Inf(-1), math.Inf(1)
		for _, one := range r.Trials {
			if at := log.trials[rung{one.Number, epochs}]; at == nil {
				continue
			} else if log.trials[rung{one.Number, rungs[k+1]}] != nil {
				worst = max(worst, *at.Score)
			} else {
				left = min(left, *at.Score)
			}
		}
		if !(worst < left) {
			t.Errorf("after %d epochs a trial with log loss %g went on, one with %g did not", epochs, worst, left)
		}
	}
}

func TestHalvingThreadsAndResume(t *testing.T) {
	for _, how := range []string{"halton", "tpe"} {
		text := strings.Replace(halved, "halton", how, 1)
		text = strings.Replace(text, `"trials":9`, `"trials":20`, 1)
		whole, log, err := logged(t.Context(), t, text, Options{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, threads := range []int{2, 7} {
			r, l, err := logged(t.Context(), t, text, Options{Threads: threads})
			if err != nil || said(r) != said(whole) || sorted(l) != sorted(log) {
				t.Errorf("%s: %d threads say something else than one: %v", how, threads, err)
			}
		}
		for _, at := range []int{0, len(log) / 4, len(log) / 2, len(log) * 7 / 8, len(log)} {
			left := log[:at]
			earlier, err := ReadLog("t.log", []byte(left))
			if err != nil {
				t.Fatal(err)
			}
			r, more, err := logged(t.Context(), t, text, Options{Threads: 2, Earlier: earlier})
			if kept := left[:strings.LastIndexByte(left, '\n')+1]; err != nil || said(r) != said(whole) || sorted(kept+more) != sorted(log) {
				t.Errorf("%s: cut at %d of %d it ends otherwise: %v", how, at, len(log), err)
			}
		}
	}
}

func TestHalvingAnEnsemble(t *testing.T) {
	_, _, err := logged(t.Context(), t, strings.Replace(halved, `"fit":{`, `"ensemble":{"members":2},"fit":{`, 1), Options{})
	if err == nil || !strings.Contains(err.Error(), "tune.halving") {
		t.Errorf("%v", err)
	}
}

func TestRungs(t *testing.T) {
	for _, c := range []struct {
		min, factor, epochs int
		want                []int
	}{
		{10, 3, 100, []int{10, 30, 90, 0}},
		{10, 3, 90, []int{10, 30, 0}},
		{10, 3, 10, []int{0}},
		{1, 2, math.MaxInt, nil},
	} {
		h := search.Halving{MinEpochs: c.min, Factor: c.factor}
		if got := h.Rungs(c.epochs); c.want != nil && !slices.Equal(got, c.want) || len(got) > 64 {
			t.Errorf("from %d by %d to %d: %v", c.min, c.factor, c.epochs, got)
		}
	}
}

// Trials that are all equally good, compared first by worse answers to the same rows: the
// one that is left was chosen for its luck on these rows, though in the last rung it has
// nobody beside it.
func TestHalvingIsCorrected(t *testing.T) {
	const tables = 40
	var naive, corrected float64
	for seed := range uint64(tables) {
		r := chance(seed, 27, 150, 0.7)
		draw := rng.New(seed, "trained on")
		for rung, n := range []int{27, 9, 3} { // by rung 2, one is left
			order := make([]int, 0, n)
			for i := range r.trials {
				if r.trials[i].rung() == rung {
					order = append(order, i)
				}
			}
			slices.SortFunc(order, func(a, b int) int { return r.trials[a].before(&r.trials[b]) })
			for _, i := range order[:n/3] { // trained on, a tenth of its answers are drawn anew
				one := &r.trials[i]
				shown := tensor.New(150, 1)
				copy(shown.Data, one.shown[rung].Data)
				for row := range shown.Data {
					if d := draw.At(uint64(i)).At(uint64(rung)); d.Float64(uint64(2*row)) < 0.1 {
						shown.Data[row] = r.facts.truth.Data[row]
						if d.Float64(uint64(2*row+1)) >= 0.7 {
							shown.Data[row] = 1 - shown.Data[row]
						}
					}
				}
				one.take(r.facts, shown)
				r.best = one.Number
			}
		}
		c, err := r.correct(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		naive, corrected = naive+(r.trials[r.best-1].Score-0.7)/tables, corrected+(c.Score-0.7)/tables
	}
	t.Logf("bias of the best %.4f, corrected %.4f", naive, corrected)
	// Luck that fades from rung to rung makes the largest difference too large: the
	// correction errs to the careful side, by no more than it takes away.
	if naive < 0.03 || corrected > 0.01 || corrected < -naive {
		t.Errorf("bias of the best %.4f, corrected %.4f", naive, corrected)
	}
}
