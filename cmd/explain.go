package cmd

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/spf13/cobra"

	"mlp/internal/explain"
	"mlp/internal/iostreams"
	"mlp/internal/model"
	"mlp/internal/outfile"
	"mlp/internal/problem"
	"mlp/internal/report"
	"mlp/internal/rowwriter"
	"mlp/internal/run"
)

type explainOptions struct {
	app   *App
	cmd   *cobra.Command
	model string
	data  []string

	groups           []string
	shuffles, sample int
	column           string
	row              int
	rows             bool
	background, out  string
}

const explainLong = `explain says what a model makes of the columns of DATA.

Alone it prints how much the loss rises when the cells of a column are dealt out
anew among the rows, for each column, with the interval for other rows of the
same kind. A column without which the others know as much has no importance:
--group "lag_*" takes the columns that match as one.

--column NAME prints what is answered on average if every row has one value of
the column, for values from its least to its greatest; with --json single rows
too.

--row N prints what each cell of a row adds to the answer, beside what is
answered on average for the background (Shapley values). They are exact up to
14 columns; of more, orders of the columns are drawn, and a standard error is
given. --rows writes them for every row, a line for each output: CSV, or JSON
lines with --json. The background is 100 rows drawn from DATA, or from
--background.

The same question has the same answer: draws follow the seed of the model.`

var _ = addVerb(115, newExplain, runExplain)

