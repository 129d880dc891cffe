package cmd

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"mlp/internal/crossval"
	"mlp/internal/data/split"
	"mlp/internal/evaluate"
	"mlp/internal/iostreams"
	"mlp/internal/model"
	"mlp/internal/predict"
	"mlp/internal/problem"
	"mlp/internal/report"
	"mlp/internal/run"
)

type cvOptions struct {
	app  *App
	cmd  *cobra.Command
	data []string

	specs    []string
	maxDrops []string

	folds, repeats int
	by, group      string
	mins, maxs     []string
	reports        []string
	predictions    string
	allRows        bool
	output         string // as --predictions was spelled once
}

var _ = addVerb(80, newCV, runCV)

func newCV(a *App, run func(context.Context, *cvOptions) error) *cobra.Command {
	o := &cvOptions{app: a}
	c := &cobra.Command{
		Use:   "cv [SPEC…] [DATA…]",
		Short: "cross-validate a spec: train on all folds but one, measure there",
		Long: `cv -c SPEC [DATA] cuts the rows into folds and trains a model for each, on the
other folds: its preprocessing fitted to those rows, its weights its own. It
prints the metrics of each fold, their mean and sd, and those of all out-of-fold
answers together, with 95 % confidence intervals and baselines. split.validation
is taken from the training rows of each fold. Test rows of the spec stay unseen,
for the end, unless --all-rows deals them out too. Under split: {by: last}, or
time, rows are in the order of time, and each fold is trained on the rows before
it; groups of split: {by: group} stay together. A rule in evaluate.threshold is
followed in each fold, without a look at the rows held out. Results do not
depend on --threads.

Several specs are trained on the same folds and held against the first: each
metric of both, the difference, its 95 % interval and how likely so large a one
is by chance, by the corrected t test of Nadeau and Bengio. Flags such as
--epochs and --set hold for all of them. --max-drop METRIC=X fails if one of them
is worse than the first by more than X.`,
		Example: "  mlp cv --config pima.yaml\n  mlp cv -c pima.yaml --folds 10 --repeats 3 --min accuracy=0.7 --min accuracy=0.65@lower\n" +
			"  mlp cv -c visits.yaml visits.csv --group patient --predictions oof.csv\n" +
			"  mlp cv small.yaml large.yaml table.csv --max-drop auc=0.01@upper",
		Args: func(c *cobra.Command, args []string) error {
			o.specs, args = leadingSpecs(args)
			if i := slices.IndexFunc(args, isSpecName); i > 0 {
				return problem.Usage(c.CommandPath(), "specs come first: `"+c.CommandPath()+" "+shellWord(args[i])+" "+shellWord(args[0])+"`", "%q is a spec, and stands behind a table", args[i])
			}
			return arguments(0, anyNumber, "SPEC… [DATA…] [flags]")(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.data = c, args[len(o.specs):]
			return run(c.Context(), o)
		},
	}
	f := c.Flags()
	f.IntVar(&o.folds, "folds", split.UsualFolds, "cut the rows into `N` folds; by default no more than there are rows")
	f.IntVar(&o.repeats, "repeats", 1, "do all of it `N` times, dealing the rows out anew")
	f.StringVar(&o.by, "by", "", "`HOW` to deal rows out: random, stratified, group or forward; as the spec splits, else stratified if the target is a label")
	f.BoolVar(&o.allRows, "all-rows", false, "hold out the spec's test rows too")
	f.StringVar(&o.group, "group", "", "keep rows with the same cell in this `COLUMN` in one fold")
	f.StringArrayVar(&o.mins, "min", nil, "gate: fail if the mean is below `METRIC=X`; METRIC=X@lower judges the pooled interval's lower bound (repeatable)")
	f.StringArrayVar(&o.maxs, "max", nil, "gate: fail if the mean is above `METRIC=X`; METRIC=X@upper judges the pooled interval's upper bound (repeatable)")
	f.StringArrayVar(&o.maxDrops, "max-drop", nil, "gate on each further spec: fail if worse than the first by more than `METRIC=X`; METRIC=X@upper judges the difference's upper bound (repeatable)")
	f.StringVar(&o.predictions, "predictions", "", "write line, fold, truth and out-of-fold answer of each row to `FILE`: CSV")
	f.StringVarP(&o.output, "output", "o", "", "")
	_ = f.MarkHidden("output") // it is there
	addReport(c, &o.reports)
	addSpecFlags(c, "optimizer", "loss", "metrics", "epochs", "batch-size", "learning-rate", "validation-split")
	addDataFlags(c)
	return c
}

func runCV(ctx context.Context, o *cvOptions) error {
	a := o.app
	if o.output != "" {
		a.note("--output is written --predictions now, as for evaluate")
		o.predictions = cmp.Or(o.predictions, o.output)
	}
	gates, problems := limits(o.mins, o.maxs)
	if err := problems.Err(); err != nil {
		return err
	}
	drops := dropGates(o.maxDrops, &problems)
	if err := problems.Err(); err != nil {
		return err
	}
	if a.config != "" {
		o.specs = append([]string{a.config}, o.specs...)
	}
	to, err := a.readReports(o.reports, append(o.specs, o.data...)...)
	if err != nil {
		return err
	}
	if len(o.specs) > 1 {
		return o.runSeveral(ctx, to, gates, drops)
	}
	if len(drops) > 0 {
		return problem.Usage("flag --max-drop", "name another spec after the first, or use --min", "there is one spec, and nothing that it could be worse than")
	}
	a.config = strings.Join(o.specs, "")
	cv, err := o.run(ctx, gates, nil)
	if err != nil {
		return err
	}
	if o.predictions != "" {
		if err := writeMeasured("--predictions", o.predictions, predict.OutOfFold(cv)); err != nil {
			return err
		}
	}
	d := report.Crossval(cv)
	if to.pictures() {
		d.AddFolds(cv)
		d.AddCurves(cv.Curves)
	}
	if err := to.write(a, d); err != nil {
		return err
	}
	switch {
	case to.stdout != "":
	case a.json:
		err = a.say("%s\n", report.CrossvalJSON(cv))
	default:
		err = a.printCV(cv, o.predictions)
	}
	if err == nil && len(cv.Failed) > 0 {
		return &gateError{cv.Failed}
	}
	return err
}

// run cross-validates the spec of the app, on the folds of another run if there is one.
func (o *cvOptions) run(ctx context.Context, gates []evaluate.Gate, like *crossval.Result) (*crossval.Result, error) {
	a := o.app
	s, src, err := o.prepare()
	if err != nil {
		return nil, err
	}
	bar := o.newBar(s)
	defer bar.close()
	folds := o.folds
	if !o.cmd.Flags().Changed("folds") {
		folds = 0
	}
	return crossval.Run(ctx, s.Spec, src, crossval.Options{
		FoldConfig: split.FoldConfig{Folds: folds, By: o.by}, Group: o.group, AllRows: o.allRows, Repeats: o.repeats, Threads: a.threads, Name: a.config, Like: like,
		Gates: gates, Note: func(text string) { a.note("%s", text) }, Warn: func(text string) { a.warn("%s", text) }, Progress: bar.add,
	})
}

// prepare reads the spec, finds the table, and proves that the output can be
// written.
func (o *cvOptions) prepare() (*run.Session, model.Sources, error) {
	a := o.app
	var src model.Sources
	if err := a.needSpec(o.cmd); err != nil {
		return nil, src, err
	}
	if err := checkOutput("--predictions", o.predictions, append(o.data, a.config)...); err != nil {
		return nil, src, err
	}
	s, err := a.request(o.cmd).Open(nil)
	if err != nil {
		return nil, src, err
	}
	if src, err = s.Sources(o.data); err != nil {
		return s, src, err
	}
	if err := checkOutput("--predictions", o.predictions, src.Train.Parts()...); err != nil {
		return s, src, err
	}
	return s, src, nil
}

// A cvBar shows on a terminal how many epochs of all folds are done.
type cvBar struct{ bar *progressbar.ProgressBar } // nil off a terminal

func (o *cvOptions) newBar(s *run.Session) cvBar {
	if !(&reporter{app: o.app}).showsBar() {
		return cvBar{}
	}
	return cvBar{progressbar.NewOptions(max(1, o.folds*o.repeats*s.Fit.Epochs),
		progressbar.OptionSetWriter(o.app.Complaints()), progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetWidth(30), progressbar.OptionShowCount(), progressbar.OptionSetItsString("epochs"),
		progressbar.OptionShowIts(), progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetDescription("cross-validating"))}
}

func (b cvBar) add(epochs int) {
	if b.bar != nil {
		_ = b.bar.Add(epochs) // a terminal that has gone is no reason to stop
	}
}

func (b cvBar) close() {
	if b.bar != nil {
		_ = b.bar.Clear()
		_ = b.bar.Exit()
	}
}

// printCV prints a row a fold, the means, and what the out-of-fold answers are
// worth together.
func (a *App) printCV(cv *crossval.Result, out string) error {
	text := report.CrossvalText(cv, a.quiet)
	if out != "" {
		text += "wrote " + iostreams.Printable(out) + "\n"
	}
	a.warnings(report.UndefinedMetrics(cv))
	if err := a.tell("%s", text); err != nil {
		return err
	}
	a.warnings(report.Warnings(cv.Pooled))
	return nil
}
