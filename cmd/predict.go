package cmd

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/model"
	"mlp/internal/outfile"
	"mlp/internal/problem"
	"mlp/internal/task"
)

type predictOptions struct {
	app         *App
	cmd         *cobra.Command
	model, data string
	out         string
	output      string
	keep        []string
	strict      bool
	rows        int // answered at a time
}

const predictLong = `predict writes CSV, or JSON lines with --json, a line for each row of DATA, in
order. DATA is a table, CSV or JSON lines; - is stdin. It needs the columns the
model was trained on, by name, in any order, and no target.

--output is one of
  label        the answer: the label whose probability is greatest; of two labels,
               the positive one if its probability is above --threshold
  probability  p(LABEL), the probability of every label
  both         the answer and its probability
  value        the number predicted, in the target's own units
  all          label and probability of a class, value of a number; the default
Several targets of 0 and 1 have an answer and a probability each.

--keep copies cells of DATA to the front of each row, in the order of the file,
with the name of their column: text, ids and dates too, whether the model uses
them or not. The column that is the model's id: is always kept. Cells are copied
as they are, byte for byte, and put in quotes where CSV needs that; nothing keeps
a spreadsheet from taking a cell such as =1+1 for a formula. With --json a cell
of a CSV table is text. A prediction whose name is taken is called
predicted(NAME).

A summary on stderr tells how the rows differ from those the model was trained
on: columns in which more or fewer cells are missing than chance explains,
numbers outside the range of the training rows, categories that the model does
not have. -q leaves it out; with --json it is an object {"event":"drift",…}.
With --strict such a cell, and one that is missing where none was in training,
is an error with its place, and the exit code is 3: with -o FILE nothing is
written then; on stdout are the rows of the chunks before it.`

func newPredict(a *App, run func(context.Context, *predictOptions) error) *cobra.Command {
	o := &predictOptions{app: a, rows: predictChunk}
	c := &cobra.Command{
		Use:   "predict MODEL DATA",
		Short: "answer each row of a table, in order, in constant memory",
		Long:  predictLong,
		Example: "  mlp predict model.bin new.csv > answers.csv\n  zcat new.csv.gz | mlp predict model.bin - --output probability\n" +
			"  mlp predict model.bin new.csv --keep all --output both --strict -o answers.csv",
		Args: arguments(2, 2, "MODEL DATA [flags]"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.model, o.data = c, args[0], args[1]
			return run(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVarP(&o.out, "out", "o", "-", "write the predictions to `FILE`; - is stdout")
	f.StringVar(&o.output, "output", "all", "`WHAT` to write: label, probability, both, value or all")
	f.StringArrayVar(&o.keep, "keep", nil, "copy these `COLUMNS` of DATA to the front of each row, separated by commas; or all")
	f.BoolVar(&o.strict, "strict", false, "refuse cells unlike those the model was trained on")
	addThreshold(c)
	addSpecFlags(c, "delimiter")
	return c
}

func runPredict(_ context.Context, o *predictOptions) error {
	if !slices.Contains(outputs, o.output) {
		return problem.Usage("flag --output", problem.DidYouMean(o.output, outputs), "%q is not one of %s", o.output, strings.Join(outputs, ", "))
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
	threshold, err := threshold(o.cmd, m, s.Evaluate)
	if err != nil {
		return err
	}
	switch classes := m.Pipeline.Task() != task.Regression; {
	case classes && o.output == "value" || !classes && o.output != "value" && o.output != "all":
		missing := map[string]string{"both": "label"}[o.output]
		return problem.Usage("flag --output", "leave it out to get all there is", "the model's target has no %s", cmp.Or(missing, o.output))
	}
	if m.Stage != model.Fitted {
		o.app.warn("%s is %s but not fitted: its weights are untrained", o.model, m.Stage)
	}
	src, err := o.app.table(o.cmd, s, o.data)
	if err != nil {
		return err
	}
	p, err := o.open(m, src, newFormatter(m, threshold, o.output))
	if err != nil {
		return err
	}
	if o.out == "-" {
		err = p.write(o.app)
	} else if err = outfile.Write(o.out, p.write); err != nil && !isProblem(err) {
		err = problem.Usage("flag --out", "", "%v", err)
	}
	if err != nil {
		return err
	}
	o.app.printDrift(p.drift, p.unused)
	return nil
}

func isProblem(err error) bool {
	var p *problem.Problem
	return errors.As(err, &p)
}
