package train_test

import (
	"slices"
	"strings"
	"testing"

	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/train"
)

// Known pitfalls of Keras that mlp avoids, where no test of a part covers them.

// The order of the rows is another one in each epoch and for each seed; in
// Keras's development line it depends on the epoch alone and begins again in each fit.
func TestShuffleFollowsSeedAndEpoch(t *testing.T) {
	_, s, p := recipetest.SetUp(t, recipetest.Kinds["classes"], recipetest.Flowers(), 1)
	order := func(seed uint64, epoch uint64) []int {
		return train.Shuffled(p.Train, s.Fit.BatchSize, seed, epoch)
	}
	one := order(1, 1)
	for _, other := range [][]int{order(1, 2), order(2, 1)} {
		if slices.Equal(one, other) {
			t.Errorf("two orders are the same: %v", other)
		}
		sorted := slices.Sorted(slices.Values(other))
		for i, row := range sorted {
			if row != i {
				t.Fatalf("an order is not one of all rows: %v", sorted)
			}
		}
	}
	if !slices.Equal(one, order(1, 1)) {
		t.Error("the same seed and epoch give another order")
	}

	// Training on does not begin the orders again: two epochs and two are four.
	two, s2, p2 := recipetest.SetUp(t, strings.Replace(recipetest.Kinds["one-hot"], `"epochs":4`, `"epochs":2`, 1), recipetest.Flowers(), 1)
	recipetest.MustFit(t, two, s2, p2)
	recipetest.MustFit(t, two, s2, p2)
	four, s4, p4 := recipetest.SetUp(t, recipetest.Kinds["one-hot"], recipetest.Flowers(), 1)
	recipetest.MustFit(t, four, s4, p4)
	if !slices.Equal(two.Work.Params, four.Work.Params) {
		t.Error("two epochs and two more are not four")
	}
}

// The settings of a loss are saved with the model. In Keras up to 3.15.1
// Huber's delta was forgotten, and a loaded model went on with 1.
func TestLossSettingsAreSaved(t *testing.T) {
	build := func(loss string) (*model.Model, model.Parts) {
		m, s, p := recipetest.SetUp(t, `{"data":{"target":"height","scale_target":false},"layers":[{"units":3}, {"units":1}],"compile":{"loss":`+loss+`}}`, recipetest.Flowers(), 1)
		recipetest.MustFit(t, m, s, p)
		return m, p
	}
	m, p := build(`{"type":"huber","delta":0.25}`)
	path := t.TempDir() + "/m.bin"
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	back, err := model.Read(path, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	if got, want := evaluate.Update(back, p.Train, nil), evaluate.Update(m, p.Train, nil); got != want {
		t.Errorf("the loaded model's loss is %v, want %v", got, want)
	}
	plain, p := build(`"huber"`)
	copy(plain.Work.Params, m.Work.Params)
	if got, other := evaluate.Update(m, p.Train, nil), evaluate.Update(plain, p.Train, nil); got == other {
		t.Errorf("delta makes no difference: %v", got)
	}
}

// Class weights are for training. The rows keep their own weights, so what is
// measured on them later has Keras's scale, and a second run does not weigh twice.
func TestClassWeightsAreForTraining(t *testing.T) {
	text := strings.Replace(recipetest.Kinds["classes"], `"class_weight":"balanced"`,
		`"class_weight":[{"label":"rose","weight":5}]`, 1)
	m, s, p := recipetest.SetUp(t, strings.Replace(text, `"epochs":4`, `"epochs":2`, 1), recipetest.Flowers(), 1)
	recipetest.MustFit(t, m, s, p)
	if p.Train.Weight != nil {
		t.Errorf("the rows weigh %v after the run", p.Train.Weight[:3])
	}
	recipetest.MustFit(t, m, s, p)
	whole, s4, p4 := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
	recipetest.MustFit(t, whole, s4, p4)
	if !slices.Equal(m.Work.Params, whole.Work.Params) {
		t.Error("two epochs and two more are not four")
	}
}
