package cmd

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/evaluate"
	"mlp/internal/iostreams"
	"mlp/internal/model"
	"mlp/internal/outfile"
	"mlp/internal/predict"
	"mlp/internal/problem"
	"mlp/internal/report"
	"mlp/internal/run"
)

type evaluateOptions struct {
	app   *App
	cmd   *cobra.Command
	model string
	data  []string

	mins, maxs  []string
	maxDrops    []string
	baseline    string
	by          string
	unknown     string
	strict      bool
	out         string
	store       string
	reports     []string
	predictions string
}

var _ = addVerb(60, newEvaluate, runEvaluate)

func newEvaluate(a *App, run func(context.Context, *evaluateOptions) error) *cobra.Command {
	o := &evaluateOptions{app: a}
	c := &cobra.Command{
		Use:   "evaluate MODEL [DATA…]",
		Short: "measure a model on known answers; gates set the exit code",
		Long: `evaluate prints loss and metrics with their 95 % confidence intervals and what
the simplest guess would reach; for classes how well probabilities are
calibrated, the confusion matrix and each label; for numbers the spread of the
errors. Without DATA it takes the rows of the training table that the model has
seen least: test, else validation, else training rows. The model knows that
table by data.path and its SHA-256; a path that fit was given as DATA is not
kept, for the bytes of a model do not depend on where a table lies, and is said
again with --set data.path=DATA. How many of the rows the model was trained on
is told where that is known (rows_trained in JSON). Metrics that tell yes from
no do so at the threshold, unless the spec gives them one of their own.
Columns of DATA unlike those the model was trained on are told as in predict,
and with --strict refused.`,
		Example: "  mlp evaluate model.bin data.csv\n  mlp evaluate model.bin data.csv --min accuracy=0.75 --max log_loss=0.5\n" +
			"  mlp evaluate model.bin data.csv -o metrics.json --baseline main.json --max-drop auc=0.01\n" +
			"  mlp evaluate model.bin held.csv --threshold \"recall>=0.9\" --store model.bin\n" +
			"  mlp evaluate model.bin data.csv --min auc=0.8@lower --report md=report.md --report junit=gates.xml",
		Args: arguments(1, anyNumber, "MODEL [DATA…] [flags]"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.model, o.data = c, args[0], args[1:]
			return run(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringArrayVar(&o.mins, "min", nil, "gate: fail below `METRIC=X`; METRIC=X@lower judges the interval's lower bound (repeatable)")
	f.StringArrayVar(&o.maxs, "max", nil, "gate: fail above `METRIC=X`; METRIC=X@upper judges the interval's upper bound (repeatable)")
	f.StringVar(&o.baseline, "baseline", "", "metrics of an earlier evaluation, a `FILE` written with -o, for --max-drop")
	f.StringArrayVar(&o.maxDrops, "max-drop", nil, "gate: fail if worse than --baseline by more than `METRIC=X` (repeatable)")
	addThreshold(c)
	f.StringVar(&o.store, "store", "", "write the model with what --threshold says to `FILE`, which may be MODEL itself")
	f.StringVar(&o.by, "by", "", "measure the rows of each value of this `COLUMN` too")
	addStrict(c, &o.strict)
	f.StringVar(&o.unknown, "unknown-labels", "refuse", "rows whose label training never saw: `HOW`, refuse or apart, which leaves them out and counts them")
	f.StringVarP(&o.out, "output", "o", "", "write the metrics to `FILE`: JSON, flat, keys sorted")
	addReport(c, &o.reports)
	f.StringVar(&o.predictions, "predictions", "", "write line, truth and prediction of each row to `FILE`: CSV")
	addSpecFlags(c, "delimiter")
	return c
}

func runEvaluate(_ context.Context, o *evaluateOptions) error {
	a := o.app
	reports, err := o.outputs()
	if err != nil {
		return err
	}
	gates, err := o.gates()
	if err != nil {
		return err
	}
	m, s, err := a.request(o.cmd).Model(o.model)
	if err != nil {
		return err
	}
	defer m.Close()
	if err := measurable(m, o.model); err != nil {
		return err
	}
	if (o.strict || o.unknown == "apart") && len(o.data) == 0 {
		return problem.Usage("DATA", "name the table after the model", "--strict and --unknown-labels are for a table that the model was not trained on")
	}
	if hows := []string{"refuse", "apart"}; !slices.Contains(hows, o.unknown) {
		return problem.Usage("flag --unknown-labels", problem.DidYouMean(o.unknown, hows), "%q is neither refuse nor apart", o.unknown)
	}
	config := s.Evaluate
	config.Thorough = true
	config.Require = append(config.Require, gates...)
	if err := giveThreshold(o.cmd, &config); err != nil {
		return err
	}
	if o.store != "" && m.Stage != model.Fitted {
		return problem.Usage("flag --store", "leave the compile section as it is, or train the model with `mlp fit`", "the model is %s, not fitted", m.Stage)
	}
	e, err := s.Measure(m, run.Measuring{Table: o.data, By: o.by, Strict: o.strict, Apart: o.unknown == "apart", Config: config})
	if err != nil {
		return err
	}
	if err := o.save(m, e, config); err != nil {
		return err
	}
	return o.print(reports, e)
}

// outputs proves that every file that is named can be written.
func (o *evaluateOptions) outputs() (reports, error) {
	if err := checkOutput("--output", o.out, append(o.data, o.model)...); err != nil {
		return reports{}, err
	}
	if err := checkOutput("--predictions", o.predictions, append(o.data, o.model, o.baseline)...); err != nil {
		return reports{}, err
	}
	if o.store != "" {
		if !o.cmd.Flags().Changed("threshold") {
			return reports{}, problem.Usage("flag --store", "say what is stored, for example --threshold max_f1", "there is no --threshold")
		}
		if err := checkModelOutput("--store", o.store, o.model); err != nil {
			return reports{}, err
		}
	}
	return o.app.readReports(o.reports, append(o.data, o.model, o.baseline)...)
}

// save writes the files that are named.
func (o *evaluateOptions) save(m *model.Model, e *run.Evaluation, config evaluate.Config) error {
	if o.predictions != "" {
		if err := writeMeasured("--predictions", o.predictions, predict.Part(m, e.Part, e.Outputs(), e.Decision.Value)); err != nil {
			return err
		}
	}
	if o.store != "" {
		config.StoreThreshold(m, e.Result)
		if err := m.Save(o.store); err != nil {
			return err
		}
	}
	if o.out == "" {
		return nil
	}
	err := outfile.Write(o.out, func(w io.Writer) error {
		_, err := fmt.Fprintln(w, report.EvaluationJSON(e.Result, o.by, e.Subgroups, e.Drift))
		return err
	})
	if err != nil {
		return problem.Usage("flag --output", "", "%v", err)
	}
	return nil
}

// evaluatedName is what the rows are called.
func evaluatedName(e *run.Evaluation) string {
	name := strings.TrimLeft(e.Kind+" rows of ", " ") + iostreams.Printable(e.Table)
	if e.Dropped > 0 {
		name += "; " + problem.Count(e.Dropped, "row") + " without a target left out"
	}
	return name
}

// trainedOn adds to the name of rows how many of them the model was trained on, unless the
// name says what they are or nothing is known of it.
func trainedOn(name string, e *run.Evaluation) string {
	switch {
	case e.Kind != "" || e.Trained == 0:
		return name
	case e.Trained == e.Rows:
		return name + "; all were trained on"
	}
	return name + fmt.Sprintf("; %d were trained on", e.Trained)
}

// print says what was measured; a failed gate ends it.
func (o *evaluateOptions) print(to reports, e *run.Evaluation) error {
	a := o.app
	name := evaluatedName(e)
	d := report.Evaluation(e.Result, name)
	if to.pictures() {
		d.AddCurves(e.Curves())
	}
	d.AddDrift(e.Drift)
	if len(e.Subgroups) > 0 {
		d.Add("By "+iostreams.Printable(o.by), report.SubgroupTable(o.by, e.Subgroups))
	}
	if err := to.write(a, d); err != nil {
		return err
	}
	var err error
	switch {
	case to.stdout != "":
	case a.json:
		err = a.say("%s\n", report.EvaluationJSON(e.Result, o.by, e.Subgroups, e.Drift))
	default:
		text := report.EvaluationText(e.Result, trainedOn(name, e), a.quiet)
		if len(e.Subgroups) > 0 {
			text += "\n" + report.SubgroupTable(o.by, e.Subgroups).Text()
		}
		if o.store != "" {
			text += "wrote " + iostreams.Printable(o.store) + "\n"
		}
		if err = a.tell("%s", text); err == nil {
			a.warnings(report.Warnings(e.Result))
			o.warnTrained(e)
			if e.Drift != nil && e.Drift.Deviating() > 0 {
				a.printDrift(e.Drift, nil)
			}
		}
	}
	if err == nil && len(e.Failed) > 0 {
		return &gateError{e.Failed}
	}
	return err
}

// warnTrained says that the table is the one that the model was trained on.
func (o *evaluateOptions) warnTrained(e *run.Evaluation) {
	if e.Kind != "" || e.Trained == 0 { // the rows are called what they are
		return
	}
	held := e.Rows - e.Trained
	if held == 0 {
		o.app.warn("the model was trained on these very rows, all of them: on others it will do less well; keep some out with --set data.split.test=0.2 in fit")
		return
	}
	o.app.warn("the model was trained on %d of these %d rows: on others it will do less well; `mlp evaluate %s --set %s` measures the held-out ones", e.Trained, e.Rows, shellWord(o.model), shellWord("data.path="+pathSetting(o.data)))
}

// pathSetting names the files of a table as a value of data.path.
func pathSetting(paths []string) string {
	if len(paths) == 1 {
		return paths[0]
	}
	quoted := make([]string, len(paths))
	for i, path := range paths {
		quoted[i] = iostreams.QuoteJSON(path)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// measurable refuses a model that has no loss yet.
func measurable(m *model.Model, path string) error {
	if m.Stage == model.Built {
		return problem.Model(path, "mlp compile "+path, "the model is built but not compiled, so there is no loss to evaluate")
	}
	return nil
}
