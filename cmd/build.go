package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"mlp/internal/iostreams"
	"mlp/internal/problem"
	"mlp/internal/report"
)

type buildOptions struct {
	app  *App
	cmd  *cobra.Command
	args []string // [DATA…]
	out  string
}

var _ = addVerb(30, newBuild, runBuild)

func newBuild(a *App, run func(context.Context, *buildOptions) error) *cobra.Command {
	o := &buildOptions{app: a}
	c := &cobra.Command{
		Use:   "build [DATA…]",
		Short: "make an untrained model: fitted preprocessing, initial weights",
		Long: "build -c SPEC reads the table, fits the preprocessing to the training rows,\n" +
			"resolves the network's shapes, draws the weights, prints the layers and writes\n" +
			"an untrained model.",
		Example: "  mlp build --config pima.yaml -o model.bin",
		Args:    arguments(0, anyNumber, "-c SPEC [DATA…] [flags]"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.args = c, args
			return run(c.Context(), o)
		},
	}
	c.Flags().StringVarP(&o.out, "output", "o", "model.bin", "write the model to `FILE`")
	addSpecFlags(c, "validation-split")
	addWeightsFlags(c)
	addDataFlags(c)
	return c
}

func runBuild(_ context.Context, o *buildOptions) error {
	a := o.app
	if err := checkModelOutput("-o", o.out, ""); err != nil {
		return err
	}
	if err := a.needSpec(o.cmd); err != nil {
		return err
	}
	job, err := a.request(o.cmd).Build(o.args)
	if err != nil {
		return err
	}
	defer job.Close()
	m := job.Model
	if err := m.Save(o.out); err != nil {
		return err
	}
	if a.json {
		return a.sayJSON(report.Summary(m))
	}
	if !a.quiet {
		if err := a.printSummary(m); err != nil {
			return err
		}
	}
	return a.tell("wrote %s: built\n", iostreams.Printable(o.out))
}

// needSpec refuses a command without a spec.
func (a *App) needSpec(c *cobra.Command) error {
	if a.config == "" {
		return problem.Usage(c.CommandPath(), "name a spec with --config, for example --config pima.yaml", "there is no spec")
	}
	return nil
}
