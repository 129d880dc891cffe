package train_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mlp/internal/model"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/train"
)

// fast is a run that diverges at once or after a few epochs, depending on the
// learning rate: SGD on numbers as they are.
const fast = `{"data":{"target":"height","scale_target":false,"numeric":{"scale":"none"}%s},"layers":[{"units":8},{"units":1}],
	"compile":{"optimizer":%s,"loss":"mse"},"fit":{"epochs":12,"batch_size":4,"on_nan":"reduce_lr"%s}}`

// notes collects what a run says when it goes back.
func notes(all *[]string) *train.Hooks {
	return &train.Hooks{Retry: func(r *train.Run) error { *all = append(*all, r.TakeNotes()...); return nil }}
}

// A run that begins too fast ends in the weights of one that began with the rate
// that did not diverge, to the bit.
func TestReduceLRIsASlowerRun(t *testing.T) {
	m, s, p := recipetest.SetUp(t, fmt.Sprintf(fast, "", `{"type":"sgd","learning_rate":50}`, ""), recipetest.Flowers(), 1)
	var said []string
	result, err := train.Fit(context.Background(), m, train.Options{Config: s.Fit, Parts: p, Observers: []*train.Hooks{notes(&said)}})
	if err != nil || result.Epochs != 12 || len(m.History.Epochs) != 12 {
		t.Fatalf("%+v, %v", result, err)
	}
	if m.Run.Slowed != 3 || len(said) != 3 {
		t.Fatalf("slowed %d times, said %q", m.Run.Slowed, said)
	}
	for i, want := range []string{"tenth of the learning rate, 5 (1 of 3)", "tenth of the learning rate, 0.5 (2 of 3)", "tenth of the learning rate, 0.05 (3 of 3)"} {
		if !strings.Contains(said[i], want) || !strings.HasPrefix(said[i], "epoch 1, batch ") || !strings.Contains(said[i], "back to the start") {
			t.Errorf("note %d is %q", i+1, said[i])
		}
	}
	slow, s, p := recipetest.SetUp(t, fmt.Sprintf(fast, "", `{"type":"sgd","learning_rate":0.05}`, ""), recipetest.Flowers(), 1)
	recipetest.MustFit(t, slow, s, p)
	if slow.Run.Slowed != 0 {
		t.Fatal("the slow run diverges too; nothing is tested")
	}
	if !slices.Equal(m.Work.Params, slow.Work.Params) {
		t.Error("the weights are not those of a run that began with a rate of 0.05")
	}
	if a, b := fmt.Sprint(m.History), fmt.Sprint(slow.History); a != b {
		t.Errorf("the history is not that of a run that began so:\n%s\n%s", a, b)
	}
}

// After three times the run ends, at its last good epoch.
func TestReduceLREnds(t *testing.T) {
	m, s, p := recipetest.SetUp(t, fmt.Sprintf(fast, "", `{"type":"sgd","learning_rate":1e9}`, `,"callbacks":["terminate_on_nan"]`), recipetest.Flowers(), 1)
	before := slices.Clone(m.Work.Params)
	var said []string
	_, err := train.Fit(context.Background(), m, train.Options{Config: s.Fit, Parts: p, Observers: []*train.Hooks{notes(&said)}})
	var d *train.Diverged
	if !errors.As(err, &d) || d.Retries != 3 || len(said) != 3 || !strings.Contains(err.Error(), "cut to a tenth 3 times") {
		t.Fatalf("got %v after %q", err, said)
	}
	if !slices.Equal(m.Work.Params, before) {
		t.Error("the weights are not those of the last good epoch, which is the start")
	}
}

// brakes are ways in which the learning rate of a run that goes back is ruled; each
// diverges in the middle of the run and ends well.
var brakes = map[string]string{
	"a schedule of steps": fmt.Sprintf(fast, "", `{"type":"sgd","learning_rate":{"type":"piecewise_constant_decay","boundaries":[60],"values":[0.01,6]}}`, ""),
	"a schedule of epochs": fmt.Sprintf(fast, "", `{"type":"sgd"}`,
		`,"callbacks":[{"type":"learning_rate_scheduler","schedule":{"type":"piecewise_constant_decay","boundaries":[3],"values":[0.01,6]}}]`),
	"a plateau": fmt.Sprintf(fast, `,"split":{"validation":0.2}`, `{"type":"sgd","learning_rate":0.9}`,
		`,"callbacks":[{"type":"reduce_lr_on_plateau","monitor":"val_loss","patience":1,"factor":0.5},{"type":"early_stopping","patience":9}]`),
	"momentum": fmt.Sprintf(fast, "", `{"type":"sgd","learning_rate":0.5,"momentum":0.9,"use_ema":true}`, ""),
}

