package cmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/iostreams"
	"mlp/internal/modelfile"
	"mlp/internal/report"
	"mlp/internal/run"
)

type compileOptions struct {
	app   *App
	cmd   *cobra.Command
	model string
	out   string
}

var _ = addVerb(40, newCompile, runCompile)

func newCompile(a *App, run func(context.Context, *compileOptions) error) *cobra.Command {
	o := &compileOptions{app: a}
	c := &cobra.Command{
		Use:   "compile MODEL",
		Short: "give a model optimizer, loss and metrics; check that they fit",
		Long: "compile takes optimizer, loss, metrics and backend from the flags, from -c SPEC,\n" +
			"or from the spec in the model, checks them against the output layer and the\n" +
			"target, and replaces the model. Weights stay; the optimizer starts anew.",
		Example: "  mlp compile model.bin --optimizer sgd --metrics accuracy,auc",
		Args:    arguments(1, 1, "MODEL [-c SPEC] [flags]"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.model = c, args[0]
			return run(c.Context(), o)
		},
	}
	c.Flags().StringVarP(&o.out, "output", "o", "", "write the model to `FILE`; MODEL itself if not given")
	addSpecFlags(c, "optimizer", "loss", "metrics", "learning-rate")
	return c
}

func runCompile(_ context.Context, o *compileOptions) error {
	if o.out == "" {
		o.out = o.model
	}
	if err := checkModelOutput("-o", o.out, o.model); err != nil {
		return err
	}
	m, _, err := o.app.request(o.cmd).Model(o.model)
	if err != nil {
		return err
	}
	defer m.Close()
	if err := m.Compile(); err != nil {
		return err
	}
	if err := m.Save(o.out); err != nil {
		return err
	}
	if o.app.json {
		return o.app.sayJSON(report.Summary(m))
	}
	compile := m.Spec.Get("compile")
	var metrics []string
	for _, metric := range m.Metrics {
		metrics = append(metrics, metric.Name)
	}
	return o.app.tell("optimizer %s, loss %s, metrics %s\nwrote %s: %s\n",
		report.TypeName(compile.Get("optimizer")), report.TypeName(compile.Get("loss")), strings.Join(metrics, ", "), iostreams.Printable(o.out), m.Stage)
}

// modelAndData tells [MODEL] [DATA…] apart. resume, if given, is the model.
func (a *App) modelAndData(args []string, resume string) (modelPath string, data []string) {
	switch {
	case resume != "":
		return resume, args
	case len(args) == 0:
		return "", nil
	case a.config == "" || modelfile.Is(args[0]) || len(args) > 1 && !run.IsTable(a.Embedded, args[0]):
		return args[0], args[1:]
	}
	return "", args
}
