package train_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/train"
)

// scheduled is a spec whose every number that can follow the run does.
const scheduled = `{"data":{"target":"kind","split":{"validation":0.2}},"layers":[{"units":8,"activation":"relu","learning_rate_multiplier":3,"bias_learning_rate_multiplier":0.1},
	{"dropout":{"rate":{"flat_cosine":{"initial":0.5}}}},{"units":3,"activation":"softmax"}],
	"compile":{"optimizer":{"type":"adamw","learning_rate":{"cosine_log_cycles":{"initial_learning_rate":0.04}},"beta_2":0.95,
		"weight_decay":{"flat_cosine":{"initial":0.02}}},"loss":{"type":"sparse_categorical_crossentropy","label_smoothing":{"cosine_log_cycles":{"initial":0.1}}}},
	"fit":{"epochs":6,"batch_size":7%s}}`

// A run that is stopped, in the middle of an epoch too, and resumed stands at the same
// point of its schedules; so does a second run on the same model.
func TestScheduledRunsResume(t *testing.T) {
	text := fmt.Sprintf(scheduled, "")
	start := func() *model.Model {
		m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
		recipetest.MustFit(t, m, s, p)
		return m
	}
	for _, runs := range []int{1, 2} {
		whole, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
		if runs == 2 {
			whole = start()
		}
		recipetest.MustFit(t, whole, s, p)
		want := recipetest.Written(t, whole)
		for _, stop := range []int{1, 9, 20, 41} { // steps; an epoch has 7
			m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 2)
			if runs == 2 {
				m = start()
			}
			ctx, cancel := context.WithCancel(context.Background())
			steps := 0
			interrupt := &train.Hooks{BatchEnd: func(*train.Run) error {
				if steps++; steps == stop {
					cancel()
				}
				return nil
			}}
			if r, err := train.Fit(ctx, m, train.Options{Config: s.Fit, Parts: p, Observers: []*train.Hooks{interrupt}}); err != nil || !r.Interrupted {
				t.Fatalf("stopped after step %d: %+v, %v", stop, r, err)
			}
			path := t.TempDir() + "/half.bin"
			if err := m.Save(path); err != nil {
				t.Fatal(err)
			}
			back, err := model.Read(path, 1)
			if err != nil {
				t.Fatal(err)
			}
			defer back.Close()
			o := train.Options{Config: s.Fit, Parts: p, Resume: true}
			o.Epochs = back.Run.Target
			if _, err := train.Fit(context.Background(), back, o); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(recipetest.Written(t, back), want) {
				t.Errorf("run %d, stopped after step %d and resumed, ends in other bytes", runs, stop)
			}
		}
	}
}

// The rate that each step of a run is taken with is the schedule's at steps done / steps
// of the run, in a second run again from the beginning; a callback sees it.
func TestScheduleIsOverTheRun(t *testing.T) {
	m, s, p := recipetest.SetUp(t, fmt.Sprintf(scheduled, ""), recipetest.Flowers(), 1)
	for run, epochs := range []int{6, 3} {
		var rates []float64
		watch := &train.Hooks{EpochBegin: func(r *train.Run) error { rates = append(rates, r.LearningRate()); return nil },
			BatchEnd: func(r *train.Run) error { rates = append(rates, r.LearningRate()); return nil }}
		o := train.Options{Config: s.Fit, Parts: p, Observers: []*train.Hooks{watch}}
		o.Epochs = epochs
		if _, err := train.Fit(context.Background(), m, o); err != nil {
			t.Fatal(err)
		}
		rates = slices.Compact(rates)
		n := float64(epochs * 7)
		for i, got := range rates {
			if want := 0.02 * (1 - math.Cos(2*math.Pi*math.Log2(1+15*float64(i)/n))); math.Abs(got-want) > 1e-15 {
				t.Errorf("run %d: step %d has rate %v, want %v", run, i, got, want)
			}
		}
		if len(rates) != int(n)+1 {
			t.Errorf("run %d: %d rates in %v steps", run, len(rates), n)
		}
	}
}

