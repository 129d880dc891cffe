// Package crossval trains a spec once a fold, each time on the rows of the other
// folds, and measures the model on the rows held out: in go a spec and a table, out
// come the folds, the means of what was measured, and the evaluation of the
// out-of-fold rows together.
package crossval

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"mlp/internal/data/schema"
	"mlp/internal/data/split"
	"mlp/internal/data/table"
	"mlp/internal/ensemble"
	"mlp/internal/evaluate"
	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/parallel"
	"mlp/internal/problem"
	"mlp/internal/recipe"
	"mlp/internal/rng"
	"mlp/internal/task"
	"mlp/internal/tensor"
	"mlp/internal/train"
)

// Options is what cross-validation is given besides the spec.
type Options struct {
	split.FoldConfig
	Group    string          // the column whose rows stay together; "" for none. It fills Groups
	Repeats  int             // how often all rows are dealt out anew
	AllRows  bool            // hold out the test rows of the spec too; else they stay unseen
	Threads  int             // folds that are trained at a time, each on one thread; 0: one a core
	Gates    []evaluate.Gate // beside those of the spec; of the means, or of the pooled bounds
	Note     func(text string)
	Warn     func(text string) // of what is wrong with the table; where there is Note, too
	Progress func(epochs int)  // called with epochs done or dropped, from several goroutines
}

// A Result is what cross-validation says of a spec. It does not depend on Threads.
type Result struct {
	By      string // how the rows were dealt out, one of data.FoldKinds
	Repeats int
	Folds   []Fold // repeat by repeat
	Scores  []Score
	Pooled  *evaluate.Result // of the out-of-fold rows
	Schema  *schema.Schema
	Meaning task.Meaning   // of the outputs
	Outputs metric.Outputs // what metrics of them are prepared for
	SHA256  string         // of the table
	Gates   []evaluate.GateResult
	Failed  []string // why gates failed, one line each
	lines   []int    // of the rows
	held    []int    // which rows are held out once a repeat, in file order
}

// A Fold is one training on all folds but one, judged on that one.
type Fold struct {
	Repeat, Fold      int // from 1
	Train, Validation int // rows
	Epochs            int // done
	*evaluate.Result

	rows   []int // held out, in file order
	pred   tensor.Mat
	shown  tensor.Mat       // the answers, as metrics that decide see them
	at     metric.Threshold // by which the answers for the held-out rows are decided
	unset  error            // why the rule has chosen none
	truth  tensor.Mat
	weight []float32 // nil: 1 each
}

// Run trains the spec once a fold and repeat, from the fold's own
// weights, with the preprocessing fitted to the fold's own training rows, and
// measures each on the rows held out.
func Run(ctx context.Context, s *recipe.Spec, src model.Sources, o Options) (*Result, error) {
	v, err := newCrossing(s, src, o)
	if err != nil {
		return nil, err
	}
	defer v.close()
	workers := o.Threads
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	if err := parallel.Do(ctx, len(v.parts), workers, v.run); err != nil {
		return nil, err
	}
	return v.summarize(ctx)
}

// A crossing is a cross-validation under way.
type crossing struct {
	spec   *recipe.Spec
	src    model.Sources
	o      Options
	gates  []evaluate.Gate
	table  *table.Table
	schema *schema.Schema
	parts  []split.Rows // repeat by repeat
	folds  []Fold
	held   []int        // the rows that are held out once a repeat, in file order
	first  *model.Model // of the first fold: what does not differ between folds is asked of it
}

// newCrossing reads the table and deals out its rows.
func newCrossing(s *recipe.Spec, src model.Sources, o Options) (*crossing, error) {
	if o.Repeats < 1 || o.Repeats > maxRepeats {
		return nil, problem.InOption("repeats", "1 deals the rows out once", "%d is not between 1 and %d", o.Repeats, maxRepeats)
	}
	v := &crossing{spec: s, src: src, o: o, gates: append(append([]evaluate.Gate{}, s.Evaluate.Require...), o.Gates...)}
	var err error
	c := s.Model.Data
	if v.table, err = schema.Read(*src.Train, c); err != nil {
		return nil, err
	}
	if v.schema, err = schema.Infer(v.table, c, model.TaskOf(s.Model.Compile.Loss)); err != nil {
		return nil, err
	}
	if err := v.dealAsSpec(c); err != nil {
		return nil, err
	}
	if v.o.By == split.Forward && o.Repeats > 1 {
		return nil, problem.InOption("repeats", "leave it out", "rows in the order of time are cut in one way only")
	}
	if err := v.keepTest(c); err != nil {
		return nil, err
	}
	v.o.Folds = v.o.For(v.dealt())
	if src.Validation != nil {
		c.Split.Validation = 0 // as in fit, the file is taken
	}
	for repeat := range o.Repeats {
		parts, err := split.Folds(v.table, v.schema, c, v.o.FoldConfig, s.Model.Seed, uint64(repeat))
		if err != nil {
			return nil, err
		}
		v.parts = append(v.parts, parts...)
	}
	for _, p := range v.parts[:v.o.Folds] {
		v.held = append(v.held, p.Test...)
	}
	slices.Sort(v.held)
	v.folds = make([]Fold, len(v.parts))
	v.src.Test = nil
	v.noteDifferences()
	return v, nil
}

// maxRepeats bounds the work; more repeats narrow no interval.
const maxRepeats = 1000

