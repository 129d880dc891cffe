package cmd

import (
	"context"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/compare"
	"mlp/internal/evaluate"
	"mlp/internal/modelfile"
	"mlp/internal/problem"
	"mlp/internal/report"
	"mlp/internal/run"
)

type compareOptions struct {
	app  *App
	cmd  *cobra.Command
	a, b string
	data []string

	metrics, maxDrops []string
}

const compareLong = `compare holds B against A on the same rows: each metric of both, the
difference, its 95 % interval, and how likely so large a difference is by
chance. That the rows are the same makes the difference far more certain than
the two values are.

A and B are models, which answer DATA, or the rows that evaluate takes without;
or files of answers, CSV, by any program: a column true with the truth, and
p(LABEL) for the labels, an answer, or a number. Rows are found again by a column
line or id, as evaluate --predictions writes them, else by their place.

Accuracy is tested by McNemar's mid-p, the area under the ROC curve of two labels
by DeLong's paired test; the intervals of others are of a paired bootstrap. Two
files of cv --predictions on the same folds are compared fold by fold, by the
corrected t test of Nadeau and Bengio.

--max-drop METRIC=X fails if B is worse by more than X; METRIC=X@upper if it may
be: if the upper bound of the interval is.`

var _ = addVerb(62, newCompare, runCompare)

func newCompare(a *App, run func(context.Context, *compareOptions) error) *cobra.Command {
	o := &compareOptions{app: a}
	c := &cobra.Command{
		Use:   "compare A B [DATA…]",
		Short: "say whether one model is better than another, on the same rows",
		Long:  compareLong,
		Example: "  mlp compare old.bin new.bin data.csv\n  mlp compare old.csv new.bin data.csv --max-drop auc=0.01@upper\n" +
			"  mlp compare small.csv large.csv",
		Args: arguments(2, anyNumber, "A B [DATA…] [flags]"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.a, o.b, o.data = c, args[0], args[1], args[2:]
			return run(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringSliceVar(&o.metrics, "metrics", nil, "compare these `METRICS` too, separated by commas")
	f.StringArrayVar(&o.maxDrops, "max-drop", nil, "gate: fail if B is worse than A by more than `METRIC=X`; METRIC=X@upper judges the interval's upper bound (repeatable)")
	addSpecFlags(c, "delimiter")
	return c
}

func runCompare(_ context.Context, o *compareOptions) error {
	var problems problem.Problems
	c := compare.Config{Metrics: o.metrics, Drops: dropGates(o.maxDrops, &problems)}
	if err := problems.Err(); err != nil {
		return err
	}
	if len(o.data) > 0 && !modelfile.Is(o.a) && !modelfile.Is(o.b) {
		return problem.Usage("DATA", "leave it out", "neither %s nor %s is a model that could answer %s", o.a, o.b, strings.Join(o.data, ", "))
	}
	first, err := o.answers(o.a)
	if err != nil {
		return err
	}
	second, err := o.answers(o.b)
	if err != nil {
		return err
	}
	r, err := compare.Compare(first, second, c)
	if err != nil {
		return err
	}
	if o.app.json {
		err = o.app.say("%s\n", report.ComparisonJSON(r))
	} else {
		err = o.app.say("%s", report.ComparisonText(r))
	}
	if err == nil && len(r.Failed) > 0 {
		return &gateError{r.Failed}
	}
	return err
}

// dropGates reads --max-drop where it is on a difference: its upper bound is the less
// favourable one.
func dropGates(texts []string, problems *problem.Problems) (gates []evaluate.Gate) {
	for _, text := range texts {
		g, err := evaluate.ParseGate(text, true)
		if err != nil {
			*problems = append(*problems, problem.Usage("flag --max-drop", "write, for example, --max-drop auc=0.01", "%v", err))
		}
		g.Source = "--max-drop " + text
		gates = append(gates, g)
	}
	return gates
}

// answers are those of a model, or of a file.
func (o *compareOptions) answers(path string) (*compare.Answers, error) {
	if !modelfile.Is(path) {
		f, err := os.Open(path)
		if err != nil {
			return nil, problem.Usage(path, "name a model, or a file of answers", "cannot be read: %v", problem.Reason(err))
		}
		defer f.Close()
		return compare.ReadAnswers(path, f)
	}
	m, s, err := o.app.request(o.cmd).Model(path)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	if err := measurable(m, path); err != nil {
		return nil, err
	}
	e, err := s.Measure(m, run.Measuring{Table: o.data, Config: s.Evaluate})
	if err != nil {
		return nil, err
	}
	if e.Trained > 0 {
		o.app.warn("%s was trained on these rows, or some of them: on others it will do less well", path)
	}
	return compare.OfModel(path, m, e.Part, e.Outputs(), e.Decision.Value)
}
