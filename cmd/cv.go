package cmd

import (
	"context"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"mlp/internal/crossval"
	"mlp/internal/data/split"
	"mlp/internal/model"
	"mlp/internal/problem"
)

type cvOptions struct {
	app  *App
	cmd  *cobra.Command
	args []string // [DATA]

	folds, repeats int
	by, group      string
	mins, maxs     []string
	reports        []string
	out            string
}

func newCV(a *App, run func(context.Context, *cvOptions) error) *cobra.Command {
	o := &cvOptions{app: a}
	c := &cobra.Command{
		Use:   "cv [DATA]",
		Short: "cross-validate a spec: train on all folds but one, measure on that one",
		Long: "cv -c SPEC [DATA] cuts the rows into folds and trains a model for each, on the\n" +
			"other folds: its preprocessing fitted to those rows, its weights its own. It\n" +
			"prints the metrics of each fold, their mean and sd, and those of all out-of-fold\n" +
			"answers together, with 95 % confidence intervals and baselines. split.validation\n" +
			"is taken from the training rows of each fold; split.test is not taken. A rule in\n" +
			"evaluate.threshold is followed in each fold, without a look at the rows held out.\n" +
			"Results do not depend on --threads.",
		Example: "  mlp cv --config pima.yaml\n  mlp cv -c pima.yaml --folds 10 --repeats 3 --min accuracy=0.7 --min accuracy=0.65@lower\n" +
			"  mlp cv -c visits.yaml visits.csv --group patient -o oof.csv",
		Args: arguments(0, 1, "-c SPEC [DATA] [flags]"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.args = c, args
			return run(c.Context(), o)
		},
	}
	f := c.Flags()
	f.IntVar(&o.folds, "folds", split.UsualFolds, "cut the rows into `N` folds; by default no more than there are rows")
	f.IntVar(&o.repeats, "repeats", 1, "do all of it `N` times, dealing the rows out anew")
	f.StringVar(&o.by, "by", "", "`HOW` to deal rows out: random, stratified or group; stratified if the target is a label")
	f.StringVar(&o.group, "group", "", "keep rows with the same cell in this `COLUMN` in one fold")
	f.StringArrayVar(&o.mins, "min", nil, "gate: fail if the mean is below `METRIC=X`; METRIC=X@lower judges the pooled interval's lower bound (repeatable)")
	f.StringArrayVar(&o.maxs, "max", nil, "gate: fail if the mean is above `METRIC=X`; METRIC=X@upper judges the pooled interval's upper bound (repeatable)")
	f.StringVarP(&o.out, "output", "o", "", "write line, fold, truth and out-of-fold answer of each row to `FILE`: CSV")
	addReport(c, &o.reports)
	addSpecFlags(c, "optimizer", "loss", "metrics", "epochs", "batch-size", "learning-rate", "validation-split")
	addDataFlags(c)
	return c
}

func runCV(ctx context.Context, o *cvOptions) error {
	a := o.app
	gates, problems := limits(o.mins, o.maxs)
	if err := problems.Err(); err != nil {
		return err
	}
	to, err := a.readReports(o.reports, append(o.args, a.config)...)
	if err != nil {
		return err
	}
	s, src, err := o.prepare()
	if err != nil {
		return s.annotate(err)
	}
	bar := o.newBar(s)
	if !o.cmd.Flags().Changed("folds") {
		o.folds = 0
	}
	cv, err := crossval.Run(ctx, s.Spec, src, crossval.Options{
		FoldConfig: split.FoldConfig{Folds: o.folds, By: o.by}, Group: o.group, Repeats: o.repeats, Threads: a.threads,
		Gates: gates, Note: func(text string) { a.note("%s", text) }, Progress: bar.add,
	})
	bar.close()
	if err != nil {
		return s.annotate(err)
	}
	if o.out != "" {
		if err := writeOutOfFold(o.out, cv); err != nil {
			return err
		}
	}
	if err := to.write(a, cvDocument(a, cv)); err != nil {
		return err
	}
	switch {
	case to.stdout != "":
	case a.json:
		err = a.say("%s\n", cvJSON(cv))
	default:
		err = a.printCV(cv, o.out)
	}
	if err == nil && len(cv.Failed) > 0 {
		return &gateError{cv.Failed}
	}
	return err
}

// prepare reads the spec, finds the table, and proves that the output can be
// written.
func (o *cvOptions) prepare() (*session, model.Sources, error) {
	a := o.app
	var src model.Sources
	dataPath := strings.Join(o.args, "")
	if a.config == "" {
		return nil, src, problem.Usage(o.cmd.CommandPath(), "name a spec with --config, for example --config pima.yaml", "there is no spec")
	}
	if err := checkOutput("--output", o.out, dataPath, a.config); err != nil {
		return nil, src, err
	}
	s, err := a.open(o.cmd, nil)
	if err != nil {
		return nil, src, err
	}
	if src, err = a.sources(s, dataPath); err != nil {
		return s, src, err
	}
	if err := checkOutput("--output", o.out, src.Train.Name); err != nil {
		return s, src, err
	}
	return s, src, nil
}

// A cvBar shows on a terminal how many epochs of all folds are done.
type cvBar struct{ bar *progressbar.ProgressBar } // nil off a terminal

func (o *cvOptions) newBar(s *session) cvBar {
	if !(&reporter{app: o.app}).showsBar() {
		return cvBar{}
	}
	return cvBar{progressbar.NewOptions(max(1, o.folds*o.repeats*s.Fit.Epochs),
		progressbar.OptionSetWriter(o.app.Err), progressbar.OptionThrottle(100*time.Millisecond),
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
