package cmd

import (
	"bufio"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/data"
	"mlp/internal/model"
	"mlp/internal/spec"
	"mlp/internal/tensor"
	"mlp/internal/train"
)

type predictOptions struct {
	app         *App
	cmd         *cobra.Command
	model, data string
	out         string
	output      string
}

// predictChunk is how many rows are held at a time.
const predictChunk = 4096

func newPredict(a *App, run func(context.Context, *predictOptions) error) *cobra.Command {
	o := &predictOptions{app: a}
	c := &cobra.Command{
		Use:   "predict MODEL DATA",
		Short: "answer each row of a table, in order, in constant memory",
		Long: "predict writes CSV, or JSON lines with --json: the label, its probabilities, or the value in the target's own\n" +
			"units. DATA needs the columns the model was trained on, by name, in any order, and no target; - is stdin.",
		Example: "  mlp predict model.bin new.csv > answers.csv\n  zcat new.csv.gz | mlp predict model.bin - --output probability",
		Args:    arguments(2, 2, "MODEL DATA [flags]"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.model, o.data = c, args[0], args[1]
			return run(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVarP(&o.out, "out", "o", "-", "write the predictions to `FILE`; - is stdout")
	f.StringVar(&o.output, "output", "all", "`WHAT` to write: label, probability, value or all")
	f.String("threshold", "", "`PROBABILITY` above which the answer is the positive label; the spec's if not given")
	addSpecFlags(c, "delimiter")
	return c
}

func runPredict(_ context.Context, o *predictOptions) error {
	if kinds := []string{"label", "probability", "value", "all"}; !slices.Contains(kinds, o.output) {
		return spec.Usage("flag --output", spec.DidYouMean(o.output, kinds), "%q is not one of %s", o.output, strings.Join(kinds, ", "))
	}
	if o.out != "-" {
		if err := checkOutput("--out", o.out, o.model, o.data); err != nil {
			return err
		}
	}
	m, s, err := o.app.openModel(o.cmd, o.model)
	if err != nil {
		return err
	}
	defer m.Close()
	threshold, err := threshold(o.cmd, m, s.Evaluate.Threshold)
	if err != nil {
		return err
	}
	switch classes := m.Pipeline.Task() != data.Regression; { // yes and no are labels too
	case classes && o.output == "value" || !classes && (o.output == "label" || o.output == "probability"):
		return spec.Usage("flag --output", "leave it out to get all there is", "the model's target has no %s", o.output)
	}
	if m.Stage != model.Fitted {
		o.app.warn("%s is %s but not fitted: its answers are those of random weights", o.model, m.Stage)
	}
	src, err := o.app.table(o.cmd, s, o.data)
	if err != nil {
		return err
	}
	f := newFormatter(m, threshold, o.output)
	if o.out == "-" {
		return o.write(o.app, m, src, f)
	}
	err = model.WriteAtomic(o.out, func(w io.Writer) error { return o.write(w, m, src, f) })
	if err != nil && !isProblem(err) {
		return spec.Usage("flag --out", "", "%v", err)
	}
	return err
}

func isProblem(err error) bool {
	var p *spec.Problem
	return errors.As(err, &p)
}

// write predicts chunk by chunk. Nothing is written before the first chunk is
// known to be good.
func (o *predictOptions) write(w io.Writer, m *model.Model, src data.Source, f *formatter) error {
	out := bufio.NewWriterSize(w, 1<<16)
	lines := csv.NewWriter(out)
	headed := o.app.json
	err := m.Pipeline.Stream(src, predictChunk, func(t *data.Table) error {
		set, err := m.Pipeline.Apply(t, data.AllRows(t))
		if err != nil {
			return err
		}
		if !headed {
			headed = true
			if err := lines.Write(f.columns()); err != nil {
				return err
			}
		}
		pred := tensor.New(set.X.Rows, m.Net.Out)
		m.Predict(set.X, pred)
		for i := range pred.Rows {
			cells := f.row(pred.Row(i))
			if o.app.json {
				err = f.writeJSON(out, cells)
			} else {
				err = lines.Write(cells)
			}
			if err != nil {
				return err
			}
		}
		lines.Flush()
		return cmp.Or(lines.Error(), out.Flush())
	})
	return cmp.Or(err, out.Flush())
}

// A formatter turns a row of outputs into cells.
type formatter struct {
	task        data.Task
	labels      []string
	targets     []string
	threshold   float64
	label, rest bool
}

func newFormatter(m *model.Model, threshold float64, output string) *formatter {
	return &formatter{task: m.Pipeline.Task(), labels: m.Pipeline.Labels(), targets: m.Pipeline.Targets(),
		threshold: threshold, label: output == "label" || output == "all", rest: output != "label"}
}

// columns names the cells: the target's name for the answer, then one
// probability a label. Several labels that do not exclude each other are targets
// of their own.
func (f *formatter) columns() []string {
	if f.task == data.Regression {
		return f.targets
	}
	var names []string
	if f.label {
		names = append(names, f.targets...)
	}
	if f.rest {
		labels := f.labels
		if f.task == data.MultiLabel {
			labels = f.targets
		}
		for _, l := range labels {
			names = append(names, "p("+l+")")
		}
	}
	return names
}

func (f *formatter) row(outputs []float32) []string {
	var cells []string
	switch {
	case f.task == data.MultiLabel && f.label:
		for _, p := range outputs {
			cells = append(cells, strconv.Itoa(train.Answer([]float32{p}, f.threshold)))
		}
	case f.task.Classes() && f.label:
		cells = append(cells, f.labels[train.Answer(outputs, f.threshold)])
	}
	if !f.rest {
		return cells
	}
	if f.task.Classes() && len(outputs) == 1 {
		return append(cells, cell(1-outputs[0]), cell(outputs[0]))
	}
	for _, v := range outputs {
		cells = append(cells, cell(v))
	}
	return cells
}

// truth writes a row of known answers.
func (f *formatter) truth(row []float32) string {
	if f.task.Classes() {
		return f.labels[int(row[0])]
	}
	var cells []string
	for _, v := range row {
		cells = append(cells, cell(v))
	}
	return strings.Join(cells, " ")
}

// cell writes a number as short as it round-trips in float32.
func cell(v float32) string { return strconv.FormatFloat(float64(v), 'g', -1, 32) }

func (f *formatter) writeJSON(w io.Writer, cells []string) error {
	names := f.columns()
	parts := make([]string, len(cells))
	for i, c := range cells {
		if f.task.Classes() && f.label && i == 0 {
			c = quoteJSON(c)
		} else if v, err := strconv.ParseFloat(c, 64); err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			c = "null"
		}
		parts[i] = quoteJSON(names[i]) + ":" + c
	}
	_, err := fmt.Fprintf(w, "{%s}\n", strings.Join(parts, ","))
	return err
}
