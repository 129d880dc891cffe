package cmd

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/model"
	"mlp/internal/predict"
	"mlp/internal/problem"
)

type predictOptions struct {
	rowOptions
	app         *App
	cmd         *cobra.Command
	model       string
	data        []string
	output, out []string // the file; or, as it was spelled once, what to write and the file
	answers     string
	interval    float64
}

const predictLong = `predict writes CSV, or JSON lines with --json, a line for each row of DATA, in
order. DATA is a table, CSV or JSON lines; - is stdin. It needs the columns the
model was trained on, by name, in any order, and no target.

--answers is one of
  label        the answer: the label whose probability is greatest; of two labels,
               the positive one if its probability is above --threshold
  probability  p(LABEL), the probability of every label
  both         the answer and its probability
  value        the number predicted, in the target's own units
  interval     what --interval adds, alone
  all          label and probability of a class, value of a number; the default
Several targets of 0 and 1 have an answer and a probability each.

--interval LEVEL adds to each answer what holds the truth for that share of
rows: TARGET.lower and TARGET.upper of a number; of a label the set of labels
that are likely enough, joined by | (a list with --json), which is empty where
none is. The model must have been trained with fit.intervals: true, and with
enough validation rows for LEVEL. It holds on average over rows like those,
whatever the model is worth: not for each group by itself, nor for rows from
elsewhere or of later times. An ensemble needs no validation rows: it makes them
by what its members answer that left a row out (CV+), and they hold it for
rather more rows than LEVEL.

A model that answers with quantiles, with a mean and a spread (gaussian_nll) or
with the rate of counts (poisson), and keeps no such rows, has intervals of its
own: TARGET.model_lower and TARGET.model_upper, as good as the model is.

--keep copies cells of DATA to the front of each row, in the order of the file,
with the name of their column: text, ids and dates too, whether the model uses
them or not. The column that is the model's id: is always kept. Cells are copied
as they are, byte for byte, and put in quotes where CSV needs that; nothing
keeps a spreadsheet from taking a cell such as =1+1 for a formula. With --json a
cell of a CSV table is text. A prediction whose name is taken is called
predicted(NAME).

A summary on stderr tells how the rows differ from those the model was trained
on: columns in which more or fewer cells are missing than chance explains,
numbers outside the range of the training rows, categories that the model does
not have. -q leaves it out; with --json it is an object {"event":"drift",…}.
With --strict such a cell, and one that is missing where none was in training,
is an error with its place, and the exit code is 3: with -o FILE nothing is
written then; on stdout are the rows of the chunks before it.

Rows of a pipe are answered as they come: what is there is answered before more
is waited for. The header and one row of it must have come, of a table without a
header a hundred rows unless --delimiter says what is between cells, and of JSON
lines one with each key. A row in quotes ends where its quotes do, and what a
program packs with gzip comes when that program lets it go.

A table of no rows, a header alone, has an answer of no rows: a header alone.`

var _ = addVerb(70, newPredict, runPredict)

func newPredict(a *App, run func(context.Context, *predictOptions) error) *cobra.Command {
	o := &predictOptions{app: a}
	c := &cobra.Command{
		Use:   "predict MODEL DATA…",
		Short: "answer each row of a table, in order, in constant memory",
		Long:  predictLong,
		Example: "  mlp predict model.bin new.csv > answers.csv\n  zcat new.csv.gz | mlp predict model.bin - --answers probability\n" +
			"  mlp predict model.bin new.csv --keep all --answers both --strict -o answers.csv",
		Args: arguments(2, anyNumber, "MODEL DATA… [flags]"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.model, o.data = c, args[0], args[1:]
			return run(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringArrayVarP(&o.output, "output", "o", nil, "write the predictions to `FILE`; - is stdout, as it is if there is none")
	f.StringArrayVar(&o.out, "out", nil, "")
	_ = f.MarkHidden("out") // it is there
	f.StringVar(&o.answers, "answers", "all", "`WHAT` to write of each answer: "+alternatives(predict.Kinds))
	o.rowOptions.add(c)
	f.Float64Var(&o.interval, "interval", 0, "add what holds the truth for this `LEVEL` of rows, such as 0.9")
	addThreshold(c)
	addSpecFlags(c, "delimiter")
	return c
}

func runPredict(_ context.Context, o *predictOptions) error {
	out, err := o.file()
	if err != nil {
		return err
	}
	if out != "-" {
		if err := checkOutput("--output", out, append(o.data, o.model)...); err != nil {
			return err
		}
	}
	m, s, err := o.app.request(o.cmd).Model(o.model)
	if err != nil {
		return err
	}
	defer m.Close()
	threshold, err := threshold(o.cmd, m, s.Evaluate)
	if err != nil {
		return err
	}
	answer, err := predict.NewAnswer(m, threshold, o.answers)
	if err != nil {
		return err
	}
	if asked := o.cmd.Flags().Changed("interval"); asked || o.answers == "interval" {
		if !asked {
			o.interval = predict.UsualLevel
		}
		if err := answer.Promise(m, o.interval); err != nil {
			return err
		}
	}
	if answer.Own() {
		o.app.note("the intervals are what the model itself says of its answers: no held-out rows vouch for them")
	}
	if m.Stage != model.Fitted {
		o.app.warn("%s is %s but not fitted: its weights are untrained", o.model, m.Stage)
	}
	src, err := s.Stream(o.data...)
	if err != nil {
		return err
	}
	options, err := o.options()
	if err != nil {
		return err
	}
	p, err := predict.Open(m, src, answer, options)
	if err != nil {
		return err
	}
	if err := o.app.writeRows(out, p.Names, p.Write); err != nil {
		return err
	}
	if p.Drift.Rows == 0 && !o.app.json {
		o.app.note("%s has no rows: there is nothing to answer", src.Name)
		return nil
	}
	o.app.printDrift(p.Drift, p.Unused)
	return nil
}

// file is where the predictions go: the last --output. That flag once said what to
// write, and --out where; both are read still.
func (o *predictOptions) file() (string, error) {
	out := "-"
	for _, word := range slices.Concat(o.output, o.out) {
		switch {
		case word == "":
			return "", problem.Usage("flag --output", "leave it out, or give it a value", "the value is empty")
		case slices.Contains(predict.Kinds, word):
			o.app.note("--output %s is written --answers %s now; a file of that name is ./%s", word, word, word)
			o.answers = word
		case !strings.ContainsAny(word, "./\\") && problem.Nearest(word, predict.Kinds) != "":
			return "", problem.Usage("flag --output", "did you mean --answers "+problem.Nearest(word, predict.Kinds)+"? A file of that name is ./"+word, "%q is an odd name for a file", word)
		default:
			out = word
		}
	}
	if len(o.out) > 0 {
		o.app.note("--out is written --output now")
	}
	return out, nil
}
