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
	"mlp/internal/evaluate"
	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/parallel"
	"mlp/internal/problem"
	"mlp/internal/recipe"
	"mlp/internal/task"
	"mlp/internal/tensor"
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

	Name   string     // of the spec, for complaints
	Like   *Result    // another run whose folds these must be; nil: they are dealt out anew
	Table  *Table     // read before by Read; nil: Run reads it
	Bare   bool       // only the out-of-fold answers are wanted: Scores, Pooled and Gates stay empty
	Pause  int        // the epoch at whose end a fold pauses; 0: none does
	Paused []Standing // where the folds of an earlier Run paused, to go on from there; nil: they begin
}

// A Table is a table that was read and looked at, for several runs.
type Table struct {
	rows   *table.Table
	schema *schema.Schema
}

// Read reads the table of a spec.
func Read(s *recipe.Spec, src model.Sources) (*Table, error) {
	c := s.Model.Data
	rows, err := schema.Read(*src.Train, c)
	if err != nil {
		return nil, err
	}
	inferred, err := schema.Infer(rows, c, model.TaskOf(s.Model.Compile.Loss))
	return &Table{rows, inferred}, err
}

// A Result is what cross-validation says of a spec. It does not depend on Threads.
type Result struct {
	By      string // how the rows were dealt out, one of data.FoldKinds
	Repeats int
	Folds   []Fold // repeat by repeat
	Scores  []Score
	Pooled  *evaluate.Result // of the out-of-fold rows
	Curves  *evaluate.Curves // of those of the first repeat
	Schema  *schema.Schema
	Meaning task.Meaning   // of the outputs
	Outputs metric.Outputs // what metrics of them are prepared for
	SHA256  string         // of the table
	Gates   []evaluate.GateResult
	Failed  []string   // why gates failed, one line each
	Paused  []Standing // where the folds stand, if not all have ended
	lines   []int      // of the rows
	held    []int      // which rows are held out once a repeat, in file order
	seed    uint64     // that the rows were dealt out by
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
	cv := v.result()
	if o.Bare {
		return cv, nil
	}
	return cv, v.summarize(ctx, cv)
}

// result is what the folds have come to, unsummarized.
func (v *crossing) result() *Result {
	cv := &Result{By: v.o.Kind(v.schema), Repeats: v.o.Repeats, Folds: v.folds, Schema: v.schema, Meaning: v.first.Meaning(), Outputs: v.first.Outputs(), SHA256: v.table.SHA256, lines: v.table.Lines, held: v.held, seed: v.seed0}
	if slices.ContainsFunc(v.standing, func(s Standing) bool { return s.model != nil }) {
		cv.Paused = v.standing
	}
	return cv
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

	standing []Standing // of each fold
	seed0    uint64     // that the rows were dealt out by
}

// newCrossing reads the table and deals out its rows.
func newCrossing(s *recipe.Spec, src model.Sources, o Options) (*crossing, error) {
	if o.Repeats < 1 || o.Repeats > maxRepeats {
		return nil, problem.InOption("repeats", "1 deals the rows out once", "%d is not between 1 and %d", o.Repeats, maxRepeats)
	}
	v := &crossing{spec: s, src: src, o: o, gates: append(append([]evaluate.Gate{}, s.Evaluate.Require...), o.Gates...)}
	c := s.Model.Data
	if o.Table == nil {
		var err error
		if o.Table, err = Read(s, src); err != nil {
			return nil, err
		}
	}
	v.table, v.schema = o.Table.rows, o.Table.schema
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
	v.seed0 = s.Model.Seed
	if o.Like != nil {
		v.seed0 = o.Like.seed
	}
	for repeat := range o.Repeats {
		parts, err := split.Folds(v.table, v.schema, c, v.o.FoldConfig, v.seed0, uint64(repeat))
		if err != nil {
			return nil, err
		}
		v.parts = append(v.parts, parts...)
	}
	for _, p := range v.parts[:v.o.Folds] {
		v.held = append(v.held, p.Test...)
	}
	slices.Sort(v.held)
	if o.Like != nil {
		if err := v.sameFolds(o.Like); err != nil {
			return nil, err
		}
	}
	v.folds, v.standing = make([]Fold, len(v.parts)), make([]Standing, len(v.parts))
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
	case len(c.Test) > 0:
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
