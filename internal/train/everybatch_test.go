package train_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/optim"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/spec"
	"mlp/internal/task"
	"mlp/internal/train"
)

// paused are specs that together use all that a run can remember: every
// optimizer, every metric, every callback, and layers that draw or keep numbers.
func paused(t *testing.T) map[string]string {
	const all = `{"data":{"target":%q,"split":{"validation":0.2},"categorical":{"encode":%q}},"layers":[%s],"compile":{"optimizer":%s,"metrics":[%s]},"fit":{"epochs":3,"batch_size":11,%s}}`
	const small = `{"units":4,"activation":"tanh"},{"units":1}`
	specs := map[string]string{}
	for _, name := range optim.Optimizers.Names() {
		specs["optimizer "+name] = fmt.Sprintf(all, "height", "one_hot", small, `{"type":"`+name+`","learning_rate":0.01}`, "", `"shuffle":true`)
	}
	specs["accumulation, average, clipping"] = fmt.Sprintf(all, "height", "one_hot", small,
		`{"type":"adamw","learning_rate":0.01,"gradient_accumulation_steps":3,"use_ema":true,"ema_momentum":0.8,"ema_overwrite_frequency":2,"clipnorm":1}`, `"mae"`, `"shuffle":false`)
	specs["momentum by a schedule"] = fmt.Sprintf(all, "height", "one_hot", small,
		`{"type":"sgd","momentum":0.9,"nesterov":true,"learning_rate":{"type":"cosine_decay","initial_learning_rate":0.05,"decay_steps":9,"warmup_steps":3,"warmup_target":0.1}}`, ``, `"shuffle":true`)
	specs["layers that draw and keep"] = fmt.Sprintf(all, "kind", "embedding",
		`{"gaussian_noise":0.1},{"units":8,"activation":"relu"},"batch_normalization",{"dropout":0.3},{"units":6,"activation":"selu"},{"alpha_dropout":0.1},{"gaussian_dropout":0.2},{"units":3,"activation":"softmax"}`,
		`{"type":"adam","learning_rate":0.01}`, `"accuracy","auc"`, `"class_weight":"balanced"`)
	specs["numbers by waves and pieces"] = strings.Replace(fmt.Sprintf(all, "kind", "embedding", `{"units":3,"activation":"softmax"}`, `{"type":"adamw","learning_rate":0.01}`, `"accuracy"`, `"shuffle":true`),
		`"categorical"`, `"numeric":{"encode":"periodic"},"columns":[{"name":"width","encode":{"type":"piecewise_linear","bins":4,"dim":3}}],"categorical"`, 1)
	specs["stopped early, best weights"] = fmt.Sprintf(all, "height", "one_hot", small, `{"type":"sgd","learning_rate":0.5}`, "",
		`"callbacks":[{"type":"early_stopping","patience":1,"min_delta":0.3},{"type":"reduce_lr_on_plateau","monitor":"loss","patience":1,"min_delta":1}]`)
	specs["average in validation"] = fmt.Sprintf(all, "height", "one_hot", small, `{"type":"adam","use_ema":true,"learning_rate":0.05}`, "",
		`"callbacks":[{"type":"swap_ema_weights","swap_on_epoch":true},{"type":"learning_rate_scheduler","schedule":{"type":"exponential_decay","initial_learning_rate":0.1,"decay_steps":1,"decay_rate":0.5}}]`)
	specs["files"] = fmt.Sprintf(all, "height", "one_hot", small, `"adam"`, `"r2"`,
		`"validation_freq":2,"callbacks":[{"type":"csv_logger","filename":"log.csv"},{"type":"jsonl_logger","filename":"log.jsonl"},{"type":"model_checkpoint","filepath":"best.bin","save_best_only":true,"monitor":"loss"},{"type":"backup_and_restore","backup_dir":"backup","delete_checkpoint":false},"terminate_on_nan"]`)
	for _, task := range []struct {
		target, layers string
		outputs        metric.Outputs
	}{
		{"height", `{"units":1}`, metric.Outputs{Task: task.Regression, Columns: 1}},
		{"colour", `{"units":1,"activation":"sigmoid"}`, metric.Outputs{Task: task.Binary, Columns: 1}},
		{"kind", `{"units":3,"activation":"softmax"}`, metric.Outputs{Task: task.Multiclass, Columns: 3}},
	} {
		fitting := metricsFor(t, task.outputs)
		specs["every metric for "+task.outputs.Task.String()] = strings.Replace(fmt.Sprintf(all, task.target, "one_hot", task.layers, `"adam"`,
			strings.Join(fitting, ","), `"class_weight":null`), `"compile":{`, `"compile":{"weighted_metrics":["mse"],`, 1)
	}
	for name, text := range specs {
		specs[name] = strings.Replace(text, `"target":"height"`, `"target":"height","task":"regression"`, 1)
	}
	return specs
}

