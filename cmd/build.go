package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"mlp/internal/iostreams"
	"mlp/internal/model"
	"mlp/internal/problem"
)

type buildOptions struct {
	app  *App
	cmd  *cobra.Command
	args []string // [DATA]
	out  string
}

func newBuild(a *App, run func(context.Context, *buildOptions) error) *cobra.Command {
	o := &buildOptions{app: a}
	c := &cobra.Command{
		Use:   "build [DATA]",
		Short: "make an untrained model: fit the preprocessing, initialise the weights",
		Long: "build -c SPEC reads the table, fits the preprocessing to the training rows,\n" +
			"resolves the network's shapes, draws the weights, prints the layers and writes\n" +
			"an untrained model.",
		Example: "  mlp build --config pima.yaml -o model.bin",
		Args:    arguments(0, 1, "-c SPEC [DATA] [flags]"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.args = c, args
			return run(c.Context(), o)
		},
	}
	c.Flags().StringVarP(&o.out, "output", "o", "model.bin", "write the model to `FILE`")
	addSpecFlags(c, "validation-split")
	addDataFlags(c)
	return c
}

func runBuild(_ context.Context, o *buildOptions) error {
	if err := checkModelOutput("-o", o.out, ""); err != nil {
		return err
	}
	dataPath := ""
	if len(o.args) > 0 {
		dataPath = o.args[0]
	}
	m, _, _, err := o.app.build(o.cmd, dataPath)
	if err != nil {
		return err
	}
	defer m.Close()
	if err := m.Save(o.out); err != nil {
		return err
	}
	if o.app.json {
		return o.app.printSummaryJSON(m)
	}
	if !o.app.quiet {
		if err := o.app.printSummary(m); err != nil {
			return err
		}
	}
	return o.app.say("wrote %s: built\n", iostreams.Printable(o.out))
}

// build reads the spec and the table it names, or the one at dataPath, and makes
// a model of them.
func (a *App) build(c *cobra.Command, dataPath string) (*model.Model, *session, *model.Sets, error) {
	if a.config == "" {
		return nil, nil, nil, problem.Usage(c.CommandPath(), "name a spec with --config, for example --config pima.yaml", "there is no spec")
	}
	s, err := a.open(c, nil)
	if err != nil {
		return nil, nil, nil, err
	}
	src, err := a.sources(s, dataPath)
	if err != nil {
		return nil, nil, nil, s.annotate(err)
	}
	m, sets, err := model.Build(s.Model, s.Tree, src, a.threads)
	if err == nil && m.Data.Split != "" {
		a.note("rows: %d training, %d validation, %d test: %s", m.Data.Train, m.Data.Validation, m.Data.Test, m.Data.Split)
	}
	return m, s, sets, s.annotate(err)
}