// A run that went back, stopped after any epoch and resumed, ends in the bytes of
// the run that nobody stopped.
func TestReduceLRResumes(t *testing.T) {
	for name, text := range brakes {
		t.Run(name, func(t *testing.T) {
			m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
			var said []string
			saved := map[int]string{}
			dir := t.TempDir()
			each := &train.Hooks{State: func(r *train.Run) error {
				saved[r.Epoch()] = fmt.Sprintf("%s/%d.bin", dir, r.Epoch())
				return m.Save(saved[r.Epoch()])
			}}
			if _, err := train.Fit(context.Background(), m, train.Options{Config: s.Fit, Parts: p, Observers: []*train.Hooks{notes(&said), each}}); err != nil {
				t.Fatal(err)
			}
			if len(said) == 0 {
				t.Fatal("the run does not diverge; nothing is tested")
			}
			t.Logf("%q", said)
			want := recipetest.Written(t, m)
			for epoch, path := range saved {
				if epoch == m.Run.Epoch {
					continue
				}
				back, err := model.Read(path, 1)
				if err != nil {
					t.Fatal(err)
				}
				_, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
				if _, err := train.Fit(context.Background(), back, train.Options{Config: s.Fit, Parts: p, Resume: true}); err != nil {
					t.Errorf("resumed after epoch %d: %v", epoch, err)
				} else if !bytes.Equal(recipetest.Written(t, back), want) {
					t.Errorf("resumed after epoch %d, the run ends in other bytes", epoch)
				}
				back.Close()
			}
		})
	}
}

// So does one that was stopped after any batch, also of an epoch that was begun
// anew or is going to diverge.
func TestReduceLRResumesWithinAnEpoch(t *testing.T) {
	for name, text := range brakes {
		t.Run(name, func(t *testing.T) {
			m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
			steps := 0
			count := &train.Hooks{BatchEnd: func(*train.Run) error { steps++; return nil }}
			if _, err := train.Fit(context.Background(), m, train.Options{Config: s.Fit, Parts: p, Observers: []*train.Hooks{count}}); err != nil {
				t.Fatal(err)
			}
			want := recipetest.Written(t, m)
			path := t.TempDir() + "/half.bin"
			tested := 0
			for stop := 1; stop < steps; stop += 5 {
				m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
				ctx, cancel := context.WithCancel(context.Background())
				n := 0
				halt := &train.Hooks{BatchEnd: func(*train.Run) error {
					if n++; n == stop {
						cancel()
					}
					return nil
				}}
				result, err := train.Fit(ctx, m, train.Options{Config: s.Fit, Parts: p, Observers: []*train.Hooks{halt}})
				cancel()
				if err != nil {
					t.Fatalf("stopped after %d steps: %v", stop, err)
				}
				if !result.Interrupted || m.Stage != model.Fitted {
					continue // nothing is learned yet, or the run was over
				}
				if err := m.Save(path); err != nil {
					t.Fatal(err)
				}
				back, err := model.Read(path, 1)
				if err != nil {
					t.Fatalf("stopped after %d steps: %v", stop, err)
				}
				_, s, p = recipetest.SetUp(t, text, recipetest.Flowers(), 1)
				if _, err := train.Fit(context.Background(), back, train.Options{Config: s.Fit, Parts: p, Resume: true}); err != nil {
					t.Errorf("stopped after %d steps: %v", stop, err)
				} else if tested++; !bytes.Equal(recipetest.Written(t, back), want) {
					t.Errorf("stopped after %d of %d steps, in epoch %d, the run ends in other bytes", stop, steps, m.Run.Epoch+1)
				}
				back.Close()
			}
			if tested < steps/8 {
				t.Errorf("only %d of %d stops are tested", tested, steps/5)
			}
		})
	}
}
