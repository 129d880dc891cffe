package optim

import (
	"math"
	"strings"
	"testing"

	"mlp/internal/spec"
)

func schedule(t *testing.T, text string) Schedule {
	t.Helper()
	s, err := parseSchedule(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return s
}

func parseSchedule(text string) (Schedule, error) {
	n, err := spec.ParseJSON([]byte(text), "test", "test")
	if err != nil {
		return nil, err
	}
	return Schedules.Build(n)
}

// Learning rates at these steps, as Keras 3 gives them.
func TestSchedules(t *testing.T) {
	at := []int64{0, 1, 5, 6, 9, 10, 11, 15, 20, 30, 35}
	cases := []struct {
		spec string
		want []float64
	}{
		{`{"type": "exponential_decay", "initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5}`,
			[]float64{.1, .0933033, .0707107, .0659754, .0535887, .05, .0466517, .0353553, .025, .0125, .0088388}},
		{`{"type": "exponential_decay", "initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5, "staircase": true}`,
			[]float64{.1, .1, .1, .1, .1, .05, .05, .05, .025, .0125, .0125}},
		{`{"type": "PiecewiseConstantDecay", "boundaries": [5, 10], "values": [0.1, 0.01, 0.001]}`,
			[]float64{.1, .1, .1, .01, .01, .01, .001, .001, .001, .001, .001}},
		{`{"type": "polynomial_decay", "initial_learning_rate": 0.1, "decay_steps": 10, "end_learning_rate": 0.01, "power": 2}`,
			[]float64{.1, .0829, .0325, .0244, .0109, .01, .01, .01, .01, .01, .01}},
		{`{"type": "polynomial_decay", "initial_learning_rate": 0.1, "decay_steps": 10, "end_learning_rate": 0.01, "cycle": true}`,
			[]float64{.1, .091, .055, .046, .019, .01, .0505, .0325, .01, .01, .02125}},
		{`{"type": "inverse_time_decay", "initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5}`,
			[]float64{.1, .0952381, .08, .0769231, .0689655, .0666667, .0645161, .0571429, .05, .04, .0363636}},
		{`{"type": "cosine_decay", "initial_learning_rate": 0.1, "decay_steps": 10, "alpha": 0.1}`,
			[]float64{.1, .0977975, .055, .0410942, .0122025, .01, .01, .01, .01, .01, .01}},
		{`{"type": "cosine_decay", "initial_learning_rate": 0, "decay_steps": 10, "warmup_target": 0.1, "warmup_steps": 5}`,
			[]float64{0, .02, .1, .0975528, .0654508, .05, .0345491, 0, 0, 0, 0}},
		{`{"type": "cosine_decay_restarts", "initial_learning_rate": 0.1, "first_decay_steps": 10}`,
			[]float64{.1, .0975528, .05, .0345491, .0024472, .1, .0993844, .0853553, .05, .1, .096194}},
		{`{"type": "cosine_decay_restarts", "initial_learning_rate": 0.1, "first_decay_steps": 10, "m_mul": 0.5, "alpha": 0.1}`,
			[]float64{.1, .0977975, .055, .0410942, .0122025, .055, .054723, .0484099, .0325, .0325, .0316436}},
		{`{"type": "cosine_decay_restarts", "initial_learning_rate": 0.1, "first_decay_steps": 10, "t_mul": 1}`,
			[]float64{.1, .0975528, .05, .0345491, .0024472, .1, .0975528, .05, .1, .1, .05}},
	}
	for _, c := range cases {
		s := schedule(t, c.spec)
		for i, want := range c.want {
			if got := s.At(at[i]); math.Abs(got-want) > 6e-8 { // the table has seven decimals
				t.Errorf("%s at %d: %.8f, want %.7f", c.spec, at[i], got, want)
			}
		}
	}
}

// One cycle of ten steps rises over the first three, as PyTorch's OneCycleLR does.
func TestOneCycle(t *testing.T) {
	s := schedule(t, `{"type": "one_cycle", "max_learning_rate": 1, "total_steps": 10, "anneal_strategy": "linear"}`)
	want := []float64{0.04, 0.52, 1}
	for i := 1; i <= 7; i++ { // seven equal steps down to 0.04/10⁴
		want = append(want, 1-float64(i)*(1-4e-6)/7)
	}
	want = append(want, 4e-6) // and stays there
	for i, w := range want {
		if got := s.At(int64(i)); math.Abs(got-w) > 1e-15 {
			t.Errorf("step %d: %v, want %v", i, got, w)
		}
	}
	s = schedule(t, `{"type": "one_cycle", "max_lr": 2, "total_steps": 101, "pct_start": 0.5}`)
	for step, want := range map[int64]float64{0: 0.08, 100: 8e-6} {
		if got := s.At(step); math.Abs(got-want) > 1e-15 {
			t.Errorf("step %d: %v, want %v", step, got, want)
		}
	}
	for _, bad := range []string{`{"type": "one_cycle", "max_lr": 1, "total_steps": 5, "pct_start": 0}`,
		`{"type": "one_cycle", "max_lr": 1, "total_steps": 5, "pct_start": 1}`} {
		s := schedule(t, bad)
		for step := range int64(7) {
			if v := s.At(step); !(v >= 0 && v <= 1) {
				t.Errorf("%s: step %d is %v", bad, step, v)
			}
		}
	}
}

func TestScheduleProblems(t *testing.T) {
	cases := []struct{ text, want string }{
		{`{"type": "piecewise_constant", "boundaries": [5, 10], "values": [1, 2]}`, "2 values for 2 boundaries"},
		{`{"type": "piecewise_constant", "boundaries": [10, 5], "values": [1, 2, 3]}`, "do not rise"},
		{`{"type": "cosine", "initial_learning_rate": 1, "decay_steps": 10, "warmup_steps": 5}`, "no warmup"},
		{`{"type": "cosine", "decay_steps": 10}`, `"initial_learning_rate" is missing`},
		{`{"type": "exponential", "initial_learning_rate": 1, "decay_steps": 0, "decay_rate": 0.5}`, "at least 1"},
		{`"cosin"`, `unknown schedule "cosin"`},
	}
	for _, c := range cases {
		if _, err := parseSchedule(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.text, err, c.want)
		}
	}
}

// A schedule counts batches, also those that only add to the gradient, and
// cannot be overruled.
func TestScheduleDrivesTheOptimizer(t *testing.T) {
	o := build(t, `{"type": "sgd", "learning_rate": {"type": "piecewise_constant", "boundaries": [1], "values": [1, 0.5]}, "gradient_accumulation_steps": 2}`)
	k := engine(t)
	o.Init([]Span{{Name: "w", Rows: 1, Cols: 1}})
	w := []float32{0}
	for i, want := range []struct {
		rate float64
		w    float32
	}{{1, 0}, {1, -1}, {0.5, -1}, {0.5, -1.5}} {
		if got := o.LearningRate(); got != want.rate {
			t.Errorf("batch %d: learning rate %v, want %v", i, got, want.rate)
		}
		o.Step(k, w, []float32{1})
		if w[0] != want.w {
			t.Errorf("batch %d: w = %v, want %v", i, w[0], want.w)
		}
	}
	if err := o.SetLearningRate(0.1); err == nil || !strings.Contains(err.Error(), "schedule") {
		t.Errorf("setting a scheduled learning rate gives %v", err)
	}
}
