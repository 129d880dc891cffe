package model

import (
	"fmt"

	"mlp/internal/nn"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// An Ensemble is the section of that name: several networks, trained apart and
// averaged.
type Ensemble struct {
	Members int
	Folds   int    // of the training rows; 0 unless Split is ByFolds
	Split   string // which rows a member does not train on
	Share   float64
	Average string
	Select  string
	Vary    []Vary
}

// What ensemble.split, average and select may say.
const (
	ByFolds, Same, Holdout  = "folds", "same", "holdout"
	Probability, Logit      = "probability", "logit"
	SelectAll, SelectGreedy = "all", "greedy"
)

// A Vary is a value of the spec in which the members differ.
type Vary struct {
	Path    string
	Range   []float64    // low and high of a draw; nil where there are choices
	Log     bool         // the logarithm is drawn evenly
	Whole   bool         // the draw is rounded
	Choices []*spec.Node // taken in turn
	Pos     problem.Pos
}

// Variants returns how many specs the members have between them.
func (e *Ensemble) Variants() int {
	if e.Split == ByFolds {
		return e.Members / e.Folds
	}
	return e.Members
}

// Place returns the variant, from 0, and the fold, from 0, of member i; of members
// without folds the fold is −1.
func (e *Ensemble) Place(i int) (variant, fold int) {
	if e.Split == ByFolds {
		return i / e.Folds, i % e.Folds
	}
	return i, -1
}

// A Shared is the same section where the members share a network.
type Shared struct {
	nn.Members
	Average string
}

// What ensemble.type may say.
const independent, batch, mini = "independent", "batch", "mini"

// decodeEnsemble reads the section; what the spec does not have is nil.
func decodeEnsemble(f *spec.Fields) (apart *Ensemble, together *Shared) {
	if !f.Optional("ensemble", "ensemble: several networks, trained apart or as one, and averaged", func(f *spec.Fields) {
		e, s := &Ensemble{}, &Shared{}
		kind := f.Enum("type", independent, "whether the members are networks of their own, or share the weights of one but for factors of the inputs and outputs of each dense layer (batch: Wen et al. 2020, TabM, arXiv:2410.24210) or of the first one's inputs only (mini), and the last layer",
			independent, batch, mini)
		f.Unsaid("type")
		s.Mini = kind == mini
		e.Members = f.Int("members", map[bool]int{true: 8, false: 32}[kind == independent], "how many networks; a multiple of the folds; 32 where they share weights", spec.AtLeast(1), spec.AtMost(4096))
		e.read(f)
		s.Count, s.Average = e.Members, e.Average
		s.Apart = !f.Bool("share_batches", true, "of members that share weights, whether all are trained on the same rows in a step; false: each has an order of its own")
		s.Start = f.Enum("scaling_initializer", "auto", "how the factors of the inputs start there, one for all inputs that are made of one column; auto: standard_normal behind numbers that are embedded, else random_signs", "auto", "random_signs", "standard_normal", "ones")
		f.Unsaid("share_batches", "scaling_initializer")
		if kind == independent {
			apart = e
			refuse(f, "write `type: batch` or `type: mini`", "members with weights of their own", "share_batches", "scaling_initializer")
			e.check(f)
		} else {
			together = s
			refuse(f, "drop it, or write `type: independent`", "members that share a network", "folds", "split", "share", "select", "vary")
			f.Unsaid("folds", "split", "share", "select", "vary")
		}
	}) {
		return nil, nil
	}
	return apart, together
}

// refuse complains of fields that are for another type.
func refuse(f *spec.Fields, hint, what string, names ...string) {
	for _, name := range names {
		if f.Has(name) {
			f.Problem(name, hint, "%q is not for %s", name, what)
		}
	}
}

func (e *Ensemble) read(f *spec.Fields) {
	e.Folds = f.OptInt("folds", "how many parts the training rows are dealt into; a member leaves one out, and is watched and judged on it; null: as many as members", spec.AtLeast(2))
	e.Split = f.Enum("split", ByFolds, "which training rows a member leaves out: one fold; none (same: the members differ by their seed, and the spec's own validation rows watch all of them); a random share of its own (holdout)", ByFolds, Same, Holdout)
	e.Share = f.Float("share", 0.2, "of the training rows that a member leaves out under split: holdout", spec.In(0, 1))
	e.Average = f.Enum("average", Probability, "what is averaged: probabilities, or what they are computed from; of numbers always the values", Probability, Logit)
	e.Select = f.Enum("select", SelectAll, "greedy: variants are weighed by what their out-of-fold answers are worth together, and those without weight are dropped", SelectAll, SelectGreedy)
	e.Vary = spec.Each(f, "vary", "values in which the members differ: those of the first variant, which is the spec itself, and of each further one", readVary)
}

// check settles the folds.
func (e *Ensemble) check(f *spec.Fields) {
	switch {
	case e.Split != ByFolds && e.Folds > 0:
		f.Problem("folds", "drop it, or write `split: folds`", "there are no folds under split: %s", e.Split)
	case e.Split != ByFolds && e.Select == SelectGreedy:
		f.Problem("select", "write `split: folds`", "members are chosen by their out-of-fold answers, and under split: %s not every row has one of each", e.Split)
	case e.Split != ByFolds:
	case e.Folds == 0 && e.Members < 2:
		f.Problem("members", "use at least 2, or `split: same`", "one member cannot leave a fold out and have the others trained on")
		e.Members, e.Folds = 2, 2
	case e.Folds == 0:
		e.Folds = e.Members
	case e.Members%e.Folds != 0:
		f.Problem("members", fmt.Sprintf("use %d or %d", max(1, e.Members/e.Folds)*e.Folds, (e.Members/e.Folds+1)*e.Folds), "%d members cannot fill %d folds alike", e.Members, e.Folds)
		e.Members = e.Folds
	}
	if e.Split == ByFolds && len(e.Vary) > 0 && e.Variants() < 2 {
		f.Problem("vary", fmt.Sprintf("use `members: %d` for two variants", 2*e.Folds), "all %d members are of the first variant, which is the spec itself", e.Members)
	}
}

func readVary(f *spec.Fields) Vary {
	v := Vary{Path: f.String("path", "", "of the value in the spec, such as compile.optimizer.weight_decay or layers"), Pos: f.Pos()}
	v.Range = f.Floats("range", nil, "the lowest and the highest value of a draw")
	v.Log = f.Enum("scale", "linear", "log: the logarithm of the value is drawn evenly", "linear", "log") == "log"
	v.Whole = f.Bool("whole", false, "whether the draw is rounded to a whole number")
	if n := f.Raw("choices", "a list of values, which are taken in turn, whole layers too"); n != nil {
		if v.Choices = n.Items; n.Kind != spec.List || len(n.Items) == 0 {
			f.Problem("choices", "write a list, such as [0, 0.1]", "%s is not a list of values", n.Kind)
		}
	}
	section := spec.SplitPath(v.Path)[0]
	switch {
	case v.Path == "":
		f.Problem("path", "write, for example, `path: compile.optimizer.weight_decay`", "%q is missing", "path")
	case section != "layers" && section != "compile" && section != "fit":
		f.Problem("path", "name a value of layers, compile or fit", "%q is the same for all members", v.Path)
	case (v.Range == nil) == (v.Choices == nil):
		f.Problem("range", "write `range: [0.01, 0.1]` or `choices: [0, 0.1]`", "one of range and choices is needed")
	case v.Range != nil && (len(v.Range) != 2 || v.Range[0] > v.Range[1]):
		f.Problem("range", "write the lower one first: [0.01, 0.1]", "a range is two numbers")
	case v.Range != nil && v.Log && v.Range[0] <= 0:
		f.Problem("range", "use `scale: linear`, or a lower end above 0", "%g has no logarithm", v.Range[0])
	}
	return v
}
