package optim

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"mlp/internal/problem"
	"mlp/internal/spec"
)

// rates are learning rates at which an optimizer solves the small problems
// below; one that is not named here uses 0.05.
var rates = map[string]float64{
	"sgd": 0.05, "adagrad": 1, "adadelta": 30, "ftrl": 1, "lamb": 0.02, "adafactor": 0.5, "lion": 0.01, "rmsprop": 0.01,
	"schedule_free_adamw": 0.3,
}

func withRate(name string, rest string) string {
	rate := 0.05
	if r, ok := rates[name]; ok {
		rate = r
	}
	return fmt.Sprintf(`{"type": %q, "learning_rate": %g%s}`, name, rate, rest)
}

// A problem is a function of four numbers to minimise from a start. They are a
// 2 × 2 matrix, for the rules that tell matrices from vectors.
type descent struct {
	name  string
	f     func(w []float32) float64
	grad  func(w, g []float32)
	start []float32
	steps int
	below float64 // of the value at the start
}

var problems = []descent{
	{"parabola", func(w []float32) float64 {
		s := 0.0
		for i, v := range w {
			d := float64(v) - float64(i+1)
			s += d * d
		}
		return s
	}, func(w, g []float32) {
		for i, v := range w {
			g[i] = 2 * (v - float32(i+1))
		}
	}, []float32{0.5, 0.5, 0.5, 0.5}, 2000, 0.01},
	{"rosenbrock", func(w []float32) float64 {
		s := 0.0
		for i := 0; i < 4; i += 2 {
			x, y := float64(w[i]), float64(w[i+1])
			s += (1-x)*(1-x) + 5*(y-x*x)*(y-x*x)
		}
		return s
	}, func(w, g []float32) {
		for i := 0; i < 4; i += 2 {
			x, y := w[i], w[i+1]
			g[i] = -2*(1-x) - 20*x*(y-x*x)
			g[i+1] = 10 * (y - x*x)
		}
	}, []float32{-1, 1, 0.5, 0.2}, 4000, 0.1},
}

// Every optimizer goes down a parabola and Rosenbrock's valley.
func TestOptimizersMinimise(t *testing.T) {
	k := engine(t)
	for _, name := range Optimizers.Names() {
		for _, p := range problems {
			o := build(t, withRate(name, ``))
			o.Init([]Span{{Name: "w/kernel", Rows: 2, Cols: 2}})
			w, g := slices.Clone(p.start), make([]float32, 4)
			first, best := p.f(w), math.Inf(1)
			for range p.steps {
				p.grad(w, g)
				rate := o.LearningRate() // falls to a hundredth, for rules whose steps do not shrink
				o.Step(k, w, g)
				if name != "ftrl" { // which divides its whole past by the current rate
					if err := o.SetLearningRate(rate * math.Pow(0.01, 1/float64(p.steps))); err != nil {
						t.Fatal(err)
					}
				}
				best = min(best, p.f(w))
			}
			if last := p.f(w); !(last <= p.below*first) || last > 2*best+1e-3 {
				t.Errorf("%s on %s: from %.4g to %.4g (best %.4g)", name, p.name, first, last, best)
			}
		}
	}
}

// variants exercise everything around the rule at once.
var variants = []string{``, `, "weight_decay": 0.01`, `, "clipnorm": 0.5`, `, "clipvalue": 0.5`, `, "global_clipnorm": 0.5`,
	`, "use_ema": true, "ema_momentum": 0.9, "ema_overwrite_frequency": 3`, `, "gradient_accumulation_steps": 2, "use_ema": true`}

// options are the fields of single optimizers that change their state.
var options = map[string][]string{
	"sgd":     {`, "momentum": 0.9`, `, "momentum": 0.9, "nesterov": true`},
	"rmsprop": {`, "momentum": 0.9, "centered": true`},
	"adam":    {`, "amsgrad": true`}, "adamw": {`, "amsgrad": true`},
	"muon": {`, "nesterov": false, "exclude_layers": ["kernel"]`}, "schedule_free_adamw": {`, "warmup_steps": 4`},
	"ftrl": {`, "learning_rate_power": -0.4`},
}

func eachVariant(t *testing.T, each func(t *testing.T, text string)) {
	for _, name := range Optimizers.Names() {
		for _, v := range slices.Concat(variants, options[name]) {
			if strings.Contains(v, `"weight_decay"`) && name == "muon" {
				v += `, "adam_weight_decay": 0.02`
			}
			text := withRate(name, v)
			t.Run(text, func(t *testing.T) { each(t, text) })
		}
	}
}

