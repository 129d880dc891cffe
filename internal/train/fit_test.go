package train_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/train"
)

func TestSameBytesForAnyThreads(t *testing.T) {
	for name, text := range recipetest.Kinds {
		var first []byte
		for _, threads := range []int{1, 2, 3, 7} {
			m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), threads)
			recipetest.MustFit(t, m, s, p)
			if b := recipetest.Written(t, m); first == nil {
				first = b
			} else if !bytes.Equal(b, first) {
				t.Errorf("%s: %d threads give another file than one", name, threads)
			}
		}
	}
}

// A step, its metrics and the shuffling of an epoch reuse what the run has.
func TestAnEpochAllocatesNothing(t *testing.T) {
	for name, text := range recipetest.Kinds {
		m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
		o := train.Options{Config: s.Fit, Parts: p}
		once, step, batches, err := train.PrepareEpoch(m, o)
		if err != nil {
			t.Fatal(err)
		}
		epoch := func() {
			if err := once(); err != nil {
				t.Fatal(err)
			}
		}
		epoch()
		// The logs of an epoch are a handful of small slices, however many steps it has.
		const perEpoch = 12
		if n := testing.AllocsPerRun(20, epoch); n > perEpoch {
			t.Errorf("%s: an epoch of %d steps allocates %v times, want at most %d", name, batches, n, perEpoch)
		}
		if n := testing.AllocsPerRun(20, step); n != 0 {
			t.Errorf("%s: a step allocates %v times", name, n)
		}
	}
}

// half stops a run after an epoch, as a signal does in the middle of the next.
func TestResumeEndsInTheSameBytes(t *testing.T) {
	for name, text := range recipetest.Kinds {
		text = strings.Replace(text, `"epochs":4`, `"epochs":6,"callbacks":[{"type":"early_stopping","monitor":"loss","patience":50},{"type":"reduce_lr_on_plateau","monitor":"loss","patience":1,"min_delta":1}]`, 1)
		m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
		recipetest.MustFit(t, m, s, p)
		want := recipetest.Written(t, m)

		for stop := 1; stop < 6; stop++ {
			m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 2)
			ctx, cancel := context.WithCancel(context.Background())
			interrupt := &train.Hooks{BatchEnd: func(r *train.Run) error {
				if done, _ := r.Batch(); r.Epoch() == stop+1 && done == 2 {
					cancel()
				}
				return nil
			}}
			result, err := train.Fit(ctx, m, train.Options{Config: s.Fit, Parts: p, Observers: []*train.Hooks{interrupt}})
			if err != nil || !result.Interrupted || m.Run.Epoch != stop {
				t.Fatalf("%s: stopped in epoch %d: %+v, %v", name, stop+1, result, err)
			}
			path := t.TempDir() + "/half.bin"
			if err := m.Save(path); err != nil {
				t.Fatal(err)
			}
			m2, err := model.Read(path, 1)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			defer m2.Close()
			_, s2, p2 := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
			if _, err := train.Fit(context.Background(), m2, train.Options{Config: s2.Fit, Parts: p2, Resume: true}); err != nil {
				t.Fatal(err)
			}
			_ = s
			if !bytes.Equal(recipetest.Written(t, m2), want) {
				t.Errorf("%s: resumed after epoch %d, the run ends in other bytes", name, stop)
			}
		}
	}
}

func TestModelSurvivesWritingAndReading(t *testing.T) {
	for name, text := range recipetest.Kinds {
		m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
		recipetest.MustFit(t, m, s, p)
		before := recipetest.Written(t, m)
		path := t.TempDir() + "/m.bin"
		if err := os.WriteFile(path, before, 0o644); err != nil {
			t.Fatal(err)
		}
		back, err := model.Read(path, 1)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		defer back.Close()
		if !bytes.Equal(recipetest.Written(t, back), before) {
			t.Errorf("%s: reading and writing changes the file", name)
		}
		if a, b := evaluate.Update(m, p.Train, m.Metrics), evaluate.Update(back, p.Train, back.Metrics); a != b {
			t.Errorf("%s: loss %v, after reading %v", name, a, b)
		}
	}
}

