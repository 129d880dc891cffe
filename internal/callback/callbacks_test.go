package callback_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mlp/internal/calibrate"
	"mlp/internal/callback"
	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/oracle/golden"
	"mlp/internal/problem"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/spec"
	"mlp/internal/tensor"
	"mlp/internal/train"
)

// fed is what a callback decided about a run whose values were given to it.
type fed struct {
	stopped int       // the epoch that ended the run, or 0
	weight  float64   // at the end; it was set to the number of each epoch
	rate    []float64 // with which each epoch was trained; 1 at first
}

// feed shows values, one an epoch, to a callback written as JSON.
func feed(t testing.TB, callback, monitor string, values []float64) fed {
	t.Helper()
	text := fmt.Sprintf(`{"data":{"target":"height","split":{"validation":0.2}},"layers":[{"units":1}],
		"compile":{"optimizer":{"type":"sgd","learning_rate":1},"loss":"mse","metrics":["mae"]},"fit":{"epochs":%d,"callbacks":[%s]}}`, len(values), callback)
	m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
	var f fed
	given := &train.Hooks{ // stands before the callback, and so gives it the values
		EpochBegin: func(r *train.Run) error { m.Work.Params[0] = float32(r.Epoch()); return nil },
		Epoch: func(r *train.Run) error {
			*r.Logs() = train.Logs{}
			m.Work.Params[0] = float32(r.Epoch())
			if v := values[r.Epoch()-1]; !math.IsInf(v, 1) { // +Inf stands for an epoch that was not measured
				r.Logs().Set(monitor, v)
			}
			return nil
		},
	}
	rate := &train.Hooks{EpochBegin: func(r *train.Run) error { f.rate = append(f.rate, r.LearningRate()); return nil }}
	o := train.Options{Config: s.Fit, Parts: p, Observers: []*train.Hooks{rate}}
	o.Callbacks = append([]*train.Hooks{given}, o.Callbacks...)
	o.OnNaN = "ignore" // the rate may be 1: what the weights come to is not looked at
	result, err := train.Fit(context.Background(), m, o)
	if err != nil {
		t.Fatalf("%s: %v", callback, err)
	}
	if result.Stopped != "" {
		f.stopped = result.Epochs
	}
	f.weight = float64(m.Work.Params[0])
	return f
}

// The decisions are Keras's, all but one default: mlp restores the best weights
// unless told not to, and so is told.
func TestCallbacksAreKeras(t *testing.T) {
	for _, c := range golden.Cases(t, "../train/testdata/keras", "callbacks", 60) {
		n, err := spec.ParseJSON(c.Config, "config", "config")
		if err != nil {
			t.Fatal(err)
		}
		n.Put("type", spec.NewString(c.Type))
		if c.Type == "early_stopping" && n.Get("restore_best_weights") == nil {
			n.Put("restore_best_weights", spec.NewBool(false))
		}
		got := feed(t, string(spec.CanonicalJSON(n)), "val_loss", c.Given["values"].Data)
		if want := int(c.Float64["stopped"].Data[0]); got.stopped != want {
			t.Errorf("%s: stopped in epoch %d, want %d", c.Name, got.stopped, want)
		}
		if want := c.Float64["weight"].Data[0]; got.weight != want {
			t.Errorf("%s: ends with the weights of epoch %v, want %v", c.Name, got.weight, want)
		}
		// Rates are float64 here and float32 in Keras: a few reductions, each rounded.
		if want := c.Float64["rate"].Data; golden.ByEach(got.rate, want) > 1e-7 {
			t.Errorf("%s: rates %v, want %v", c.Name, got.rate, want)
		}
	}
}

