package train

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"mlp/internal/data"
	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// flowers is a small table with three classes, one category and a number.
func flowers() string {
	var b strings.Builder
	b.WriteString("length,width,colour,kind,height\n")
	for i := range 60 {
		k := i % 3
		fmt.Fprintf(&b, "%.3f,%.3f,%s,%s,%.3f\n", float64(k)+float64(i%7)/9, float64(i%5)/5-float64(k), []string{"red", "blue"}[i%2],
			[]string{"rose", "lily", "iris"}[k], 3*float64(k)+float64(i%4))
	}
	return b.String()
}

// setUp decodes a spec written as JSON and builds and compiles a model on a table.
func setUp(t testing.TB, text, table string, threads int) (*model.Model, *Spec, Parts) {
	t.Helper()
	m, s, p, err := setUpErr(text, table, threads)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m, s, p
}

func setUpErr(text, table string, threads int) (*model.Model, *Spec, Parts, error) {
	tree, err := spec.ParseJSON([]byte(text), "spec", "spec")
	if err != nil {
		return nil, nil, Parts{}, err
	}
	s, err := Decode(tree)
	if err != nil {
		return nil, nil, Parts{}, err
	}
	src := data.Bytes("table.csv", []byte(table))
	m, sets, err := model.Build(s.Model, s.Tree, model.Sources{Train: &src}, threads)
	if err != nil {
		return nil, nil, Parts{}, err
	}
	if err := m.Compile(); err != nil {
		m.Close()
		return nil, nil, Parts{}, err
	}
	return m, s, Parts{Train: m.Part(sets.Train), Validation: m.Part(sets.Validation), Test: m.Part(sets.Test)}, nil
}

