package cmd

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"mlp/internal/config"
	"mlp/internal/explain"
	"mlp/internal/iostreams"
	"mlp/internal/model"
	"mlp/internal/report"
	"mlp/internal/run"
)

type pageOptions struct {
	app   *App
	cmd   *cobra.Command
	model string
	data  []string

	out, by string
	svg     string
	explain bool
}

var _ = addVerb(65, newPage, runPage)

func newPage(a *App, run func(context.Context, *pageOptions) error) *cobra.Command {
	o := &pageOptions{app: a}
	c := &cobra.Command{
		Use:   "report MODEL [DATA…] -o FILE.html",
		Short: "put all there is to see of a model on one page",
		Long: "report measures a model as evaluate does and writes one HTML page: how good it is,\n" +
			"learning curves, confusion matrix, ROC, precision and recall, thresholds,\n" +
			"calibration, which columns matter and how the answer goes with them, the network\n" +
			"drawn, columns, spec and provenance. The page has no script and asks for nothing\n" +
			"else, follows light and dark, and prints. Its size does not grow with the table.",
		Example: "  mlp report model.bin data.csv -o report.html\n  mlp report model.bin -o report.html --by region --svg pictures",
		Args:    arguments(1, anyNumber, "MODEL [DATA…] -o FILE.html"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.model, o.data = c, args[0], args[1:]
			return run(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVarP(&o.out, "output", "o", "report.html", "write the page to `FILE`")
	f.StringVar(&o.svg, "svg", "", "write each picture to a file in `FOLDER` too")
	f.StringVar(&o.by, "by", "", "measure the rows of each value of this `COLUMN` too")
	f.BoolVar(&o.explain, "explain", true, "say which columns matter; --explain=false leaves it out")
	addThreshold(c)
	addSpecFlags(c, "delimiter")
	return c
}

func runPage(_ context.Context, o *pageOptions) error {
	a := o.app
	to := reports{files: []reportFile{{"html", o.out}}}
	if err := checkOutput("--output", o.out, append(o.data, o.model)...); err != nil {
		return err
	}
	if o.svg != "" {
		to.files = append(to.files, reportFile{"svg", o.svg})
		if err := checkReportFolder("--svg", o.svg); err != nil {
			return err
		}
	}
	m, s, err := a.request(o.cmd).Model(o.model)
	if err != nil {
		return err
	}
	defer m.Close()
	if err := measurable(m, o.model); err != nil {
		return err
	}
	c := s.Evaluate
	c.Thorough = true
	if err := giveThreshold(o.cmd, &c); err != nil {
		return err
	}
	e, err := s.Measure(m, run.Measuring{Table: o.data, By: o.by, Config: c})
	if err != nil {
		return err
	}
	p := &report.Page{Model: m, Result: e.Result, Name: evaluatedName(e), Curves: e.Curves(), By: o.by, Subgroups: e.Subgroups, Spec: string(config.Render(m.Spec))}
	if o.explain {
		if err := o.addColumns(p, m, s, e); err != nil {
			return err
		}
	}
	d := p.Document()
	d.AddDrift(e.Drift)
	p.AddModel(d)
	if err := to.write(a, d); err != nil {
		return err
	}
	a.warnings(report.Warnings(e.Result))
	(&evaluateOptions{app: a, model: o.model, data: o.data}).warnTrained(e)
	if a.json {
		return a.say("%s\n", report.EvaluationJSON(e.Result, o.by, e.Subgroups, e.Drift))
	}
	if err := a.tell("%s\n", report.Verdict(e.Result)); err != nil {
		return err
	}
	return a.say("wrote %s\n", iostreams.Printable(o.out))
}

const (
	pageRows     = 2000 // that importance and curves are measured on: enough for a picture
	pageShuffles = 10
	pageCurves   = 4 // columns
)

// addColumns explains the rows that were measured.
func (o *pageOptions) addColumns(p *report.Page, m *model.Model, s *run.Session, e *run.Evaluation) error {
	subject, err := explain.Read(m, e.Source(), nil, true)
	if err != nil {
		return err
	}
	lines := slices.Clone(e.Part.Lines)
	slices.Sort(lines)
	subject.Only(lines)
	p.Outputs = subject.Outputs
	if p.Importance, err = subject.Importance(pageShuffles, pageRows, s.Model.Seed); err != nil {
		return err
	}
	for _, c := range p.Importance.Columns[:min(pageCurves, len(p.Importance.Columns))] {
		d, err := subject.Dependence(c.Name, pageRows, s.Model.Seed)
		if err != nil {
			return err
		}
		p.Dependence = append(p.Dependence, d)
	}
	return nil
}
