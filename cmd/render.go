package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"mlp/internal/config"
	"mlp/internal/model"
	"mlp/internal/modelfile"
	"mlp/internal/problem"
	"mlp/internal/recipe"
	"mlp/internal/spec"
)

type renderOptions struct {
	app    *App
	cmd    *cobra.Command
	name   string // a spec or a model; "" for --config
	origin bool
	schema bool
	check  bool
}

var _ = addVerb(100, newRender, runRender)

func newRender(a *App, run func(context.Context, *renderOptions) error) *cobra.Command {
	o := &renderOptions{app: a}
	c := &cobra.Command{
		Use:   "render [SPEC|MODEL]",
		Short: "print a spec with every default written out",
		Long: "render prints the resolved spec: every value that a run would use. --origin says\n" +
			"where each came from: the default, the model file, the spec, an environment\n" +
			"variable, a flag.",
		Example: "  mlp render pima.yaml --origin\n  mlp render model.bin > spec.yaml\n  mlp render --schema > mlp.schema.json",
		Args:    arguments(0, 1, "[SPEC|MODEL] [flags]"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.name = c, ""
			if len(args) > 0 {
				o.name = args[0]
			}
			return run(c.Context(), o)
		},
	}
	c.Flags().BoolVar(&o.origin, "origin", false, "say where each value comes from")
	c.Flags().BoolVar(&o.schema, "schema", false, "print the JSON Schema of a spec")
	c.Flags().BoolVar(&o.check, "check", false, "only validate; print nothing but problems")
	addSpecFlags(c, "optimizer", "loss", "metrics", "epochs", "batch-size", "learning-rate", "validation-split")
	addDataFlags(c)
	return c
}

func runRender(_ context.Context, o *renderOptions) error {
	a := o.app
	if o.schema {
		return a.sayTree(spec.JSONSchema("a spec of mlp", recipe.Describe()))
	}
	var base *spec.Node
	switch {
	case o.name != "" && modelfile.Is(o.name):
		m, err := model.Read(o.name, a.threads)
		if err != nil {
			return err
		}
		base = m.Spec
		m.Close()
	case o.name != "":
		a.config = o.name
	case a.config == "":
		return problem.Usage("mlp render", "usage: mlp render SPEC|MODEL", "there is nothing to render")
	}
	s, err := a.request(o.cmd).Open(base)
	if err != nil || o.check {
		return err
	}
	if a.json {
		return a.sayTree(s.Tree)
	}
	tree := s.Tree
	if o.origin {
		tree = config.Origins(tree)
	}
	return a.say("%s", config.Render(tree))
}
