package train_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"mlp/internal/model"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/train"
)

// A traced step is the one that fit makes on the row alone: from fresh weights, and from
// the state that an optimizer is in after a run.
func TestTraceStepIsAStep(t *testing.T) {
	for name, spec := range recipetest.Kinds {
		spec = strings.ReplaceAll(spec, `,"class_weight":"balanced"`, "") // of one row it would be another weight
		for _, trained := range []bool{false, true} {
			prepared := func() (*model.Model, model.Parts, train.Options) {
				m, s, p := recipetest.SetUp(t, spec, recipetest.Flowers(), 1)
				if trained {
					recipetest.MustFit(t, m, s, p)
				}
				o := train.Options{Config: s.Fit, Evaluate: s.Evaluate, Parts: model.Parts{Train: p.Train.Select([]int{5})}}
				o.Epochs, o.BatchSize, o.Shuffle = 1, 1, false
				return m, p, o
			}
			m, _, o := prepared()
			if m.Net.Members > 1 {
				continue // a step of theirs is not traced
			}
			if _, err := train.Fit(context.Background(), m, o); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			traced, p, _ := prepared()
			s := train.TraceStep(traced, p.Train.Select([]int{5, 6}))
			if !slices.Equal(traced.Work.Params, m.Work.Params) {
				t.Errorf("%s, trained %v: the weights are others than fit makes", name, trained)
			}
			moved := false
			for _, q := range s.Params {
				for i, v := range q.New {
					moved = moved || v != q.Before[i]
				}
				if q.Gradient != nil && len(q.Gradient) != len(q.New) {
					t.Errorf("%s: %d gradients of %d weights of %s", name, len(q.Gradient), len(q.New), q.Name)
				}
			}
			if !moved || s.Loss <= 0 || s.Step != m.Optimizer.Iterations() {
				t.Errorf("%s: step %d, loss %v, moved %v", name, s.Step, s.Loss, moved)
			}
		}
	}
}
