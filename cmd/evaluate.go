package cmd

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"sort"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/data"
	"mlp/internal/model"
	"mlp/internal/spec"
	"mlp/internal/tensor"
	"mlp/internal/train"
)

type evaluateOptions struct {
	app         *App
	cmd         *cobra.Command
	model, data string

	mins, maxs  []string
	maxDrops    []string
	baseline    string
	threshold   float64
	out         string
	predictions string
}

func newEvaluate(a *App, run func(context.Context, *evaluateOptions) error) *cobra.Command {
	o := &evaluateOptions{app: a}
	c := &cobra.Command{
		Use:   "evaluate MODEL [DATA]",
		Short: "measure a model on a table with known answers; gates set the exit code",
		Long: "evaluate prints loss and metrics with their 95 % confidence intervals, what the simplest guess would reach, and\n" +
			"the confusion matrix. Without DATA it takes the test rows of the table the model was trained on, if that is here.",
		Example: "  mlp evaluate model.bin data.csv\n  mlp evaluate model.bin data.csv --min accuracy=0.75 --max log_loss=0.5\n" +
			"  mlp evaluate model.bin data.csv -o metrics.json --baseline main.json --max-drop auc=0.01",
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
	f.Float64Var(&o.threshold, "threshold", 0, "`PROBABILITY` above which the answer is the positive label; the spec's if not given")
	f.StringVarP(&o.out, "output", "o", "", "write the metrics to `FILE`: JSON, flat, keys sorted")
	f.StringVar(&o.predictions, "predictions", "", "write line, truth and prediction of each row to `FILE`: CSV")
	addSpecFlags(c, "delimiter")
	return c
}

func runEvaluate(_ context.Context, o *evaluateOptions) error {
	a := o.app
	m, s, err := a.openModel(o.cmd, o.model)
	if err != nil {
		return err
	}
	defer m.Close()
	if m.Stage == model.Built {
		return spec.ModelProblem(o.model, "mlp compile "+o.model, "the model is built but not compiled, so there is no loss to evaluate")
	}
	config := s.Evaluate
	config.Intervals = true
	if o.threshold != 0 {
		if o.threshold < 0 || o.threshold >= 1 {
			return spec.Usage("flag --threshold", "", "%g is not between 0 and 1", o.threshold)
		}
		config.Threshold = o.threshold
	}
	gates, err := o.gates()
	if err != nil {
		return err
	}
	config.Require = append(config.Require, gates...)
	part, name, err := o.rows(m, s)
	if err != nil {
		return err
	}
	e, err := train.Evaluate(m, part, config)
	if err != nil {
		return s.annotate(err)
	}
	if o.predictions != "" {
		if err := writePredictions(o.predictions, m, part, config.Threshold); err != nil {
			return err
		}
	}
	if o.out != "" {
		err := model.WriteAtomic(o.out, func(w io.Writer) error { _, err := fmt.Fprintln(w, flatJSON(e)); return err })
		if err != nil {
			return spec.Usage("flag --output", "", "%v", err)
		}
	}
	if a.json {
		err = a.say("%s\n", flatJSON(e))
	} else {
		err = a.printEvaluation(e, name)
	}
	if err == nil && len(e.Failed) > 0 {
		return &gateError{e.Failed}
	}
	return err
}

// rows reads DATA, or finds the rows of the original table that the model has
// seen least.
func (o *evaluateOptions) rows(m *model.Model, s *session) (*model.Part, string, error) {
	if o.data != "" {
		table, err := m.Pipeline.ReadFor(given(o.cmd, s, o.data), true)
		if err != nil {
			return nil, "", err
		}
		set, err := m.Pipeline.Apply(table, data.AllRows(table))
		if err != nil {
			return nil, "", err
		}
		return m.Part(set), "", nil
	}
	src, err := o.app.sources(s, "")
	if err != nil {
		return nil, "", err
	}
	before := m.Data.SHA256
	sets, err := m.Load(src)
	if err != nil {
		return nil, "", err
	}
	if m.Data.SHA256 != before {
		return nil, "", spec.DataProblem(spec.Pos{File: src.Train.Name}, "", "name the table: mlp evaluate "+o.model+" DATA",
			"this is not the table that the model was trained on")
	}
	part, name := train.Final(train.Parts{Train: m.Part(sets.Train), Validation: m.Part(sets.Validation), Test: m.Part(sets.Test)})
	return part, fmt.Sprintf("%s rows of %s", name, src.Train.Name), nil
}

// gates reads --min, --max and --max-drop.
func (o *evaluateOptions) gates() ([]train.Gate, error) {
	var gates []train.Gate
	for flag, texts := range map[string][]string{"--min": o.mins, "--max": o.maxs} {
		for _, text := range texts {
			g, err := train.ParseGate(text, flag == "--max")
			if err != nil {
				return nil, spec.Usage("flag "+flag, "write, for example, "+flag+" accuracy=0.75", "%v", err)
			}
			g.Source = flag + " " + text
			gates = append(gates, g)
		}
	}
	sort.Slice(gates, func(i, j int) bool { return gates[i].Source < gates[j].Source })
	if len(o.maxDrops) == 0 {
		return gates, nil
	}
	if o.baseline == "" {
		return nil, spec.Usage("flag --max-drop", "name it with --baseline metrics.json", "there is nothing to compare with")
	}
	text, err := os.ReadFile(o.baseline)
	if err != nil {
		return nil, spec.Usage("flag --baseline", "write one with `mlp evaluate … -o metrics.json`", "%v", err)
	}
	var earlier map[string]any
	if err := json.Unmarshal(text, &earlier); err != nil {
		return nil, spec.Usage(o.baseline, "write one with `mlp evaluate … -o metrics.json`", "invalid JSON: %v", err)
	}
	for _, drop := range o.maxDrops {
		g, err := train.ParseGate(drop, false)
		if err != nil {
			return nil, spec.Usage("flag --max-drop", "write, for example, --max-drop auc=0.01", "%v", err)
		}
		was, ok := earlier[g.Metric].(float64)
		if !ok {
			return nil, spec.Usage(o.baseline, "", "has no number under %q", g.Metric)
		}
		g.Source, g.Drop, g.Was = "--max-drop "+drop, true, was
		gates = append(gates, g)
	}
	return gates, nil
}

// flatJSON is one object with sorted keys, as DVC and MLflow read it.
func flatJSON(e *train.Evaluation) string {
	values := map[string]string{"rows": strconv.Itoa(e.Rows), "loss": model.Number(e.Loss)}
	for _, v := range e.Values {
		values[v.Name] = model.Number(v.Value)
		if v.Low == v.Low {
			values[v.Name+"_lower"], values[v.Name+"_upper"] = model.Number(v.Low), model.Number(v.High)
		}
		if v.Baseline == v.Baseline {
			values[v.Name+"_baseline"] = model.Number(v.Baseline)
		}
	}
	keys := make([]string, 0, len(values))
	for k := range values {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for i, k := range keys {
		keys[i] = fmt.Sprintf("%s:%s", quoteJSON(k), values[k])
	}
	return "{" + strings.Join(keys, ",") + "}"
}

func (a *App) printEvaluation(e *train.Evaluation, name string) error {
	t := newTable("metric", "value", "95 % interval", "baseline")
	t.right(1, 3)
	t.add("loss", number(e.Loss), "", "")
	for _, v := range e.Values {
		interval, base := "", ""
		if !math.IsNaN(v.Low) {
			interval = number(v.Low) + " to " + number(v.High)
		}
		if !math.IsNaN(v.Baseline) {
			base = number(v.Baseline)
		}
		t.add(v.Name, number(v.Value), interval, base)
	}
	where := fmt.Sprintf("%d rows", e.Rows)
	if name != "" {
		where = fmt.Sprintf("%d %s", e.Rows, name)
	}
	if err := a.say("%s\n%s", where, t.text()); err != nil {
		return err
	}
	if e.Confusion != nil && !a.quiet {
		if err := a.say("\n%s", confusionTable(e).text()); err != nil {
			return err
		}
	}
	for _, v := range e.Values {
		if !v.BeatsBaseline() {
			a.warn("%s is no better than always giving the same answer", v.Name)
		}
	}
	return nil
}

func confusionTable(e *train.Evaluation) *table {
	header := []string{"true \\ answer"}
	for _, l := range e.Labels {
		header = append(header, printable(l))
	}
	t := newTable(header...)
	for i := range e.Labels {
		t.right(i + 1)
		row := []string{printable(e.Labels[i])}
		for _, n := range e.Confusion[i] {
			row = append(row, strconv.Itoa(n))
		}
		t.add(row...)
	}
	return t
}

// writePredictions writes the line, the truth and the prediction of each row.
func writePredictions(path string, m *model.Model, p *model.Part, threshold float64) error {
	pred := tensor.New(p.X.Rows, m.Net.Out)
	m.Predict(p.X, pred)
	err := model.WriteAtomic(path, func(w io.Writer) error {
		out := csv.NewWriter(w)
		f := newFormatter(m, threshold, "all")
		if err := out.Write(append([]string{"line", "true"}, f.columns()...)); err != nil {
			return err
		}
		for i := range pred.Rows {
			row := append([]string{strconv.Itoa(p.Lines[i]), f.truth(p.Truth.Row(i))}, f.row(pred.Row(i))...)
			if err := out.Write(row); err != nil {
				return err
			}
		}
		out.Flush()
		return out.Error()
	})
	if err != nil {
		return spec.Usage("flag --predictions", "", "%v", err)
	}
	return nil
}
