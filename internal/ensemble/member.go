package ensemble

import (
	"fmt"
	"slices"

	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/recipe"
	"mlp/internal/rng"
	"mlp/internal/spec"
	"mlp/internal/train"
)

// seed is that of a member: of its weights, its order of rows and its dropout. The
// first has the spec's own.
func (r *run) seed(number int) uint64 {
	if number == 1 {
		return r.m.Config.Seed
	}
	return rng.New(r.m.Config.Seed, "ensemble").At(uint64(number)).Uint64(0)
}

// left returns the training rows that member i does not train on.
func (r *run) left(i, fold int) (rows []int) {
	e, n := r.m.Config.Ensemble, r.Parts.Train.X.Rows
	switch e.Split {
	case model.ByFolds:
		for row, of := range r.m.Folds {
			if of == fold {
				rows = append(rows, row)
			}
		}
	case model.Holdout:
		order := make([]int, n)
		rng.New(r.m.Config.Seed, "holdout").At(uint64(i)).Perm(order)
		out := make([]bool, n)
		for _, row := range order[:min(n-1, max(1, int(float64(n)*e.Share)))] {
			out[row] = true
		}
		for row, is := range out {
			if is {
				rows = append(rows, row)
			}
		}
	}
	return rows
}

// parts are the rows that a member trains on, and those that watch it.
func (r *run) parts(s *slot) model.Parts {
	if s.rows == nil {
		return model.Parts{Train: r.Parts.Train, Validation: r.Parts.Validation}
	}
	out := make([]bool, r.Parts.Train.X.Rows)
	for _, row := range s.rows {
		out[row] = true
	}
	var rows []int
	for row, is := range out {
		if !is {
			rows = append(rows, row)
		}
	}
	return model.Parts{Train: r.Parts.Train.Select(rows), Validation: r.Parts.Train.Select(s.rows)}
}

// decode reads the spec of a member anew: layers, optimizer, metrics and callbacks are
// used up by a run. Without a callback that chooses an epoch, the best by the loss of
// the rows left out is kept.
func (r *run) decode(s *slot) (*recipe.Spec, error) {
	tree, err := model.VariantSpec(r.Tree, s.Set)
	if err != nil {
		return nil, err
	}
	one, err := recipe.Decode(tree)
	if err != nil {
		return nil, fmt.Errorf("variant %d: %w", s.Variant, err)
	}
	if watched := s.rows != nil || r.Parts.Validation != nil; watched && !chooses(one.Fit) {
		watch(tree)
		if one, err = recipe.Decode(tree); err != nil {
			return nil, fmt.Errorf("variant %d: %w", s.Variant, err)
		}
	}
	one.Model.Seed = r.seed(s.Number)
	return one, nil
}

// chooses reports whether a callback chooses an epoch.
func chooses(c train.Config) bool {
	return slices.ContainsFunc(c.Callbacks, func(h *train.Hooks) bool { return h.Name == "early_stopping" })
}

// watch adds the callback that does so.
func watch(tree *spec.Node) {
	stop := spec.NewMap()
	stop.Put("type", spec.NewString("early_stopping"))
	stop.Put("monitor", spec.NewString("val_loss"))
	stop.Put("patience", spec.NewNull()) // it only chooses
	stop.Put("ties", spec.NewString("last"))
	callbacks := tree.Get("fit").Get("callbacks")
	callbacks.Items = append(callbacks.Items, stop)
}

// options are those of a member's own run.
func (r *run) options(s *slot, one *recipe.Spec, control *train.Control) train.Options {
	o := train.Options{Config: one.Fit, Control: control, Resume: s.Round == r.m.Round && r.Resume}
	if o.Epochs = r.Epochs; o.Resume && s.Model != nil {
		o.Epochs = s.Run.Target
	}
	o.Callbacks, o.Held = nil, evaluate.HeldOut{} // which is the ensemble's
	for _, h := range one.Fit.Callbacks {
		if h.File == "" { // every member would write the same file
			o.Callbacks = append(o.Callbacks, h)
		}
	}
	o.Parts = r.parts(s)
	return o
}