// Where mlp decides better than Keras, by the numbers of the pitfalls.
func TestCallbacksBetterThanKeras(t *testing.T) {
	nan, missing := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		callback string
		values   []float64
		stopped  int
		weight   float64
		rate     []float64
	}{
		// 13: a NaN in the first epoch is Keras's best for ever.
		{`{"type":"early_stopping","patience":2}`, []float64{nan, 3, 2, 1, 1}, 0, 4, nil},
		{`{"type":"early_stopping","patience":2}`, []float64{nan, nan, 3}, 2, 2, nil}, // nothing was best, so nothing is restored
		{`{"type":"reduce_lr_on_plateau","patience":1,"factor":0.5}`, []float64{nan, 3, 2, 1}, 0, 4, []float64{1, 0.5, 0.5, 0.5}},
		// 14: patience 0 and 1 are alike, and the first epoch cannot stop a run.
		{`{"type":"early_stopping","patience":0}`, []float64{1, 1}, 2, 1, nil},
		{`{"type":"early_stopping","patience":1}`, []float64{1, 1}, 2, 1, nil},
		// 15: the best weights come back at the end of a run that was not stopped.
		{`{"type":"early_stopping","patience":9}`, []float64{3, 1, 2}, 0, 2, nil},
		// An epoch without validation does not count.
		{`{"type":"early_stopping","patience":2}`, []float64{1, missing, missing, missing, 2, missing, 2}, 7, 1, nil},
		{`{"type":"reduce_lr_on_plateau","patience":2,"factor":0.5}`, []float64{1, missing, missing, missing, 2, 2, 2}, 0, 7, []float64{1, 1, 1, 1, 1, 1, 0.5}},
	} {
		got := feed(t, c.callback, "val_loss", c.values)
		if got.stopped != c.stopped || got.weight != c.weight || c.rate != nil && !slices.Equal(got.rate, c.rate) {
			t.Errorf("%s on %v: stopped in %d with the weights of %v, rates %v; want %d, %v, %v",
				c.callback, c.values, got.stopped, got.weight, got.rate, c.stopped, c.weight, c.rate)
		}
	}
}

// Which of equal epochs is the best, a patience without end, and one that grows with
// the best epoch. Keras has none of them.
func TestEarlyStoppingBeyondKeras(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		fields  string
		values  []float64
		stopped int
		weight  float64
	}{
		{`"patience":9`, []float64{2, 1, 1, 2}, 0, 2},
		{`"patience":9,"ties":"first"`, []float64{2, 1, 1, 2}, 0, 2},
		{`"patience":9,"ties":"last"`, []float64{2, 1, 1, 2}, 0, 3},
		{`"patience":9,"ties":"last","mode":"max"`, []float64{2, 1, 2, 1}, 0, 3},
		{`"patience":9,"ties":"last"`, []float64{nan, nan, 1, nan}, 0, 3}, // NaN is as good as nothing
		{`"patience":9,"ties":"last","min_delta":0.5`, []float64{2, 1.8, 2, 1.7}, 0, 3},
		{`"patience":2,"ties":"last"`, []float64{1, 1, 1, 1, 1}, 3, 3}, // a tie does not renew the patience
		{`"patience":null`, []float64{3, 1, 2, 2, 2, 2, 2}, 0, 2},
		{`"patience":null,"ties":"last"`, []float64{3, 1, 2, 1, 2}, 0, 4},
		{`"patience":1,"patience_factor":2`, []float64{5, 4, 4, 4, 4, 4, 4}, 6, 2}, // 6 > 2·2 + 1
		{`"patience":0,"patience_factor":1.5`, []float64{5, 4, 4, 3, 3, 3, 3, 2}, 7, 4},
		{`"patience":0,"patience_factor":2,"ties":"last"`, []float64{5, 4, 4, 4, 5, 5, 5, 5, 5, 5}, 9, 4},
		{`"patience":2,"patience_factor":3`, []float64{nan, nan, nan, 1}, 3, 3}, // before the best there is the patience alone
	} {
		got := feed(t, `{"type":"early_stopping",`+c.fields+`}`, "val_loss", c.values)
		if got.stopped != c.stopped || got.weight != c.weight {
			t.Errorf("%s on %v: stopped in %d with the weights of %v; want %d and %v", c.fields, c.values, got.stopped, got.weight, c.stopped, c.weight)
		}
	}
	if _, _, _, err := recipetest.TrySetUp(`{"data":{"target":"height"},"layers":[{"units":1}],"fit":{"callbacks":[{"type":"early_stopping",
		"patience":null,"patience_factor":2}]}}`, recipetest.Flowers(), 1); err == nil || !strings.Contains(err.Error(), "never ends a run") {
		t.Errorf("a patience without end, with a factor: %v", err)
	}
}