func TestMisfitsAreRefused(t *testing.T) {
	base := `{"data":{"target":%q},"layers":[{"units":%d,"activation":%q}],"compile":{"loss":%q,"metrics":[%s]},"fit":{"callbacks":[%s]}}`
	for _, c := range []struct {
		target     string
		units      int
		activation string
		loss       string
		metrics    string
		want       string
	}{
		{"colour", 1, "softmax", "binary_crossentropy", ``, "softmax over one unit is always 1"},
		{"colour", 3, "sigmoid", "binary_crossentropy", ``, "3 outputs for a target of two classes"},
		{"colour", 1, "relu", "binary_crossentropy", ``, "needs a probability"},
		{"colour", 1, "sigmoid", "sparse_categorical_crossentropy", ``, "needs one softmax unit a class"},
		{"kind", 2, "softmax", "sparse_categorical_crossentropy", ``, "2 outputs for a target of 3 classes"},
		{"kind", 3, "sigmoid", "categorical_crossentropy", ``, "needs probabilities that add up to 1"},
		{"kind", 3, "softmax", "binary_crossentropy", ``, ""},
		{"height", 1, "sigmoid", "mse", ``, "gives only values between 0 and 1"},
		{"height", 2, "linear", "mse", ``, "2 outputs for 1 target column"},
		{"height", 1, "linear", "mse", `"accuracy"`, "accuracy means nothing for regression"},
		{"height", 1, "linear", "sparse_categorical_crossentropy", ``, ""},
	} {
		text := fmt.Sprintf(base, c.target, c.units, c.activation, c.loss, c.metrics, "")
		m, _, _, err := recipetest.TrySetUp(text, recipetest.Flowers(), 1)
		if err == nil {
			m.Close()
			t.Errorf("%+v: accepted", c)
			continue
		}
		var problem *problem.Problem
		if !errors.As(err, &problem) || problem.Hint == "" && c.want != "" {
			t.Errorf("%+v: %v has no address or no hint", c, err)
		}
		if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %q does not say %q", c, err, c.want)
		}
	}
}

func TestDivergenceIsDiagnosed(t *testing.T) {
	text := `{"data":{"target":"height","scale_target":false,"numeric":{"scale":"none"}},"layers":[{"units":8},{"units":1}],
		"compile":{"optimizer":{"type":"sgd","learning_rate":50},"loss":"mse"},"fit":{"epochs":50,"batch_size":4}}`
	m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
	_, err := train.Fit(context.Background(), m, train.Options{Config: s.Fit, Parts: p})
	var d *train.Diverged
	if !errors.As(err, &d) {
		t.Fatalf("got %v", err)
	}
	if d.Epoch < 1 || d.Batch < 1 || d.Layer == "" || d.LearningRate != 50 {
		t.Errorf("the diagnosis is incomplete: %+v", d)
	}
	if !m.Finite() {
		t.Error("the weights left behind are not finite")
	}
}

func TestHistoryIsRowWeighted(t *testing.T) {
	text := `{"data":{"target":"height","scale_target":false},"layers":[{"units":1,"kernel_initializer":"zeros"}],
		"compile":{"optimizer":{"type":"sgd","learning_rate":0},"loss":"mse","metrics":["mse"]},"fit":{"epochs":1,"batch_size":13}}`
	m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
	recipetest.MustFit(t, m, s, p)
	want := 0.0
	for _, v := range p.Train.Truth.Data {
		want += float64(v) * float64(v) / float64(p.Train.Truth.Rows)
	}
	got := m.History.Column("loss")[0]
	// Both are sums of 60 float64 squares, added in another order.
	if math.Abs(got-want) > 1e-12*want {
		t.Errorf("loss %v, want %v: a short last batch must count for its rows", got, want)
	}
	if mse := m.History.Column("mse")[0]; math.Abs(mse-want) > 1e-12*want {
		t.Errorf("mse %v, want %v", mse, want)
	}
}

// With drop_remainder an epoch has whole batches only, its loss is their mean, and a
// table that fills no batch is one all the same. The order decides who is left out, so
// over some epochs all rows train.
func TestDropRemainder(t *testing.T) {
	for _, c := range []struct {
		size    int
		batches int // of the 40 rows
		used    int
	}{{16, 2, 32}, {20, 2, 40}, {40, 1, 40}, {41, 1, 40}, {1000, 1, 40}, {39, 1, 39}} {
		text := fmt.Sprintf(`{"data":{"target":"height"},"layers":[{"units":1}],"compile":{"optimizer":{"type":"sgd","learning_rate":0},"loss":"mse"},
			"fit":{"epochs":1,"batch_size":%d,"shuffle":false,"drop_remainder":true}}`, c.size)
		m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
		p.Train.X, p.Train.Target, p.Train.Truth = p.Train.X.Slice(0, 40), p.Train.Target.Slice(0, 40), p.Train.Truth.Slice(0, 40)
		recipetest.MustFit(t, m, s, p)
		if got := m.Optimizer.Iterations(); got != int64(c.batches) {
			t.Errorf("batches of %d: %d steps, want %d", c.size, got, c.batches)
		}
		_, pred := m.Net.Forward(m.Reserve(c.used), p.Train.X.Slice(0, c.used))
		want := m.BatchLoss(pred, pred, p.Train.Target.Slice(0, c.used), nil)
		if got := m.History.Epochs[0][0]; math.Abs(got-want) > 1e-12*want { // the same float64 sum, batch by batch
			t.Errorf("batches of %d: loss %v, that of the %d rows used is %v", c.size, got, c.used, want)
		}
	}
}