func newExplain(a *App, run func(context.Context, *explainOptions) error) *cobra.Command {
	o := &explainOptions{app: a}
	c := &cobra.Command{
		Use:   "explain MODEL DATA…",
		Short: "say which columns matter, and what each adds to an answer",
		Long:  explainLong,
		Example: "  mlp explain model.bin data.csv\n  mlp explain model.bin data.csv --column age\n" +
			"  mlp explain model.bin data.csv --row 3\n  mlp explain model.bin data.csv --rows -o shap.csv",
		Args: arguments(2, anyNumber, "MODEL DATA… [flags]"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.model, o.data = c, args[0], args[1:]
			return run(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringArrayVar(&o.groups, "group", nil, "take the columns whose names match `PATTERN`, such as lag_*, as one (repeatable)")
	f.IntVar(&o.shuffles, "shuffles", 20, "deal each column out `N` times")
	f.IntVar(&o.sample, "sample", 5000, "of more than `N` rows draw so many; not for --row and --rows")
	f.StringVar(&o.column, "column", "", "how the answer goes with the values of the column `NAME`")
	f.IntVar(&o.row, "row", 0, "what each cell of row `N` adds; 1 is the first row of data")
	f.BoolVar(&o.rows, "rows", false, "what each cell of every row adds")
	f.StringVar(&o.background, "background", "", "compare --row and --rows with the rows of the table `FILE`")
	f.StringVarP(&o.out, "output", "o", "", "write --rows to `FILE`")
	addSpecFlags(c, "delimiter")
	return c
}

func runExplain(_ context.Context, o *explainOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	m, s, err := o.app.request(o.cmd).Model(o.model)
	if err != nil {
		return err
	}
	defer m.Close()
	if m.Stage != model.Fitted {
		o.app.warn("%s is %s but not fitted: its weights are untrained", o.model, m.Stage)
	}
	importance := o.column == "" && o.row == 0 && !o.rows
	if importance && m.Stage == model.Built {
		return problem.Model(o.model, "mlp compile "+o.model, "the model is built but not compiled, so there is no loss that could rise")
	}
	src, err := s.Table(o.data...)
	if err != nil {
		return err
	}
	subject, err := explain.Read(m, src, o.groups, importance)
	if err != nil {
		return err
	}
	switch {
	case importance:
		r, err := subject.Importance(o.shuffles, o.sample, s.Model.Seed)
		if err != nil {
			return err
		}
		return o.print(report.ImportanceText(r), report.ImportanceJSON(r))
	case o.column != "":
		d, err := subject.Dependence(o.column, o.sample, s.Model.Seed)
		if err != nil {
			return err
		}
		return o.print(report.DependenceText(d, subject.Outputs), report.DependenceJSON(d, subject.Outputs))
	}
	return o.shapley(m, s, subject)
}

// check refuses flags that do not go together, and proves that the file can be written.
func (o *explainOptions) check() error {
	asked := 0
	for _, flag := range []string{"column", "row", "rows"} {
		if o.cmd.Flags().Changed(flag) {
			asked++
		}
	}
	switch {
	case asked > 1:
		return problem.Usage("flag --row", "ask one after the other", "--column, --row and --rows are different questions")
	case o.out != "" && !o.rows:
		return problem.Usage("flag --output", "add --rows", "there are no rows to write")
	case o.background != "" && o.row == 0 && !o.rows:
		return problem.Usage("flag --background", "add --row N or --rows", "only rows are compared with a background")
	case o.cmd.Flags().Changed("row") && o.row < 1:
		return problem.Usage("flag --row", "1 is the first row of data", "there is no row %d", o.row)
	case o.shuffles < 1 || o.shuffles > 10_000:
		return problem.Usage("flag --shuffles", "20 are usual", "%d is not between 1 and 10000", o.shuffles)
	case o.sample < 2:
		return problem.Usage("flag --sample", "5000 are usual", "%d rows are no sample", o.sample)
	}
	return checkOutput("--output", o.out, append(o.data, o.model, o.background)...)
}

func (o *explainOptions) print(text, json string) error {
	if o.app.json {
		return o.app.say("%s\n", json)
	}
	return o.app.tell("%s", text)
}

// mostBackground is how many rows of the background are taken: an average of so many
// answers is near that of all.
const mostBackground = 100

func (o *explainOptions) shapley(m *model.Model, s *run.Session, subject *explain.Subject) error {
	others := subject
	if o.background != "" {
		src, err := s.Table(o.background)
		if err != nil {
			return err
		}
		if others, err = explain.Read(m, src, o.groups, false); err != nil {
			return err
		}
	}
	b, err := others.Background(mostBackground, s.Model.Seed)
	if err != nil {
		return err
	}
	if !o.rows {
		r, err := subject.Shapley(o.row-1, b, s.Model.Seed)
		if err != nil {
			return err
		}
		return o.print(report.ShapleyText(subject, o.row, r, b.Rows()), report.ShapleyJSON(subject, o.row, r, b.Rows()))
	}
	if o.out == "" {
		return o.writeRows(o.app, subject, b, s.Model.Seed, iostreams.IsTerminal(o.app.Out))
	}
	err = outfile.Write(o.out, func(w io.Writer) error { return o.writeRows(w, subject, b, s.Model.Seed, false) })
	if err != nil {
		return problem.Usage("flag --output", "", "%v", err)
	}
	return nil
}

// writeRows writes a line for each output of each row.
func (o *explainOptions) writeRows(w io.Writer, subject *explain.Subject, b *explain.Background, seed uint64, terminal bool) error {
	first := []string{"row", "output", "base", "answer"}
	names := slices.Clone(first)
	for _, c := range subject.Columns {
		name := c.Name
		if slices.Contains(first, name) {
			name = "value(" + name + ")"
		}
		names = append(names, name)
	}
	if exact := len(subject.Columns) <= explain.ExactColumns; !exact {
		for _, c := range subject.Columns {
			names = append(names, "error("+c.Name+")")
		}
	}
	rows := rowwriter.New(names, o.app.json, terminal)
	return subject.Each(b, seed, func(row int, r *explain.Shapley) error {
		for j, output := range subject.Outputs {
			rows.Word(fmt.Sprint(row + 1))
			rows.Word(output)
			for _, v := range slices.Concat([]float64{r.Base[j], r.Answer[j]}, ofOutput(r.Values, j), ofOutput(r.Errors, j)) {
				rows.Number(single(v))
			}
			rows.End()
		}
		_, err := w.Write(rows.Bytes())
		return err
	})
}

func ofOutput(all [][]float64, j int) []float64 {
	values := make([]float64, len(all))
	for c, v := range all {
		values[c] = v[j]
	}
	return values
}

// single rounds to the digits of the network's own numbers; what is 0 but for rounding is 0.
func single(v float64) float32 {
	if math.Abs(v) < 1e-12 {
		return 0
	}
	return float32(v)
}