// metricsFor returns all metrics that mean something for outputs, as JSON.
func metricsFor(t *testing.T, o metric.Outputs) (fitting []string) {
	for _, name := range metric.Metrics.Names() {
		text := fmt.Sprintf(`{"type":%q}`, name)
		if _, given, ok := strings.Cut(name, "_at_"); ok {
			text = fmt.Sprintf(`{"type":%q,%q:0.6}`, name, given)
		}
		n, err := spec.ParseJSON([]byte(text), "test", "test")
		if err != nil {
			t.Fatal(err)
		}
		m, err := metric.Metrics.Build(n)
		if err != nil {
			t.Fatal(err)
		}
		if m.Prepare(o) == nil {
			fitting = append(fitting, text)
		}
	}
	return fitting
}

// A run that is stopped after any batch, saved, read back and resumed ends in the
// same bytes as one that nobody stopped, whatever the number of threads, and leaves
// the same files.
func TestResumeAfterEveryBatch(t *testing.T) {
	for name, text := range paused(t) {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
			recipetest.MustFit(t, m, s, p)
			want, files := recipetest.Written(t, m), filesHere(t)
			batches := train.Options{Config: s.Fit, Parts: p}.Steps()
			for at := 1; at <= len(m.History.Epochs)*batches; at++ {
				clearHere(t)
				half := stoppedAfter(t, text, at)
				if done := half.Optimizer.Iterations(); done != int64(at) {
					t.Fatalf("stopped after %d batches, not %d", done, at)
				}
				if err := os.WriteFile("half.bin", recipetest.Written(t, half), 0o644); err != nil {
					t.Fatal(err)
				}
				back, err := model.Read("half.bin", 2)
				if err != nil {
					t.Fatal(err)
				}
				if again := recipetest.Written(t, back); !bytes.Equal(again, recipetest.Written(t, half)) {
					t.Fatalf("after batch %d: reading and writing changes the file", at)
				}
				fresh, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
				fresh.Close()
				if _, err := train.Fit(context.Background(), back, train.Options{Config: s.Fit, Parts: p, Resume: true}); err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(recipetest.Written(t, back), want) {
					t.Errorf("resumed after batch %d of %d in epoch %d, the run ends in other bytes", (at-1)%batches+1, batches, (at-1)/batches+1)
				}
				back.Close()
				os.Remove("half.bin")
				if now := filesHere(t); now != files {
					t.Errorf("resumed after batch %d, the run leaves\n%s, want\n%s", at, now, files)
				}
			}
		})
	}
}

// stoppedAfter runs a spec until it is interrupted after so many batches in all.
func stoppedAfter(t *testing.T, text string, batches int) *model.Model {
	t.Helper()
	m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
	ctx, cancel := context.WithCancel(context.Background())
	interrupt := &train.Hooks{BatchEnd: func(r *train.Run) error {
		if m.Optimizer.Iterations() == int64(batches) {
			cancel()
		}
		return nil
	}}
	result, err := train.Fit(ctx, m, train.Options{Config: s.Fit, Parts: p, Observers: []*train.Hooks{interrupt}})
	if err != nil || !result.Interrupted {
		t.Fatalf("interrupted after batch %d: %+v, %v", batches, result, err)
	}
	return m
}

// filesHere lists the working directory with what its text files hold. Models are
// left to their own comparison: those of a checkpoint stand in the middle of a run.
func filesHere(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	paths, err := filepath.Glob("*")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		fmt.Fprintf(&b, "%s\n", path)
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "%x\n", text)
		}
	}
	return b.String()
}

func clearHere(t *testing.T) {
	t.Helper()
	paths, err := filepath.Glob("*")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
	}
}

// Where a run may go back to the beginning of an epoch, what is saved within one
// has that too: rewound after reading, it is what was saved between the epochs.
func TestSavedWithinKeepsTheStart(t *testing.T) {
	for name, text := range paused(t) {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
			s.Fit.OnNaN = "reduce_lr"
			var want []byte
			ctx, cancel := context.WithCancel(context.Background())
			stop := &train.Hooks{State: func(r *train.Run) error { want = recipetest.Written(t, m); return nil }, BatchEnd: func(r *train.Run) error {
				if done, _ := r.Batch(); r.Epoch() == 2 && done == 3 {
					cancel()
				}
				return nil
			}}
			if result, err := train.Fit(ctx, m, train.Options{Config: s.Fit, Parts: p, Observers: []*train.Hooks{stop}}); err != nil || !result.Interrupted {
				t.Fatalf("%+v, %v", result, err)
			}
			if err := os.WriteFile("half.bin", recipetest.Written(t, m), 0o644); err != nil {
				t.Fatal(err)
			}
			back, err := model.Read("half.bin", 1)
			if err != nil {
				t.Fatal(err)
			}
			defer back.Close()
			if !bytes.Equal(recipetest.Written(t, back), recipetest.Written(t, m)) {
				t.Error("reading and writing changes the file")
			}
			back.Rewind(back.Run.Partial.Start)
			if !bytes.Equal(recipetest.Written(t, back), want) {
				t.Error("the beginning of the epoch is not what it was")
			}
		})
	}
}