func fit(t testing.TB, m *model.Model, s *Spec, p Parts) *Result {
	t.Helper()
	r, err := Fit(context.Background(), m, Options{Config: s.Fit, Threshold: s.Evaluate.Threshold, Parts: p})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func written(t testing.TB, m *model.Model) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// kinds are specs that together use what a step can consist of.
var kinds = map[string]string{
	"classes": `{"data":{"target":"kind","split":{"validation":0.2}},"layers":[{"units":8,"activation":"relu","kernel_regularizer":"l2"},"batch_normalization",{"dropout":0.3},{"units":3,"activation":"softmax"}],
		"compile":{"optimizer":{"type":"adam","learning_rate":0.01},"metrics":["accuracy","auc"]},"fit":{"epochs":4,"batch_size":7,"class_weight":"balanced"}}`,
	"one-hot": `{"data":{"target":"kind"},"layers":[{"units":6,"activation":"tanh"},{"units":3,"activation":"softmax"}],
		"compile":{"optimizer":{"type":"sgd","learning_rate":0.1,"momentum":0.9,"nesterov":true},"loss":{"type":"categorical_crossentropy","label_smoothing":0.1}},"fit":{"epochs":4,"batch_size":16}}`,
	"binary": `{"data":{"target":"colour"},"layers":[{"units":6,"activation":"elu","kernel_constraint":"max_norm"},{"units":1,"activation":"sigmoid"}],
		"compile":{"optimizer":{"type":"rmsprop","clipnorm":1},"metrics":["accuracy","f1"]},"fit":{"epochs":4,"batch_size":10,"shuffle":false}}`,
	"categories": `{"data":{"target":"height","categorical":{"encode":"embedding"},"columns":[{"name":"kind","encode":{"embedding":5}}]},"layers":[{"units":6,"activation":"relu"},{"units":1}],
		"compile":{"optimizer":{"type":"adam","learning_rate":0.01},"loss":"mse","metrics":["mae"]},"fit":{"epochs":4,"batch_size":11}}`,
	"regression": `{"data":{"target":"height","split":{"validation":0.2,"test":0.2,"by":"last"}},"layers":[{"units":6,"activation":"softplus"},{"units":1}],
		"compile":{"optimizer":{"type":"adamw","learning_rate":0.01},"loss":"huber","metrics":["rmse","mae","r2"]},"fit":{"epochs":4,"batch_size":9}}`,
}

func TestSameBytesForAnyThreads(t *testing.T) {
	for name, text := range kinds {
		var first []byte
		for _, threads := range []int{1, 2, 3, 7} {
			m, s, p := setUp(t, text, flowers(), threads)
			fit(t, m, s, p)
			if b := written(t, m); first == nil {
				first = b
			} else if !bytes.Equal(b, first) {
				t.Errorf("%s: %d threads give another file than one", name, threads)
			}
		}
	}
}

// A step, its metrics and the shuffling of an epoch reuse what the run has.
func TestAnEpochAllocatesNothing(t *testing.T) {
	for name, text := range kinds {
		m, s, p := setUp(t, text, flowers(), 1)
		o := Options{Config: s.Fit, Parts: p}
		r, err := start(m, o)
		if err != nil {
			t.Fatal(err)
		}
		order := newOrder(p.Train, o.BatchSize, o.Shuffle)
		epoch := func() {
			r.epoch = 1
			if _, err := r.trainEpoch(context.Background(), order, o); err != nil {
				t.Fatal(err)
			}
		}
		epoch()
		// The logs of an epoch are a handful of small slices, however many steps it has.
		const perEpoch = 12
		if n := testing.AllocsPerRun(20, epoch); n > perEpoch {
			t.Errorf("%s: an epoch of %d steps allocates %v times, want at most %d", name, r.batches, n, perEpoch)
		}
		b := order.batch(m.Engine, 0)
		if n := testing.AllocsPerRun(20, func() { m.TrainStep(b) }); n != 0 {
			t.Errorf("%s: a step allocates %v times", name, n)
		}
	}
}

// half stops a run after an epoch, as a signal does in the middle of the next.
func TestResumeEndsInTheSameBytes(t *testing.T) {
	for name, text := range kinds {
		text = strings.Replace(text, `"epochs":4`, `"epochs":6,"callbacks":[{"type":"early_stopping","monitor":"loss","patience":50},{"type":"reduce_lr_on_plateau","monitor":"loss","patience":1,"min_delta":1}]`, 1)
		m, s, p := setUp(t, text, flowers(), 1)
		fit(t, m, s, p)
		want := written(t, m)

		for stop := 1; stop < 6; stop++ {
			m, s, p := setUp(t, text, flowers(), 2)
			ctx, cancel := context.WithCancel(context.Background())
			interrupt := &Hooks{BatchEnd: func(r *Run) error {
				if done, _ := r.Batch(); r.Epoch() == stop+1 && done == 2 {
					cancel()
				}
				return nil
			}}
			result, err := Fit(ctx, m, Options{Config: s.Fit, Parts: p, Observers: []*Hooks{interrupt}})
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
			_, s2, p2 := setUp(t, text, flowers(), 1)
			if _, err := Fit(context.Background(), m2, Options{Config: s2.Fit, Parts: p2, Resume: true}); err != nil {
				t.Fatal(err)
			}
			_ = s
			if !bytes.Equal(written(t, m2), want) {
				t.Errorf("%s: resumed after epoch %d, the run ends in other bytes", name, stop)
			}
		}
	}
}

func TestModelSurvivesWritingAndReading(t *testing.T) {
	for name, text := range kinds {
		m, s, p := setUp(t, text, flowers(), 1)
		fit(t, m, s, p)
		before := written(t, m)
		path := t.TempDir() + "/m.bin"
		if err := os.WriteFile(path, before, 0o644); err != nil {
			t.Fatal(err)
		}
		back, err := model.Read(path, 1)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		defer back.Close()
		if !bytes.Equal(written(t, back), before) {
			t.Errorf("%s: reading and writing changes the file", name)
		}
		if a, b := m.Evaluate(p.Train, m.Metrics), back.Evaluate(p.Train, back.Metrics); a != b {
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
		m, _, _, err := setUpErr(text, flowers(), 1)
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
	m, s, p := setUp(t, text, flowers(), 1)
	_, err := Fit(context.Background(), m, Options{Config: s.Fit, Parts: p})
	var d *Diverged
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
	m, s, p := setUp(t, text, flowers(), 1)
	fit(t, m, s, p)
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

// With a learning rate of 0 nothing improves, so the callbacks' clocks run.
func TestCallbacksCount(t *testing.T) {
	text := `{"data":{"target":"height","split":{"validation":0.3}},"layers":[{"units":1}],
		"compile":{"optimizer":{"type":"sgd","learning_rate":0},"loss":"mse"},
		"fit":{"epochs":40,"callbacks":[{"type":"early_stopping","patience":5},{"type":"reduce_lr_on_plateau","patience":2,"factor":0.5,"monitor":"val_loss"}]}}`
	m, s, p := setUp(t, text, flowers(), 1)
	r := fit(t, m, s, p)
	if r.Epochs != 6 || r.Stopped == "" {
		t.Errorf("stopped after %d epochs (%q), want 6: one to set the best and five to wait", r.Epochs, r.Stopped)
	}
	if m.Run.BestEpoch != 1 {
		t.Errorf("best epoch %d, want 1", m.Run.BestEpoch)
	}
	if !slices.Contains(m.History.Names, "learning_rate") {
		t.Errorf("the learning rate is not in the history: %v", m.History.Names)
	}
}

func TestMonitorsAreCheckedBeforeTheFirstEpoch(t *testing.T) {
	for _, c := range []struct{ callback, want string }{
		{`{"type":"early_stopping","monitor":"val_loss"}`, `"val_loss" is not measured`},
		{`{"type":"early_stopping","monitor":"los"}`, `"los" is not measured`},
		{`{"type":"reduce_lr_on_plateau","monitor":"learning_rate"}`, `has no better direction`},
		{`{"type":"model_checkpoint","filepath":"x","save_best_only":true,"monitor":"val_acc"}`, `"val_acc" is not measured`},
		{`{"type":"model_checkpoint","filepath":"{val_los:.2f}.bin"}`, `"val_los" in the file's name`},
	} {
		text := `{"data":{"target":"height"},"layers":[{"units":1}],"compile":{"loss":"mse"},"fit":{"callbacks":[` + c.callback + `]}}`
		m, s, p := setUp(t, text, flowers(), 1)
		_, err := Fit(context.Background(), m, Options{Config: s.Fit, Parts: p})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.callback, err, c.want)
		}
		if len(m.History.Epochs) != 0 {
			t.Errorf("%s: %d epochs were trained first", c.callback, len(m.History.Epochs))
		}
	}
}
