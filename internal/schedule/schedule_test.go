package schedule

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"mlp/internal/problem"
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
			if got := s.At(Time{Step: at[i]}); math.Abs(got-want) > 6e-8 { // the table has seven decimals
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
		if got := s.At(Time{Step: int64(i)}); math.Abs(got-w) > 1e-15 {
			t.Errorf("step %d: %v, want %v", i, got, w)
		}
	}
	s = schedule(t, `{"type": "one_cycle", "max_lr": 2, "total_steps": 101, "pct_start": 0.5}`)
	for step, want := range map[int64]float64{0: 0.08, 100: 8e-6} {
		if got := s.At(Time{Step: step}); math.Abs(got-want) > 1e-15 {
			t.Errorf("step %d: %v, want %v", step, got, want)
		}
	}
	for _, bad := range []string{`{"type": "one_cycle", "max_lr": 1, "total_steps": 5, "pct_start": 0}`,
		`{"type": "one_cycle", "max_lr": 1, "total_steps": 5, "pct_start": 1}`} {
		s := schedule(t, bad)
		for step := range int64(7) {
			if v := s.At(Time{Step: step}); !(v >= 0 && v <= 1) {
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

// A length of null is the run's own: in a run of as many steps the curve is that of the
// length written out, and it begins anew with each run.
func TestLengthOfTheRun(t *testing.T) {
	for _, c := range []string{
		`{"type": "exponential_decay", "initial_learning_rate": 0.1, "decay_steps": %s, "decay_rate": 0.5}`,
		`{"type": "inverse_time_decay", "initial_learning_rate": 0.1, "decay_steps": %s, "decay_rate": 0.5}`,
		`{"type": "polynomial_decay", "initial_learning_rate": 0.1, "decay_steps": %s, "power": 2}`,
		`{"type": "cosine_decay", "initial_learning_rate": 0.1, "decay_steps": %s, "alpha": 0.1}`,
		`{"type": "cosine_decay_restarts", "initial_learning_rate": 0.1, "first_decay_steps": %s}`,
		`{"type": "one_cycle", "max_learning_rate": 0.1, "total_steps": %s}`,
	} {
		fixed, whole := schedule(t, fmt.Sprintf(c, "40")), schedule(t, fmt.Sprintf(c, "null"))
		if fixed.OverRun() || !whole.OverRun() {
			t.Errorf("%s: only null is a length of the run", c)
		}
		for s := range int64(40) {
			a, b := fixed.At(Time{Step: s, Length: 40}), whole.At(Time{Step: 100 + s, First: 100, Length: 40})
			if math.Abs(a-b) > 1e-15 { // the step is taken from a share of the run
				t.Errorf("%s at step %d: %v, over the run %v", c, s, a, b)
			}
		}
		if a, b := fixed.At(Time{Step: 30, Length: 80}), whole.At(Time{Step: 30, Length: 80}); a == b {
			t.Errorf("%s: a longer run has the same rate at step 30", c)
		}
	}
	warm := schedule(t, `{"type": "cosine_decay", "initial_learning_rate": 0, "decay_steps": null, "warmup_target": 1, "warmup_steps": 10}`)
	for step, want := range map[int64]float64{5: 0.5, 10: 1, 25: 0.5, 40: 0} { // the warmup is part of the run
		if got := warm.At(Time{Step: step, Length: 40}); math.Abs(got-want) > 1e-15 {
			t.Errorf("with warmup, at %d: %v, want %v", step, got, want)
		}
	}
}

// The schedules of RealMLP, by its formulas in Python's float64: math.cos(2*math.pi*
// math.log2(1+(2**n-1)*t)), of steps t = 0, 1/10, …, 1.
func TestSchedulesOfTheRun(t *testing.T) {
	for _, c := range []struct {
		spec string
		want []float64
	}{
		{`{"type": "cosine_log_cycles", "initial_learning_rate": 1}`, []float64{0.0, 0.7183546884620604, 0.0, 0.9838444269228755, 0.32368900422887104, 0.07361893418585597, 0.7183546884620602, 0.9945307335869031, 0.6531941051542426, 0.18620080012567708, 0.0}},
		{`{"type": "cosine_log_cycles", "initial_learning_rate": 0.04, "cycles": 2}`, []float64{0.0, 0.034450702672955684, 0.028734187538482427, 0.0021232042788324424, 0.0070113757500265056, 0.028734187538482416, 0.03991621534077298, 0.03348177914885202, 0.0180509445015933, 0.0047898184827233495, 0.0}},
		{`{"type": "flat_cosine", "initial": 1}`, []float64{1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.9045084971874737, 0.6545084971874738, 0.3454915028125262, 0.09549150281252633, 0.0}},
		{`{"type": "flat_cosine", "initial": 0.15, "flat": 0.25}`, []float64{0.15, 0.15, 0.15, 0.14836107005503543, 0.13567627457812106, 0.11249999999999999, 0.08283963474507401, 0.05182372542187896, 0.02481520452308563, 0.006484090676804943, 0.0}},
		{`{"type": "flat_cosine", "initial": 2, "flat": 1}`, []float64{2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2}},
	} {
		s := schedule(t, c.spec)
		for i, want := range c.want {
			// Both are within an ulp or two of log₂ and the cosine, whose argument is up to 8π.
			if got := s.At(Time{Step: 7 + int64(i), First: 7, Length: 10}); math.Abs(got-want) > 1e-14 {
				t.Errorf("%s at %d/10: %.17g, want %.17g", c.spec, i, got, want)
			}
		}
		if !s.OverRun() {
			t.Errorf("%s is a schedule of the run", c.spec)
		}
	}
	cycles := schedule(t, `{"type": "cosine_log_cycles", "initial_learning_rate": 1}`)
	if got := cycles.At(Time{Length: 10}); got != 0 {
		t.Errorf("the first step has rate %v, want 0", got)
	}
}

func TestIdle(t *testing.T) {
	done := schedule(t, `{"type": "cosine_decay", "initial_learning_rate": 1, "decay_steps": 10}`)
	for _, c := range []struct {
		at   Time
		want bool
	}{{Time{Step: 0, Length: 10}, false}, {Time{Step: 9, First: 9, Length: 1}, false}, {Time{Step: 10, First: 10, Length: 500}, true},
		{Time{Step: 10, First: 10, Length: 1 << 40}, true}, {Time{Step: 9, First: 9, Length: 1 << 40}, false}} {
		if got := Idle(done, c.at); got != c.want {
			t.Errorf("%+v: idle %v, want %v", c.at, got, c.want)
		}
	}
	if Idle(schedule(t, `{"type": "cosine_log_cycles", "initial_learning_rate": 1}`), Time{Length: 10}) {
		t.Error("a schedule that starts from 0 is idle")
	}
}

// A number is as it is written, or follows a schedule within its range.
func TestNumbers(t *testing.T) {
	read := func(text string) (n Number, problems problem.Problems) {
		tree, err := spec.ParseJSON([]byte(text), "test", "test")
		if err != nil {
			t.Fatal(err)
		}
		_, problems = spec.Decode(tree, func(f *spec.Fields) { n = Read(f, "rate", new(0.5), "a share", 0, 1) })
		return n, problems
	}
	at := Time{Step: 3, Length: 4}
	for text, want := range map[string]float64{
		`{}`: 0.5, `{"rate": 0.25}`: 0.25, `{"rate": {"flat_cosine": {"initial": 0.5}}}`: 0.25,
		`{"rate": {"exponential_decay": {"initial": 0.001, "decay_steps": 1000, "decay_rate": 2}}}`: 0.001 * math.Pow(2, 0.003),
	} {
		if n, problems := read(text); len(problems) > 0 || math.Abs(n.At(at)-want) > 1e-15 {
			t.Errorf("%s: %v, want %v; %v", text, n.At(at), want, problems)
		}
	}
	grows, _ := read(`{"rate": {"exponential_decay": {"initial": 0.001, "decay_steps": 1000, "decay_rate": 2}}}`)
	if v := grows.At(Time{Step: 1 << 30}); v != 1 {
		t.Errorf("a share that grows without end is %v", v)
	}
	for text, want := range map[string]string{
		`{"rate": 2}`: "between 0 and 1", `{"rate": {"flat_cosine": {"initial": 2}}}`: "the schedule comes to 2, which is not between 0 and 1",
		`{"rate": {"flat_cosine": {}}}`: "is missing", `{"rate": "cosine"}`: "is missing",
	} {
		if _, problems := read(text); !strings.Contains(problems.Error(), want) {
			t.Errorf("%s: %v, want %q", text, problems, want)
		}
	}
}

func TestDescribed(t *testing.T) {
	for _, name := range Schedules.Names() {
		d, ok := Schedules.Describe(name)
		if !ok || d.Doc == "" || len(d.Fields) == 0 {
			t.Errorf("%s is not described", name)
		}
		for _, f := range d.Fields {
			if f.Doc == "" {
				t.Errorf("%s: field %s has no description", name, f.Name)
			}
		}
	}
}