// A model that is saved within an epoch can be compiled anew, with other metrics,
// and trained on without --resume; the epoch then begins anew.
func TestTheMiddleIsForgotten(t *testing.T) {
	t.Chdir(t.TempDir())
	text := paused(t)["files"]
	m := stoppedAfter(t, text, 7)
	other, s, _ := recipetest.SetUp(t, strings.Replace(text, `"metrics":["r2"]`, `"metrics":["r2","mae","mse"]`, 1), recipetest.Flowers(), 1)
	if _, err := m.ChangeSpec(s.Model, other.Spec); err != nil {
		t.Fatal(err)
	}
	recipetest.Written(t, m)

	clearHere(t)
	m = stoppedAfter(t, text, 7)
	clearHere(t)
	if m.Run.Partial == nil {
		t.Fatal("the run stands between two epochs; nothing is tested")
	}
	_, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
	s.Fit.Callbacks = nil
	if result := recipetest.MustFit(t, m, s, p); result.Epochs != 3 || m.Run.Epoch != 4 || len(m.History.Epochs) != 4 {
		t.Errorf("%+v, %d epochs in all", result, m.Run.Epoch)
	}
}

// A file that says what cannot be is refused, and nothing is trained.
func TestImpossibleMiddlesAreRefused(t *testing.T) {
	for name, spoil := range map[string]func(p *model.Partial){
		"after batch 100 of":          func(p *model.Partial) { p.Batch = 100 },
		"the sums of 0 metrics":       func(p *model.Partial) { p.Metrics = nil },
		"the sums of auc are damaged": func(p *model.Partial) { p.Metrics[1][0] = 1e9 },
	} {
		m, s, p := recipetest.SetUp(t, paused(t)["layers that draw and keep"], recipetest.Flowers(), 1)
		m.Pause(model.Partial{Batch: 2, Loss: 1})
		spoil(m.Run.Partial)
		_, err := train.Fit(context.Background(), m, train.Options{Config: s.Fit, Parts: p, Resume: true})
		if err == nil || !strings.Contains(err.Error(), name) || m.Optimizer.Iterations() != 0 {
			t.Errorf("%v, want %q; %d batches", err, name, m.Optimizer.Iterations())
		}
	}
}

// A run that diverges is saved after any of its batches in a way that can be read:
// weights that are not finite are not saved, and an interrupted run goes back to
// its last whole epoch.
func TestBrokenWeightsAreNotSaved(t *testing.T) {
	const text = `{"data":{"target":"height","scale_target":false,"numeric":{"scale":"none"}},"layers":[{"units":8},{"units":1}],
		"compile":{"optimizer":{"type":"sgd","learning_rate":{"type":"piecewise_constant_decay","boundaries":[7],"values":[0.001,3e38]}},"loss":"mse"},"fit":{"epochs":50,"batch_size":11}}`
	path, broken := t.TempDir()+"/at.ckpt", 0
	for at := 1; ; at++ {
		m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
		asks := new(train.Control)
		ctx, cancel := context.WithCancel(context.Background())
		watch := &train.Hooks{BatchEnd: func(r *train.Run) error {
			asks.Save()
			if !m.Finite() {
				broken++
			}
			if m.Optimizer.Iterations() == int64(at) {
				cancel()
			}
			return nil
		}}
		result, err := train.Fit(ctx, m, train.Options{Config: s.Fit, Parts: p, Observers: []*train.Hooks{watch}, Control: asks, Aside: path})
		if err != nil {
			break // it has told by itself
		}
		if !result.Interrupted || !m.Finite() {
			t.Errorf("interrupted after batch %d: %+v, finite: %t", at, result, m.Finite())
		}
		back, err := model.Read(path, 1)
		if err != nil {
			if at > 1 {
				t.Fatal(err)
			}
			continue // nothing was asked before
		}
		back.Close()
	}
	if broken == 0 {
		t.Error("the weights are never broken; nothing is tested")
	}
}