// shapes are a wide and a high matrix with their biases, and an embedding.
func shapes() []Span {
	return []Span{
		{Name: "dense/kernel", Off: 0, Rows: 3, Cols: 5, Decay: true},
		{Name: "dense/bias", Off: 15, Rows: 1, Cols: 5, Vector: true},
		{Name: "dense_1/kernel", Off: 20, Rows: 5, Cols: 2, Decay: true},
		{Name: "embedding/embeddings", Off: 30, Rows: 1, Cols: 4, Decay: true},
	}
}

// run steps from w on gradients that depend on the weights and on the batch.
func run(t *testing.T, o *Optimizer, w []float32, from, to int) {
	t.Helper()
	k := engine(t)
	g := make([]float32, len(w))
	for batch := from; batch < to; batch++ {
		for i, v := range w {
			g[i] = v - float32((i*7+batch*3)%11)/5
		}
		o.Step(k, w, g)
	}
}

func start(n int) []float32 {
	w := make([]float32, n)
	for i := range w {
		w[i] = float32(i%7)/4 - 0.7
	}
	return w
}

// Stopping, saving, and going on in a new process gives the same bits.
func TestResumeIsExact(t *testing.T) {
	eachVariant(t, func(t *testing.T, text string) {
		whole := build(t, text)
		whole.Init(shapes())
		want := start(34)
		run(t, whole, want, 0, 11)

		half := build(t, text)
		half.Init(shapes())
		got := start(34)
		run(t, half, got, 0, 5)
		if whole.Averages() {
			half.Finish(got) // a finished run can go on too
		}
		saved := half.State()
		rest := build(t, text)
		rest.Init(shapes())
		if err := rest.Restore(saved); err != nil {
			t.Fatal(err)
		}
		rest.Begin(got)
		run(t, rest, got, 5, 11)
		if !slices.Equal(got, want) {
			t.Errorf("weights\n%v, want\n%v", got, want)
		}
		a, b := rest.State(), whole.State()
		for i := range b.Slots {
			if a.Slots[i].Name != b.Slots[i].Name || !slices.Equal(a.Slots[i].Data, b.Slots[i].Data) {
				t.Errorf("slot %s differs after resuming", b.Slots[i].Name)
			}
		}
		if a.Iterations != 11 || a.LearningRate != b.LearningRate {
			t.Errorf("%d iterations at %v, want 11 at %v", a.Iterations, a.LearningRate, b.LearningRate)
		}
	})
}

func TestRestoreChecksTheState(t *testing.T) {
	o := build(t, `"adam"`)
	o.Init(spans())
	s := o.State()
	for name, slots := range map[string][]Slot{
		`slot "velocity" is missing`:            s.Slots[:1],
		`slot "velocity" has 2 numbers, want 6`: {s.Slots[0], {"velocity", make([]float32, 2)}},
		`adam has no slot "velocity_hat"`:       append(s.Slots, Slot{"velocity_hat", make([]float32, 6)}),
	} {
		err := o.Restore(State{Slots: slots})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v, want %q", err, name)
		}
	}
}

func TestStepAllocatesNothing(t *testing.T) {
	k := engine(t)
	eachVariant(t, func(t *testing.T, text string) {
		o := build(t, text)
		o.Init(shapes())
		w, g := start(34), start(34)
		if n := testing.AllocsPerRun(10, func() { o.Step(k, w, g) }); n != 0 {
			t.Errorf("%v allocations", n)
		}
	})
}

// A gradient that is not a number must reach the weights, where training looks
// for it.
func TestNaNIsSeen(t *testing.T) {
	k := engine(t)
	for _, name := range Optimizers.Names() {
		for _, v := range []string{``, `, "clipnorm": 1`, `, "global_clipnorm": 1`, `, "clipvalue": 1`} {
			o := build(t, withRate(name, v))
			o.Init(shapes())
			w, g := start(34), start(34)
			g[3] = float32(math.NaN())
			o.Step(k, w, g)
			if w[3] == w[3] {
				t.Errorf("%s: weight is %v", withRate(name, v), w[3])
			}
		}
	}
}

func TestWeightDecayLeavesBiasesAlone(t *testing.T) {
	k := engine(t)
	for _, c := range []struct {
		spec         string
		kernel, bias float32
	}{
		{`{"type": "sgd", "learning_rate": 0.5, "weight_decay": 0.5}`, 0.75, 1},
		{`{"type": "sgd", "learning_rate": 0.5, "weight_decay": 0.5, "decay_all": true}`, 0.75, 0.75},
		{`{"type": "sgd", "learning_rate": 0.5}`, 1, 1},
		{`{"type": "muon", "learning_rate": 0.5, "weight_decay": 0.5, "adam_weight_decay": 0.25, "decay_all": true}`, 0.75, 0.875},
	} {
		o := build(t, c.spec)
		o.Init(spans())
		w := []float32{1, 1, 1, 1, 1, 1}
		o.Step(k, w, make([]float32, 6))
		if w[0] != c.kernel || w[4] != c.bias {
			t.Errorf("%s: kernel %v, bias %v, want %v and %v", c.spec, w[0], w[4], c.kernel, c.bias)
		}
	}
}