// 13, 16 and 17: the best so far is known from the first save on, whatever the
// frequency; NaN is never best; a value that was not measured saves nothing.
// Whatever monitors can go by val_refinement: the epoch that is kept is the one with the
// least log loss after a temperature, computed here from the answers of each epoch; it
// is another one than that of the least loss.
func TestMonitorsOfRefinement(t *testing.T) {
	dir := t.TempDir()
	text := `{"seed":3,"data":{"target":"colour","split":{"validation":0.4}},"layers":[{"units":24,"activation":"relu"},{"units":1,"activation":"sigmoid"}],
		"compile":{"optimizer":{"type":"adam","learning_rate":0.05},"metrics":["refinement"]},"fit":{"epochs":40,"batch_size":8,"callbacks":[
		{"type":"early_stopping","monitor":"val_refinement","patience":null},{"type":"reduce_lr_on_plateau","monitor":"val_refinement","patience":3,"factor":0.5},
		{"type":"model_checkpoint","filepath":"` + filepath.ToSlash(filepath.Join(dir, "best.bin")) + `","monitor":"val_refinement","save_best_only":true}]}}`
	m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
	var refined, losses, rates []float64
	var weights [][]float32
	watch := &train.Hooks{Epoch: func(r *train.Run) error {
		v := p.Validation
		pred := tensor.New(v.X.Rows, 1)
		m.Predict(v.X, pred)
		c := calibrate.Held{Outputs: pred, Truth: v.Truth}
		best := math.Inf(1)
		for i := range 4000 { // temperatures from e⁻² to e⁶, whose spacing the slope at the least hides
			scaled, sum := &calibrate.Calibration{Temperature: []float64{math.Exp(float64(i)/500 - 2)}}, 0.0
			at := c.Outputs.Clone()
			scaled.Apply(at)
			for row, q := range at.Data {
				if v.Truth.At(row, 0) == 0 {
					q = 1 - q
				}
				sum -= math.Log(float64(q)) / float64(len(at.Data))
			}
			best = min(best, sum)
		}
		refined, losses = append(refined, best), append(losses, r.Logs().Get("val_loss"))
		if got := r.Logs().Get("val_refinement"); math.Abs(got-best) > 1e-5 { // of the temperatures between those tried
			t.Errorf("epoch %d: val_refinement %v, want %v", r.Epoch(), got, best)
		}
		weights, rates = append(weights, slices.Clone(m.Work.Params)), append(rates, r.LearningRate())
		return nil
	}}
	o := train.Options{Config: s.Fit, Parts: p, Observers: []*train.Hooks{watch}}
	if _, err := train.Fit(context.Background(), m, o); err != nil {
		t.Fatal(err)
	}
	epoch := slices.Index(refined, slices.Min(refined))
	if m.Run.BestEpoch != epoch+1 || !slices.Equal(m.Work.Params, weights[epoch]) {
		t.Errorf("epoch %d is kept, %d is the best", m.Run.BestEpoch, epoch+1)
	}
	if other := slices.Index(losses, slices.Min(losses)); other == epoch {
		t.Error("the least loss is of the same epoch: nothing is tested")
	}
	if rates[len(rates)-1] >= 0.05 {
		t.Error("the learning rate was never reduced")
	}
	saved, err := model.Read(filepath.Join(dir, "best.bin"), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer saved.Close()
	if !slices.Equal(saved.Work.Params, weights[epoch]) {
		t.Error("another epoch was saved as the best")
	}
}

func TestModelCheckpointSaves(t *testing.T) {
	nan, missing := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		fields string
		values []float64
		want   string // epochs that were saved
	}{
		{`"save_best_only":true`, []float64{3, 4, 2, 2, 1}, "1 3 5"},
		{`"save_best_only":true`, []float64{3, 2, 2, 4, 2}, "1 2"},
		{`"save_best_only":true,"ties":"last"`, []float64{3, 2, 2, 4, 2}, "1 2 3 5"},
		{`"save_best_only":true,"mode":"max"`, []float64{3, 4, 2, 5}, "1 2 4"},
		{`"save_best_only":true`, []float64{nan, 4, nan, 3}, "2 4"},
		{`"save_best_only":true`, []float64{missing, 4, missing, 3}, "2 4"},
		{`"save_best_only":true,"initial_value_threshold":2.5`, []float64{3, 2, 4, 1}, "2 4"},
		{`"save_freq":"epoch"`, []float64{1, 2}, "1 2"},
		{`"save_freq":2`, []float64{1, 2, 3, 4, 5}, "2 4"},
		{`"save_freq":2,"save_best_only":true`, []float64{5, 4, 3, 4, 5, 2}, "2 6"},
		{`"monitor":"learning_rate"`, []float64{1, 2}, "1 2"}, // a value without direction matters only for the best
	} {
		dir := t.TempDir()
		feed(t, fmt.Sprintf(`{"type":"model_checkpoint","filepath":%q,%s}`, dir+"/{epoch}", c.fields), "val_loss", c.values)
		var saved []string
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			saved = append(saved, f.Name())
		}
		if got := strings.Join(saved, " "); got != c.want {
			t.Errorf("%s on %v: saved epochs %s, want %s", c.fields, c.values, got, c.want)
		}
	}
}

