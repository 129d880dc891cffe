package cmd

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"mlp/internal/data/table"
	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/outfile"
	"mlp/internal/problem"
)

type evaluateOptions struct {
	app         *App
	cmd         *cobra.Command
	model, data string

	mins, maxs  []string
	maxDrops    []string
	baseline    string
	by          string
	out         string
	store       string
	reports     []string
	predictions string
}

func newEvaluate(a *App, run func(context.Context, *evaluateOptions) error) *cobra.Command {
	o := &evaluateOptions{app: a}
	c := &cobra.Command{
		Use:   "evaluate MODEL [DATA]",
		Short: "measure a model on a table with known answers; gates set the exit code",
		Long: "evaluate prints loss and metrics with their 95 % confidence intervals and what the\n" +
			"simplest guess would reach; for classes how well probabilities are calibrated, the\n" +
			"confusion matrix and each label; for numbers the spread of the errors. Without\n" +
			"DATA it takes the rows of the training table that the model has seen least: test,\n" +
			"else validation, else training rows. Metrics that tell yes from no do so at the\n" +
			"threshold, unless the spec gives them one of their own.",
		Example: "  mlp evaluate model.bin data.csv\n  mlp evaluate model.bin data.csv --min accuracy=0.75 --max log_loss=0.5\n" +
			"  mlp evaluate model.bin data.csv -o metrics.json --baseline main.json --max-drop auc=0.01\n" +
			"  mlp evaluate model.bin held.csv --threshold \"recall>=0.9\" --store model.bin\n" +
			"  mlp evaluate model.bin data.csv --min auc=0.8@lower --report md=report.md --report junit=gates.xml",
		Args: arguments(1, 2, "MODEL [DATA] [flags]"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.model = c, args[0]
			if len(args) > 1 {
				o.data = args[1]
			}
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
	m, s, err := a.openModel(o.cmd, o.model)
	if err != nil {
		return err
	}
	defer m.Close()
	if m.Stage == model.Built {
		return problem.Model(o.model, "mlp compile "+o.model, "the model is built but not compiled, so there is no loss to evaluate")
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
	rows, err := o.rows(m, s)
	if err != nil {
		return err
	}
	e, err := evaluate.Model(m, rows.part, config)
	if err != nil {
		return s.annotate(err)
	}
	if e.Decision.Rule != "" && e.Decision.On == rows.kind {
		e.Decision.Here = true
	}
	var bySlice []evaluate.Subgroup
	if o.by != "" {
		if bySlice, err = o.evaluateBy(s, rows, e); err != nil {
			return err
		}
	}
	if err := o.save(m, rows, e, bySlice, config); err != nil {
		return err
	}
	return o.print(reports, rows, e.Result, bySlice)
}

// outputs proves that every file that is named can be written.
func (o *evaluateOptions) outputs() (reports, error) {
	if err := checkOutput("--output", o.out, o.model, o.data); err != nil {
		return reports{}, err
	}
	if err := checkOutput("--predictions", o.predictions, o.model, o.data, o.baseline); err != nil {
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
	return o.app.readReports(o.reports, o.model, o.data, o.baseline)
}

// save writes the files that are named.
func (o *evaluateOptions) save(m *model.Model, rows *evaluated, e *evaluate.Evaluation, bySlice []evaluate.Subgroup, config evaluate.Config) error {
	if o.predictions != "" {
		if err := writePredictions(o.predictions, m, rows.part, e); err != nil {
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
	err := outfile.Write(o.out, func(w io.Writer) error { _, err := fmt.Fprintln(w, flatJSON(e.Result, o.by, bySlice)); return err })
	if err != nil {
		return problem.Usage("flag --output", "", "%v", err)
	}
	return nil
}

// print says what was measured; a failed gate ends it.
func (o *evaluateOptions) print(to reports, rows *evaluated, e *evaluate.Result, bySlice []evaluate.Subgroup) error {
	a := o.app
	d := evaluationDocument(e, rows.name)
	if len(bySlice) > 0 {
		d.add("By "+printable(o.by), sliceTable(o.by, bySlice))
	}
	if err := to.write(a, d); err != nil {
		return err
	}
	var err error
	switch {
	case to.stdout != "":
	case a.json:
		err = a.say("%s\n", flatJSON(e, o.by, bySlice))
	default:
		err = a.printEvaluation(e, rows.name)
		if err == nil && len(bySlice) > 0 {
			err = a.say("\n%s", sliceTable(o.by, bySlice).text())
		}
		if err == nil && o.store != "" {
			err = a.say("wrote %s\n", printable(o.store))
		}
	}
	if err == nil && len(e.Failed) > 0 {
		return &gateError{e.Failed}
	}
	return err
}

// evaluated are the rows that are measured.
type evaluated struct {
	part   *model.Part
	name   string       // "33 test rows of data/servo.csv", but for the number
	source table.Source // the table they are from
	kind   string       // "test", "validation" or "training"; "" for DATA
}

// rows reads DATA, or finds the rows of the original table that the model has
// seen least.
func (o *evaluateOptions) rows(m *model.Model, s *session) (*evaluated, error) {
	if o.data != "" {
		src, err := o.app.table(o.cmd, s, o.data)
		if err == nil {
			src, err = o.app.reread(src)
		}
		if err != nil {
			return nil, err
		}
		textTable, err := m.Pipeline.ReadFor(src, true)
		if err != nil {
			return nil, err
		}
		set, err := m.Pipeline.Apply(textTable, table.AllRows(textTable))
		if err != nil {
			return nil, err
		}
		return &evaluated{m.Part(set), "rows of " + printable(src.Name), src, ""}, nil
	}
	src, err := o.app.sources(s, "")
	if err != nil {
		return nil, err
	}
	before := m.Data.SHA256
	sets, err := m.Load(src)
	if err != nil {
		return nil, err
	}
	if m.Data.SHA256 != before {
		return nil, problem.Data(problem.Pos{File: src.Train.Name}, "", "name the table: mlp evaluate "+o.model+" DATA",
			"this is not the table that the model was trained on")
	}
	part, name := model.HeldOut(m.Parts(sets))
	from := *src.Train
	switch {
	case name == "test" && src.Test != nil:
		from = *src.Test
	case name == "validation" && src.Validation != nil:
		from = *src.Validation
	}
	return &evaluated{part, fmt.Sprintf("%s rows of %s", name, printable(from.Name)), from, name}, nil
}