func TestProblems(t *testing.T) {
	for _, c := range []struct{ text, want, hint string }{
		{`{"type": "adam", "clipnorm": 1, "clipvalue": 2}`, `clipvalue: "clipnorm" is given too`, "keep one"},
		{`{"type": "adam", "clipnorm": 0}`, "greater than 0", ""},
		{`{"type": "adam", "beta_1": 1}`, "less than 1", ""},
		{`{"type": "adam", "learning_rate": -1}`, "learning_rate", ""},
		{`{"type": "adam", "learnig_rate": 1}`, `unknown key "learnig_rate"`, `did you mean "learning_rate"?`},
		{`{"type": "adam", "gradient_accumulation_steps": 1}`, "at least 2", ""},
		{`{"type": "muon", "exclude_layers": ["("]}`, `"(" is not a regular expression`, ""},
		{`"adm"`, `unknown optimizer "adm"`, `did you mean "adam"?`},
		{`{"type": "adam", "learning_rate": {"cosine_decay": {"initial_learning_rate": 1}}}`, `"decay_steps" is missing`, ""},
	} {
		n, err := spec.ParseJSON([]byte(c.text), "test", "test")
		if err != nil {
			t.Fatal(err)
		}
		_, err = Optimizers.Build(n)
		problems, _ := err.(problem.Problems)
		if len(problems) == 0 || !strings.Contains(err.Error(), c.want) || !strings.Contains(problems[0].Hint, c.hint) {
			t.Errorf("%s: %v, want %q and hint %q", c.text, err, c.want, c.hint)
		}
	}
}

// A whole-number learning rate is a number, which Keras refuses.
func TestIntegerLearningRate(t *testing.T) {
	o := build(t, `{"type": "sgd", "learning_rate": 1}`)
	if o.LearningRate() != 1 || o.Name != "sgd" || o.Scheduled() {
		t.Errorf("%s with learning rate %v", o.Name, o.LearningRate())
	}
	if err := o.SetLearningRate(math.NaN()); err == nil {
		t.Error("a learning rate that is not a number is accepted")
	}
}

func TestDescribed(t *testing.T) {
	for _, family := range []spec.Family{Optimizers} {
		for _, name := range family.Names() {
			d, ok := family.Describe(name)
			if !ok || d.Doc == "" || len(d.Fields) == 0 {
				t.Errorf("%s %s is not described", family.Family(), name)
			}
			for _, f := range d.Fields {
				if f.Doc == "" {
					t.Errorf("%s: field %s has no description", name, f.Name)
				}
			}
			if family == spec.Family(Optimizers) && d.Fields[0].Name != "learning_rate" {
				t.Errorf("%s: the first field is %s, want learning_rate", name, d.Fields[0].Name)
			}
		}
	}
	docs := spec.Describe(func(f *spec.Fields) { spec.One(f, "optimizer", Optimizers, "adam", "update rule") })
	schema := spec.CanonicalJSON(spec.JSONSchema("optimizers", docs))
	if !bytes.Contains(schema, []byte(`"$ref":"#/$defs/schedule"`)) {
		t.Error("the schema does not say that a learning rate can be a schedule")
	}
}

// What members or columns have for themselves, one below the other, is no matrix to muon:
// it moves as a vector does, and the kernels beside it as they would alone.
func TestStackedAreNoMatrix(t *testing.T) {
	k := engine(t)
	step := func(spans []Span) []float32 {
		o := build(t, `{"type": "muon", "learning_rate": 0.1}`)
		o.Init(spans)
		w, g := make([]float32, 27), make([]float32, 27)
		for i := range w {
			w[i], g[i] = float32(i%5)-2, float32(i%7)-3
		}
		o.Begin(w)
		o.Step(k, w, g)
		return w
	}
	spans := []Span{{Name: "dense/kernel", Rows: 3, Cols: 5, Decay: true}, {Name: "dense/input_scale", Off: 15, Rows: 4, Cols: 3}}
	as := func(change func(*Span)) []float32 {
		s := slices.Clone(spans)
		change(&s[1])
		return step(s)
	}
	matrix, stacked := as(func(*Span) {}), as(func(s *Span) { s.Stacked = true })
	vector := as(func(s *Span) { s.Rows, s.Cols, s.Vector = 1, 12, true })
	if !slices.Equal(stacked, vector) {
		t.Errorf("stacked %v, as a vector %v", stacked, vector)
	}
	if slices.Equal(stacked, matrix) || !slices.Equal(stacked[:15], matrix[:15]) {
		t.Errorf("stacked %v, as a matrix %v", stacked, matrix)
	}
}
