package train_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mlp/internal/model"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/train"
)

// What a frozen layer holds stays to the last bit under everything that moves weights:
// each optimizer, its decay and average, penalties, constraints and clipping. The other
// layers move as if it had none of these, for the norms of gradients leave it out.
func TestFrozenLayersStay(t *testing.T) {
	spec := func(optimizer, extra string, trainable bool) string {
		return fmt.Sprintf(`{"data":{"target":"kind"},"layers":[{"units":5,"activation":"relu","trainable":%v%s},"batch_normalization",{"units":3,"activation":"softmax"}],
			"compile":{"optimizer":{"type":%q,"learning_rate":0.01,"weight_decay":0.1,"global_clipnorm":0.5,"decay_all":true,"use_ema":true,"ema_momentum":0.5}},"fit":{"epochs":2,"batch_size":7}}`, trainable, extra, optimizer)
	}
	const extra = `,"kernel_regularizer":"l2","kernel_constraint":"unit_norm"`
	for _, optimizer := range []string{"sgd", "adamw", "muon", "lamb", "adafactor", "schedule_free_adamw", "ftrl", "lion"} {
		m, s, p := recipetest.SetUp(t, spec(optimizer, extra, false), recipetest.Flowers(), 1)
		before := numbers(m, "dense/")
		recipetest.MustFit(t, m, s, p)
		if !slices.Equal(numbers(m, "dense/"), before) {
			t.Errorf("%s moves a frozen layer", optimizer)
		}
		bare, s, p := recipetest.SetUp(t, spec(optimizer, "", false), recipetest.Flowers(), 1)
		recipetest.MustFit(t, bare, s, p)
		if !slices.Equal(numbers(m, "dense_1/"), numbers(bare, "dense_1/")) || m.History.Column("loss")[1] != bare.History.Column("loss")[1] {
			t.Errorf("%s: what a frozen layer is penalised for reaches the others", optimizer)
		}
		free, s, p := recipetest.SetUp(t, spec(optimizer, "", true), recipetest.Flowers(), 1)
		recipetest.MustFit(t, free, s, p)
		if slices.Equal(numbers(free, "dense/"), before) {
			t.Errorf("%s: a layer that is not frozen stays too; nothing is tested", optimizer)
		}
	}
}

// numbers are the weights whose names begin so.
func numbers(m *model.Model, prefix string) (all []float32) {
	for _, p := range m.Net.Params {
		if strings.HasPrefix(p.Name, prefix) {
			all = append(all, m.Work.Params[p.Off:p.Off+p.Len()]...)
		}
	}
	return all
}

// Freezing a layer of a fitted model changes none of its weights or answers, and keeps
// the optimizer's state of what still moves: the first step of the rest is that of the
// model in which all move. The model can be saved, read, resumed.
func TestFreezingAFittedModel(t *testing.T) {
	spec := func(trainable bool) string {
		return fmt.Sprintf(`{"data":{"target":"kind"},"layers":[{"units":5,"activation":"relu","trainable":%v},{"units":4,"activation":"tanh"},{"units":3,"activation":"softmax"}],
			"compile":{"optimizer":{"type":"adam","learning_rate":0.01}},"fit":{"epochs":3,"batch_size":60}}`, trainable)
	}
	fitted := func() *model.Model {
		m, s, p := recipetest.SetUp(t, spec(true), recipetest.Flowers(), 1)
		recipetest.MustFit(t, m, s, p)
		return m
	}
	change := func(m *model.Model, trainable bool) string {
		_, s, _ := recipetest.SetUp(t, spec(trainable), recipetest.Flowers(), 1)
		tree := m.Spec.Clone()
		tree.Put("layers", s.Tree.Get("layers"))
		note, err := m.ChangeSpec(s.Model, tree)
		if err != nil {
			t.Fatal(err)
		}
		return note
	}
	m, all := fitted(), fitted()
	before := map[string][]float32{}
	for _, layer := range []string{"dense/", "dense_1/", "dense_2/"} {
		before[layer] = numbers(m, layer)
	}
	if note := change(m, false); !strings.Contains(note, "39 of 74 weights are trained; the optimizer goes on") {
		t.Errorf("note %q", note)
	}
	for layer, want := range before {
		if !slices.Equal(numbers(m, layer), want) {
			t.Errorf("freezing changes %s", layer)
		}
	}
	if m.Optimizer.Iterations() != 3 || m.Stage != model.Fitted {
		t.Errorf("%d iterations, stage %s", m.Optimizer.Iterations(), m.Stage)
	}
	path := t.TempDir() + "/frozen.bin"
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	back, err := model.Read(path, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	if !bytes.Equal(recipetest.Written(t, back), recipetest.Written(t, m)) {
		t.Error("reading and writing changes the file")
	}
	_, s, p := recipetest.SetUp(t, spec(false), recipetest.Flowers(), 1)
	for _, m := range []*model.Model{back, all} {
		o := train.Options{Config: s.Fit, Parts: p}
		o.Epochs = 1
		if _, err := train.Fit(context.Background(), m, o); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(numbers(back, "dense/"), before["dense/"]) {
		t.Error("the frozen layer has moved")
	}
	for _, layer := range []string{"dense_1/", "dense_2/"} { // whose gradients do not depend on what else moves
		if got := numbers(back, layer); !slices.Equal(got, numbers(all, layer)) || slices.Equal(got, before[layer]) {
			t.Errorf("%s has not moved as with all its state", layer)
		}
	}
	if note := change(back, true); !strings.Contains(note, "74 of 74 weights are trained; the optimizer starts anew: it knows nothing of dense/kernel") {
		t.Errorf("note %q", note)
	}
	if back.Optimizer.Iterations() != 0 || !slices.Equal(numbers(back, "dense/"), before["dense/"]) {
		t.Errorf("%d iterations", back.Optimizer.Iterations())
	}
	recipetest.MustFit(t, back, s, p)
	if slices.Equal(numbers(back, "dense/"), before["dense/"]) {
		t.Error("the layer is still frozen")
	}
}
