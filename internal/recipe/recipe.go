// Package recipe reads a whole spec: a tree of values goes in, and the settings of
// the model, of the run and of its evaluation come out, with every default written
// out.
package recipe

import (
	"mlp/internal/callback"
	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/search"
	"mlp/internal/spec"
	"mlp/internal/train"
)

// A Spec is a whole spec, decoded.
type Spec struct {
	Model    model.Config
	Fit      train.Config
	Evaluate evaluate.Config
	Tune     *search.Config
	Tree     *spec.Node // resolved: every default is written out
}

// Decode reads a spec. The error lists every problem in it.
func Decode(tree *spec.Node) (*Spec, error) {
	var s Spec
	tree, twice := placed(tree)
	resolved, problems := spec.Decode(tree, s.read)
	s.Tree = resolved
	return &s, append(twice, problems...).Err()
}

// Describe documents every field of a spec.
func Describe() []spec.FieldDoc { return spec.Describe(new(Spec).read) }

// Writes visits the parameters by which callbacks name the files they write, with
// their paths in the spec.
func (s *Spec) Writes(visit func(path string, n *spec.Node)) {
	callbacks := s.Tree.Get("fit").Get("callbacks")
	for i, h := range s.Fit.Callbacks {
		if n := callbacks.Items[i].Get(h.File); n != nil && n.Text != "" {
			visit(h.Path+"."+h.File, n)
		}
	}
}

func (s *Spec) read(f *spec.Fields) {
	s.Model = model.Decode(f)
	f.Section("fit", "fit: how long, in what steps, and what happens on the way", func(f *spec.Fields) { s.Fit = decodeFit(f) })
	f.Section("evaluate", "evaluate: what is measured at the end, and what is required", func(f *spec.Fields) {
		s.Evaluate = evaluate.Decode(f)
	})
	s.Tune = search.Decode(f)
}

func decodeFit(f *spec.Fields) train.Config {
	f.Moot("verbose", "how much is told is no setting of a model")
	f.Moot("initial_epoch", "epochs count on from those that the model has had", "0")
	f.Moot("steps_per_epoch", "an epoch has every training row once, `batch_size` of them a step", "null")
	f.Moot("validation_steps", "every validation row is measured", "null")
	f.Moot("validation_batch_size", "validation rows are measured in batches of batch_size where that matters")
	for _, name := range []string{"workers", "use_multiprocessing", "max_queue_size"} {
		f.Moot(name, "the table is in memory")
	}
	f.Instead("write `validation: FILE` under data, or `split: {validation: 0.2}`", "validation_data")
	f.Instead("write `weight: COLUMN` under data", "sample_weight")
	f.Instead("write `path: FILE` and `target: COLUMN` under data", "x", "y")
	f.Alias("epochs", "nb_epoch")
	c := train.Config{
		Epochs:         f.Int("epochs", 1, "passes over the training rows", spec.AtLeast(1)),
		BatchSize:      f.Int("batch_size", 32, "rows a step; the last batch of an epoch may be shorter", spec.AtLeast(1)),
		Shuffle:        f.Bool("shuffle", true, "whether each epoch has a new order of rows"),
		DropRemainder:  f.Bool("drop_remainder", false, "leaves out the rows of an epoch that do not fill a batch; fewer rows than a batch are one batch all the same"),
		ValidationFreq: f.Int("validation_freq", 1, "validate after every so many epochs", spec.AtLeast(1)),
		ClassWeight:    f.Raw("class_weight", "balanced, or a list of {label, weight}: what the loss of a class is multiplied by"),
		OnNaN:          f.Enum("on_nan", train.StopOnNaN, "what to do when the loss is not a number any more; reduce_lr: back to the last whole epoch, on with a tenth of the learning rate, three times at most", train.StopOnNaN, train.IgnoreNaN, train.ReduceLR),
	}
	c.Held = evaluate.DecodeHeldOut(f)
	f.Unsaid("drop_remainder")
	for _, cb := range spec.Many(f, "callbacks", callback.Callbacks, nil, "what watches the run and may end it") {
		if cb.Value != nil {
			cb.Value.Path, cb.Value.Pos = cb.Path, cb.Pos
			c.Callbacks = append(c.Callbacks, cb.Value)
			if cb.Value.HaltsOnNaN && c.OnNaN == train.IgnoreNaN {
				f.Problem("on_nan", "drop one of the two", "on_nan: ignore and the callback %s contradict each other", cb.Value.Name)
			}
		}
	}
	return c
}