// noteDifferences notes what of the spec is not done in cross-validation.
func (v *crossing) noteDifferences() {
	if v.o.Note == nil {
		return
	}
	v.schema.Tell(v.o.Note, v.o.Warn)
	c := v.spec.Model.Data
	switch {
	case c.Test != "":
		v.o.Note(fmt.Sprintf("the test rows of %s are left unseen", c.Test))
	case v.o.Rows != nil:
		v.o.Note(fmt.Sprintf("the spec's %s are left unseen; %d are dealt out", problem.Count(v.table.Rows-len(v.o.Rows), "test row"), len(v.o.Rows)))
	case c.Split.Test > 0:
		v.o.Note("the test rows of the spec are held out in their turn, as every row")
	}
	if n := v.table.Dropped; n > 0 {
		v.o.Note(fmt.Sprintf("%s without a target left out", problem.Count(n, "row")))
	}
	if v.o.By == split.Forward {
		v.o.Note(fmt.Sprintf("rows are taken in their order: each fold is trained on the rows before it, the first %d on nothing but themselves", v.dealt()-len(v.held)))
	}
	for _, h := range v.spec.Fit.Callbacks {
		if h.Writes {
			v.o.Note(fmt.Sprintf("%s: the %s is left out, for every fold would write the same file", h.Path, strings.ReplaceAll(h.Name, "_", " ")))
		}
	}
	for _, note := range v.o.RareLabels(v.table, v.schema) {
		v.o.Note(note)
	}
	for _, column := range v.schema.Columns {
		if column.Role == schema.Feature && column.Name == v.o.Group && v.o.Group != "" {
			v.o.Note(fmt.Sprintf("column %q is an input too, though the network knows none of the groups held out; `ignore` leaves it out", column.Name))
		}
	}
}

func (v *crossing) close() {
	if v.first != nil {
		v.first.Close()
	}
}

// seed is that of a fold: of its weights, its order of rows and its dropout.
func (v *crossing) seed(repeat, fold int) uint64 {
	return rng.New(v.spec.Model.Seed, "cv").At(uint64(repeat)).At(uint64(fold)).Uint64(0)
}

// run trains and measures fold i.
func (v *crossing) run(ctx context.Context, i int) error {
	repeat, fold := i/v.o.Folds, i%v.o.Folds
	s, err := recipe.Decode(v.spec.Tree) // layers, optimizer, metrics and callbacks are used up by a run
	if err != nil {
		return err
	}
	s.Model.Seed = v.seed(repeat, fold)
	m, sets, err := model.BuildOn(s.Model, s.Tree, v.table, v.schema, v.parts[i], v.src, 1)
	if err != nil {
		return err
	}
	if i == 0 {
		v.first = m
	} else {
		defer m.Close()
	}
	f := Fold{Repeat: repeat + 1, Fold: fold + 1, rows: v.parts[i].Test}
	if err := v.train(ctx, m, s, sets, &f); err != nil {
		return fmt.Errorf("%s: %w", v.name(f), err)
	}
	v.folds[i] = f
	return nil
}

// fit trains a model, or the members of an ensemble one after the other.
func fit(ctx context.Context, m *model.Model, s *recipe.Spec, o train.Options) (*train.Result, error) {
	if m.Config.Ensemble == nil {
		return train.Fit(ctx, m, o)
	}
	o.Observers = nil // they count the epochs of one network
	result, err := ensemble.Fit(ctx, m, ensemble.Options{Options: o, Tree: s.Tree, Threads: 1})
	if err != nil {
		return nil, err
	}
	return &result.Result, nil
}

// name is what a fold is called in a complaint.
func (v *crossing) name(f Fold) string {
	if v.o.Repeats == 1 {
		return fmt.Sprintf("fold %d", f.Fold)
	}
	return fmt.Sprintf("repeat %d, fold %d", f.Repeat, f.Fold)
}

// config is what is measured: with metrics of this fold's own.
func (v *crossing) config(s *recipe.Spec) evaluate.Config {
	return evaluate.Config{Metrics: s.Evaluate.Metrics, Require: v.gates, Threshold: s.Evaluate.Threshold, ThresholdPos: s.Evaluate.ThresholdPos}
}

func (v *crossing) train(ctx context.Context, m *model.Model, s *recipe.Spec, sets *model.Sets, f *Fold) error {
	if err := m.Compile(); err != nil {
		return err
	}
	if _, err := v.config(s).MetricsFor(m); err != nil { // before it costs a training
		return err
	}
	o := train.Options{Config: s.Fit, Evaluate: s.Evaluate, Parts: model.Parts{Train: m.Part(sets.Train), Validation: m.Part(sets.Validation)}}
	o.Callbacks = slices.DeleteFunc(slices.Clone(s.Fit.Callbacks), func(h *train.Hooks) bool { return h.Writes })
	progress := func(int) {}
	if v.o.Progress != nil {
		progress = v.o.Progress
	}
	o.Observers = []*train.Hooks{{Name: "progress", Epoch: func(*train.Run) error { progress(1); return nil }}}
	result, err := fit(ctx, m, s, o)
	switch {
	case err != nil:
		return err
	case result.Interrupted:
		return context.Cause(ctx)
	}
	if m.Config.Ensemble != nil {
		progress(result.Epochs)
	}
	progress(s.Fit.Epochs - result.Epochs)
	held := m.Part(sets.Test)
	c := v.config(s)
	f.unset = result.Unsettled
	f.at, _ = c.ResolveThreshold(m) // ½ if the rule has chosen none: it may not choose on the held-out rows
	c.Threshold = f.at
	e, err := evaluate.Measure(m, held, c)
	if err != nil {
		return err
	}
	f.Result, f.pred = e.Result, e.Outputs()
	f.Train, f.Validation, f.Epochs = m.Data.Train, m.Data.Validation, result.Epochs
	f.truth, f.weight = held.Truth, held.Weight
	f.shown = evaluate.Answers(m, f.pred, f.at.Value)
	return nil
}