// Scheduled models are the same for any number of threads, survive writing and reading,
// and a step allocates nothing.
func TestScheduledModels(t *testing.T) {
	text := fmt.Sprintf(scheduled, "")
	var first []byte
	for _, threads := range []int{1, 2, 7} {
		m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), threads)
		recipetest.MustFit(t, m, s, p)
		b := recipetest.Written(t, m)
		if first == nil {
			first = b
		}
		if !bytes.Equal(b, first) {
			t.Errorf("%d threads give another file than one", threads)
		}
	}
	path := t.TempDir() + "/m.bin"
	m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
	recipetest.MustFit(t, m, s, p)
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	back, err := model.Read(path, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	if !bytes.Equal(recipetest.Written(t, back), first) {
		t.Error("reading and writing changes the file")
	}
	m, s, p = recipetest.SetUp(t, text, recipetest.Flowers(), 1)
	_, step, _, err := train.PrepareEpoch(m, train.Options{Config: s.Fit, Parts: p})
	if err != nil {
		t.Fatal(err)
	}
	step()
	if n := testing.AllocsPerRun(20, step); n != 0 {
		t.Errorf("a step allocates %v times", n)
	}
}

// A run that could not learn is refused, with what to do; a resumed one never.
func TestIdleRunsAreRefused(t *testing.T) {
	base := `{"data":{"target":"height"},"layers":[{"units":1}],"compile":{"loss":"mse","optimizer":{"type":"sgd","learning_rate":%s}},"fit":{"epochs":2,"batch_size":60,"callbacks":[%s]}}`
	for _, c := range []struct{ rate, callback, first, second, hint string }{
		{`{"cosine_decay":{"initial_learning_rate":0.1,"decay_steps":2}}`, ``, "", "would be 0 at every step", "decay_steps: null"},
		{`{"cosine_decay":{"initial_learning_rate":0.1,"decay_steps":null}}`, ``, "", "", ""},
		{`{"cosine_decay":{"initial_learning_rate":0.1,"decay_steps":3}}`, ``, "", "", ""},
		{`{"cosine_log_cycles":{"initial_learning_rate":0}}`, ``, "would be 0 at every step", "would be 0", "above 0"},
		{`0`, ``, "", "", ""}, // as the spec says it
		{`0.1`, `{"type":"learning_rate_scheduler","schedule":{"cosine_decay":{"initial_learning_rate":0.1,"decay_steps":2}}}`, "", "would be 0 in every epoch", "decay_steps: null"},
		{`0.1`, `{"type":"learning_rate_scheduler","schedule":{"cosine_decay":{"initial_learning_rate":0.1,"decay_steps":null}}}`, "", "", ""},
	} {
		text := fmt.Sprintf(base, c.rate, c.callback)
		m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
		for i, want := range []string{c.first, c.second} {
			_, err := train.Fit(context.Background(), m, train.Options{Config: s.Fit, Parts: p})
			if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%s %s, run %d: %v, want %q", c.rate, c.callback, i+1, err, want)
			}
			if err != nil && !strings.Contains(fmt.Sprint(hints(err)), c.hint) {
				t.Errorf("%s %s: hints %v, want %q", c.rate, c.callback, hints(err), c.hint)
			}
		}
	}
}

// The strength of smoothing and dropout is that of the moment: label smoothing of 0 at
// the last step is none, and the loss of the validation rows is measured with it.
func TestSmoothingOfTheMoment(t *testing.T) {
	loss := func(smoothing string) []float64 {
		text := fmt.Sprintf(`{"data":{"target":"kind","split":{"validation":0.2}},"layers":[{"units":3,"activation":"softmax"}],
			"compile":{"optimizer":{"type":"sgd","learning_rate":0},"loss":{"type":"sparse_categorical_crossentropy","label_smoothing":%s}},"fit":{"epochs":4}}`, smoothing)
		m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
		recipetest.MustFit(t, m, s, p)
		return m.History.Column("val_loss")
	}
	none, half := loss("0")[0], loss("0.5")[0]
	for i, got := range loss(`{"polynomial_decay":{"initial":0.5,"decay_steps":null,"end_learning_rate":0}}`) {
		share := float64(i+1) / 4 // of the run, after epoch i+1
		// The loss is linear in the strength, and rounding to float32 weights plays no part.
		if want := half + share*(none-half); math.Abs(got-want) > 1e-12 {
			t.Errorf("epoch %d: val_loss %v, want %v", i+1, got, want)
		}
	}
}

// hints returns what a refusal says to do.
func hints(err error) (all []string) {
	var problems problem.Problems
	if errors.As(err, &problems) {
		for _, p := range problems {
			all = append(all, p.Hint)
		}
	}
	return all
}
