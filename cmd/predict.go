package cmd

import (
	"bufio"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/data"
	"mlp/internal/model"
	"mlp/internal/spec"
	"mlp/internal/tensor"
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
		Long: "predict writes CSV, or JSON lines with --json: the label and its probabilities,\n" +
			"or the value in the target's own units. DATA needs the columns the model was\n" +
			"trained on, by name, in any order, and no target; - is stdin.",
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
	switch classes := m.Pipeline.Task() != data.Regression; {
	case classes && o.output == "value" || !classes && (o.output == "label" || o.output == "probability"):
		return spec.Usage("flag --output", "leave it out to get all there is", "the model's target has no %s", o.output)
	}
	if m.Stage != model.Fitted {
		o.app.warn("%s is %s but not fitted: its weights are untrained", o.model, m.Stage)
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
// known to be good. The cell of the column under id:, if the table has it, comes
// first in each row.
func (o *predictOptions) write(w io.Writer, m *model.Model, src data.Source, f *formatter) error {
	out := bufio.NewWriterSize(w, 1<<16)
	lines := csv.NewWriter(out)
	first := true
	err := m.Pipeline.Stream(src, predictChunk, func(t *data.Table) error {
		set, err := m.Pipeline.Apply(t, data.AllRows(t))
		if err != nil {
			return err
		}
		if first {
			first = false
			if set.IDs != nil {
				f.id = idColumn(m.Pipeline.Schema())
			}
			if !o.app.json {
				if err := lines.Write(f.columns()); err != nil {
					return err
				}
			}
		}
		pred := tensor.New(set.X.Rows, m.Net.Out)
		m.Predict(set.X, pred)
		for i := range pred.Rows {
			var cells []string
			if f.id != "" {
				cells = append(cells, set.IDs[i])
			}
			cells = append(cells, f.row(pred.Row(i))...)
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

// idColumn returns the name of the column that names the rows.
func idColumn(s *data.Schema) string {
	i := slices.IndexFunc(s.Columns, func(c data.SchemaColumn) bool { return c.Role == data.ID })
	return s.Columns[i].Name
}
