package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mlp/internal/model"
	"mlp/internal/spec"
)

// newRoot returns the command tree.
func newRoot(a *App) *cobra.Command {
	root := &cobra.Command{
		Use:   "mlp",
		Short: "train multilayer perceptrons on tables",
		Long: "mlp trains multilayer perceptrons on tables: Keras's words, one spec, one model file.\n\n" +
			"  mlp fit --config pima.yaml\n  mlp evaluate model.bin data.csv",
		SilenceUsage: true, SilenceErrors: true,
		Version:           model.Version,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: false},
		Args:              cobra.NoArgs,
		RunE:              func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	root.SetVersionTemplate("mlp {{.Version}}\n")
	root.SetGlobalNormalizationFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		return pflag.NormalizedName(strings.ReplaceAll(name, "_", "-"))
	})
	f := root.PersistentFlags()
	f.StringVarP(&a.config, "config", "c", "", "the spec: a file, or the name of one in configs/ or built in")
	f.StringArrayVar(&a.sets, "set", nil, "set a value of the spec, as in --set fit.epochs=20 (repeatable)")
	f.StringVar(&a.seed, "seed", "", "seed of every random number")
	f.IntVar(&a.threads, "threads", 0, "threads to work with; 0: all cores. Results do not depend on it")
	f.BoolVar(&a.json, "json", false, "write JSON to stdout")
	f.BoolVarP(&a.quiet, "quiet", "q", false, "write only results")
	f.BoolVarP(&a.verbose, "verbose", "v", false, "write more")
	f.StringVar(&a.color, "color", "auto", "auto, always or never")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return flagProblem(c, err) })
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error { return a.checkGlobals() }

	root.AddCommand(
		newInit(a, runInit), newLoad(a, runLoad), newBuild(a, runBuild), newCompile(a, runCompile),
		newFit(a, runFit), newEvaluate(a, runEvaluate), newPredict(a, runPredict),
		newSummary(a, runSummary), newRender(a, runRender), newTrace(a, runTrace),
		newList(a, runList), newVersion(a),
	)
	root.AddCommand(helpTopics(a)...)
	return root
}

func (a *App) checkGlobals() error {
	switch a.color {
	case "auto", "always", "never":
	default:
		return spec.Usage("flag --color", "use auto, always or never", "%q is not one of them", a.color)
	}
	if a.threads < 0 {
		return spec.Usage("flag --threads", "use a positive number, or 0 for all cores", "%d threads are not possible", a.threads)
	}
	return nil
}

// flagProblem turns what the flag parser says into a problem with a suggestion.
func flagProblem(c *cobra.Command, err error) error {
	var names []string
	add := func(f *pflag.Flag) { names = append(names, "--"+f.Name) }
	c.Flags().VisitAll(add)
	c.InheritedFlags().VisitAll(add)
	msg := err.Error()
	if name, ok := strings.CutPrefix(msg, "unknown flag: "); ok {
		hint := fmt.Sprintf("`%s --help` lists the flags", c.CommandPath())
		if near := spec.Nearest(name, names); near != "" {
			hint = fmt.Sprintf("did you mean %s?", near)
		}
		return spec.Usage("flag "+name, hint, "%s has no such flag", c.CommandPath())
	}
	return spec.Usage("mlp "+c.Name(), fmt.Sprintf("`%s --help` lists the flags", c.CommandPath()), "%s", msg)
}

// arguments checks how many words follow a verb and says what they are for.
func arguments(least, most int, usage string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return spec.Usage(c.CommandPath(), "usage: "+c.CommandPath()+" "+usage, "an argument is missing")
		case len(args) > most:
			return spec.Usage(c.CommandPath(), "usage: "+c.CommandPath()+" "+usage, "unexpected argument %q", args[most])
		}
		return nil
	}
}