// 24: no column that nothing was measured for, no carriage return; epochs count
// from 1 as everywhere in mlp (Keras: from 0).
func TestCSVLogger(t *testing.T) {
	path := t.TempDir() + "/log.csv"
	if err := os.WriteFile(path, []byte("epoch;val_loss\n1;9\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ fields, want string }{
		{`"separator":";","append":true`, "epoch;val_loss\n1;9\n1;1\n2;\n3;0.1\n"},
		{`"append":false`, "epoch,val_loss\n1,1\n2,\n3,0.1\n"},
	} {
		feed(t, fmt.Sprintf(`{"type":"csv_logger","filename":%q,%s}`, path, c.fields), "val_loss", []float64{1, math.NaN(), 0.1})
		if got, err := os.ReadFile(path); err != nil || string(got) != c.want {
			t.Errorf("%s: the file is %q, want %q (%v)", c.fields, got, c.want, err)
		}
	}
}

func TestTerminateOnNaN(t *testing.T) {
	text := `{"data":{"target":"height","scale_target":false,"numeric":{"scale":"none"}},"layers":[{"units":8},{"units":1}],
		"compile":{"optimizer":{"type":"sgd","learning_rate":50},"loss":"mse"},"fit":{"epochs":50,"batch_size":4,%s"callbacks":["terminate_on_nan"]}}`
	m, s, p := recipetest.SetUp(t, fmt.Sprintf(text, ""), recipetest.Flowers(), 1)
	if _, err := train.Fit(context.Background(), m, train.Options{Config: s.Fit, Parts: p}); err == nil {
		t.Error("a run without a number for its loss went on") // 37: an error, not a normal end
	}
	if _, _, _, err := recipetest.TrySetUp(fmt.Sprintf(text, `"on_nan":"ignore",`), recipetest.Flowers(), 1); err == nil || !strings.Contains(err.Error(), "contradict") {
		t.Errorf("on_nan: ignore beside it: %v", err)
	}
}

// 29: a learning rate that follows a schedule is not set by others; a run with
// both is refused before it begins.
func TestSchedulesAreNotOverruled(t *testing.T) {
	for _, callback := range []string{`{"type":"reduce_lr_on_plateau","monitor":"loss"}`,
		`{"type":"learning_rate_scheduler","schedule":{"type":"cosine_decay","initial_learning_rate":1,"decay_steps":9}}`} {
		m, s, p := recipetest.SetUp(t, `{"data":{"target":"height"},"layers":[{"units":1}],"compile":{"loss":"mse","optimizer":{"type":"sgd",
			"learning_rate":{"type":"cosine_decay","initial_learning_rate":1,"decay_steps":9}}},"fit":{"callbacks":[`+callback+`]}}`, recipetest.Flowers(), 1)
		if _, err := train.Fit(context.Background(), m, train.Options{Config: s.Fit, Parts: p}); err == nil || !strings.Contains(err.Error(), "follows a schedule") {
			t.Errorf("%s: %v", callback, err)
		}
	}
}

// The scheduler overrules at the beginning of an epoch what a plateau did at the
// end of the last one, and does so too when a model is trained further.
func TestLearningRateSchedulerComesFirst(t *testing.T) {
	text := `{"data":{"target":"height"},"layers":[{"units":1}],"compile":{"loss":"mse","optimizer":{"type":"sgd","learning_rate":0.01}},
		"fit":{"epochs":3,"callbacks":[{"type":"learning_rate_scheduler","schedule":{"type":"piecewise_constant_decay","boundaries":[0,1,2,3],"values":[0.005,0.004,0.003,0.002,0.001]}},
			{"type":"reduce_lr_on_plateau","monitor":"loss","patience":0,"min_delta":100}]}}`
	m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
	recipetest.MustFit(t, m, s, p)
	recipetest.MustFit(t, m, s, p)
	if got, want := m.History.Column("learning_rate"), []float64{0.005, 0.004, 0.003, 0.002, 0.001, 0.001}; !slices.Equal(got, want) {
		t.Errorf("rates %v, want %v", got, want)
	}
}

// averaging is a run whose optimizer keeps an average, with the given callbacks.
func averaging(epochs int, callbacks string) string {
	return fmt.Sprintf(`{"data":{"target":"height","split":{"validation":0.2}},"layers":[{"units":4,"activation":"tanh"},{"units":1}],
		"compile":{"loss":"mse","optimizer":{"type":"adam","learning_rate":0.05,"use_ema":true,"ema_momentum":0.8}},
		"fit":{"epochs":%d,"batch_size":16,"callbacks":[%s]}}`, epochs, callbacks)
}

// 20: the model ends with the average, but training goes on from the trained
// weights: two runs of three epochs are one of six.
func TestAveragedRunsGoOn(t *testing.T) {
	m, s, p := recipetest.SetUp(t, averaging(3, ""), recipetest.Flowers(), 1)
	recipetest.MustFit(t, m, s, p)
	recipetest.MustFit(t, m, s, p)
	whole, s2, p2 := recipetest.SetUp(t, averaging(6, ""), recipetest.Flowers(), 1)
	recipetest.MustFit(t, whole, s2, p2)
	if !slices.Equal(m.Work.Params, whole.Work.Params) {
		t.Errorf("three and three epochs end in %v, six in %v", m.Work.Params, whole.Work.Params)
	}
}

// 19: the average is swapped in for validation and out again. So the training
// loss is as without the callback, and val_loss is that of a model that was given
// the average.
func TestSwapEMAWeights(t *testing.T) {
	plain, s, p := recipetest.SetUp(t, averaging(4, ""), recipetest.Flowers(), 1)
	recipetest.MustFit(t, plain, s, p)
	for _, fields := range []string{``, `,"swap_on_epoch":true`} {
		path := t.TempDir() + "/{epoch}.bin"
		swapped, s, p := recipetest.SetUp(t, averaging(4, `{"type":"swap_ema_weights"`+fields+`},{"type":"model_checkpoint","filepath":"`+path+`"}`), recipetest.Flowers(), 1)
		recipetest.MustFit(t, swapped, s, p)
		if !slices.Equal(plain.History.Column("loss"), swapped.History.Column("loss")) || !slices.Equal(plain.Work.Params, swapped.Work.Params) {
			t.Errorf("%q: the run itself is changed: %v, %v", fields, swapped.History.Column("loss"), plain.History.Column("loss"))
		}
		if slices.Equal(plain.History.Column("val_loss"), swapped.History.Column("val_loss")) {
			t.Errorf("%q: the average was not measured", fields)
		}
		back, err := model.Read(strings.Replace(path, "{epoch}", "3", 1), 1)
		if err != nil {
			t.Fatal(err)
		}
		defer back.Close()
		saved, logged := evaluate.Update(back, p.Validation, nil), swapped.History.Column("val_loss")[2]
		if onEpoch := fields != ""; (saved == logged) != onEpoch {
			t.Errorf("%q: the file of epoch 3 has the loss %v, the average had %v", fields, saved, logged)
		}
	}
	m, s, p := recipetest.SetUp(t, strings.Replace(averaging(1, `"swap_ema_weights"`), `"use_ema":true`, `"use_ema":false`, 1), recipetest.Flowers(), 1)
	if _, err := train.Fit(context.Background(), m, train.Options{Config: s.Fit, Parts: p}); err == nil || !strings.Contains(err.Error(), "no average") {
		t.Errorf("without use_ema: %v", err)
	}
}

// 18: a backup is for resuming, which ends in the same weights as a run without
// interruption; it is removed at the end, and a new run does not begin on it.
func TestBackupAndRestore(t *testing.T) {
	for _, more := range []string{"", `,{"type":"swap_ema_weights","swap_on_epoch":true},{"type":"early_stopping","patience":50}`} {
		dir := t.TempDir() + "/backup"
		text := averaging(6, `{"type":"backup_and_restore","backup_dir":"`+dir+`"}`+more)
		whole, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
		recipetest.MustFit(t, whole, s, p)
		if _, err := os.Stat(dir + "/latest.bin"); err == nil {
			t.Error("the backup of a run that ended is still there")
		}

		m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
		ctx, cancel := context.WithCancel(context.Background())
		interrupt := &train.Hooks{BatchEnd: func(r *train.Run) error {
			if r.Epoch() == 4 {
				cancel()
			}
			return nil
		}}
		if _, err := train.Fit(ctx, m, train.Options{Config: s.Fit, Parts: p, Observers: []*train.Hooks{interrupt}}); err != nil {
			t.Fatal(err)
		}
		fresh, s3, p3 := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
		if _, err := train.Fit(context.Background(), fresh, train.Options{Config: s3.Fit, Parts: p3}); err == nil || !strings.Contains(err.Error(), "did not end") {
			t.Errorf("a new run on the backup of another: %v", err)
		}
		back, err := model.Read(dir+"/latest.bin", 1)
		if err != nil {
			t.Fatal(err)
		}
		defer back.Close()
		if back.Run.Epoch != 3 {
			t.Errorf("the backup is of epoch %d, want 3", back.Run.Epoch)
		}
		_, s4, p4 := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
		if _, err := train.Fit(context.Background(), back, train.Options{Config: s4.Fit, Parts: p4, Resume: true}); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(back.Work.Params, whole.Work.Params) {
			t.Errorf("resumed, the run ends in %v, want %v", back.Work.Params, whole.Work.Params)
		}
	}
}

// With a learning rate of 0 nothing improves, so the callbacks' clocks run.
func TestCallbacksCount(t *testing.T) {
	text := `{"data":{"target":"height","split":{"validation":0.3}},"layers":[{"units":1}],
		"compile":{"optimizer":{"type":"sgd","learning_rate":0},"loss":"mse"},
		"fit":{"epochs":40,"callbacks":[{"type":"early_stopping","patience":5},{"type":"reduce_lr_on_plateau","patience":2,"factor":0.5,"monitor":"val_loss"}]}}`
	m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
	r := recipetest.MustFit(t, m, s, p)
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
		{`{"type":"early_stopping","monitor":"cohen_kappa"}`, "add cohen_kappa to `metrics`"},
		{`{"type":"early_stopping","monitor":"los"}`, `"los" is not measured`},
		{`{"type":"reduce_lr_on_plateau","monitor":"learning_rate"}`, `has no better direction`},
		{`{"type":"model_checkpoint","filepath":"x","save_best_only":true,"monitor":"val_acc"}`, `"val_acc" is not measured`},
		{`{"type":"model_checkpoint","filepath":"{val_los:.2f}.bin"}`, `"val_los" in the file's name`},
	} {
		text := `{"data":{"target":"height"},"layers":[{"units":1}],"compile":{"loss":"mse"},"fit":{"callbacks":[` + c.callback + `]}}`
		m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
		_, err := train.Fit(context.Background(), m, train.Options{Config: s.Fit, Parts: p})
		var all problem.Problems
		if err == nil || !strings.Contains(err.Error(), c.want) && !(errors.As(err, &all) && strings.Contains(all[0].Hint, c.want)) {
			t.Errorf("%s: got %v, want %q", c.callback, err, c.want)
		}
		if len(m.History.Epochs) != 0 {
			t.Errorf("%s: %d epochs were trained first", c.callback, len(m.History.Epochs))
		}
	}
}

// A log is cut back to the epoch before the one that is done anew; a line that a
// kill has torn goes too.
func TestCutLog(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"epoch,loss\n1,0.5\n2,0.4\n3,0.3\n", "epoch,loss\n1,0.5\n2,0.4\n"},
		{"epoch,loss\n1,0.5\n2,0.4\n", "epoch,loss\n1,0.5\n2,0.4\n"},
		{"epoch,loss\n1,0.5\n2,0.4\n3,0", "epoch,loss\n1,0.5\n2,0.4\n"},
		{"epoch,loss\n1,0.5\n2,0", "epoch,loss\n1,0.5\n"},
		{"{\"epoch\":2,\"loss\":1}\n{\"epoch\":3,\"loss\":1}\n", "{\"epoch\":2,\"loss\":1}\n"},
		{"epoch,loss\n", "epoch,loss\n"},
		{"epo", ""},
		{"", ""},
	} {
		if got := string(callback.CutLog([]byte(c.text), 3)); got != c.want {
			t.Errorf("%q is cut to %q, want %q", c.text, got, c.want)
		}
	}
}
