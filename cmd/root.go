package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mlp/internal/iostreams"
	"mlp/internal/problem"
)

// Tree returns the verbs and the topics of the help, for a program that writes a
// manual: what they are called, what their help says, which flags they take.
func Tree() *cobra.Command {
	return newRoot(&App{Streams: iostreams.Streams{Out: io.Discard, Err: io.Discard}})
}

// newRoot returns the command tree.
// verbs make the commands. Each is made known in its own file, with its place in
// the help, which lists them in the order in which they are used.
var verbs = map[int]func(*App) *cobra.Command{}

// addVerb makes a verb known: new turns flags into options, run does the work.
func addVerb[O any](place int, new func(*App, func(context.Context, *O) error) *cobra.Command, run func(context.Context, *O) error) struct{} {
	return addCommand(place, func(a *App) *cobra.Command { return new(a, run) })
}

// addCommand makes a command known that has no options of its own.
func addCommand(place int, new func(*App) *cobra.Command) struct{} {
	if verbs[place] != nil {
		panic(fmt.Sprintf("cmd: two verbs at place %d", place))
	}
	verbs[place] = new
	return struct{}{}
}

func newRoot(a *App) *cobra.Command {
	cobra.EnableCommandSorting = false // the verbs stand in the order in which they are used
	root := &cobra.Command{
		Use:   "mlp VERB",
		Short: "train multilayer perceptrons on tables",
		Long: `mlp trains multilayer perceptrons on tables, in Keras's words: a spec and a
table go in, one model file comes out.

  mlp fit --config pima.yaml
  mlp evaluate model.bin data.csv`,
		SilenceUsage: true, SilenceErrors: true,
		Version:           thisBuild().version,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		Args:              func(c *cobra.Command, args []string) error { return unknownVerb(c, args) },
		RunE:              func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetOut(helpOutput{a})
	root.SetErr(a.Err)
	root.SetVersionTemplate("mlp {{.Version}}\n")
	root.SetHelpTemplate(helpTemplate)
	root.SetUsageTemplate(strings.ReplaceAll(usageTemplate, "COLUMNS", strconv.Itoa(a.Columns())))
	root.SetGlobalNormalizationFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		return pflag.NormalizedName(strings.ReplaceAll(name, "_", "-"))
	})
	f := root.PersistentFlags()
	f.StringVarP(&a.config, "config", "c", "", "the `SPEC`: a file, or the name of one in configs/ or built in; - is stdin")
	f.StringArrayVar(&a.sets, "set", nil, "set a value of the spec, `PATH=VALUE`, as in --set fit.epochs=20 (repeatable)")
	f.StringVar(&a.seed, "seed", "", "seed `N` of every random number")
	f.IntVar(&a.threads, "threads", 0, "work with `N` threads; 0: one a core. Results do not depend on it")
	f.BoolVar(&a.json, "json", false, "write JSON to stdout")
	f.BoolVarP(&a.quiet, "quiet", "q", false, "write only results, and warnings of what makes a trained model worthless")
	f.BoolVarP(&a.verbose, "verbose", "v", false, "write more")
	f.StringVar(&a.Color, "color", "auto", "`WHEN` to use colours: auto, always or never")
	root.SetFlagErrorFunc(flagProblem)
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error { return a.checkGlobals(c) }

	for _, place := range slices.Sorted(maps.Keys(verbs)) {
		root.AddCommand(verbs[place](a))
	}
	root.AddCommand(helpTopics(a)...)
	root.SetHelpCommand(newHelp())
	return root
}

// helpOutput is where cobra writes help. It would print the error of a write, which
// App remembers and execute judges: that the reader has gone, as head does after its
// lines, is none.
type helpOutput struct{ app *App }

func (w helpOutput) Write(p []byte) (int, error) {
	_ = w.app.Tell(string(p)) // the App has noted the error
	return len(p), nil
}

const helpTemplate = `{{with (or .Long .Short)}}{{. | trimTrailingWhitespaces}}
{{end}}{{if or .Runnable .HasSubCommands}}
{{.UsageString}}{{end}}`

// usageTemplate is cobra's, in our words: verbs, then flags, then topics.
// COLUMNS is the width of the terminal, 0 off one.
const usageTemplate = `usage: {{.UseLine}}
{{- if .HasExample}}

examples:
{{.Example}}{{end}}
{{- if .HasAvailableSubCommands}}

verbs:{{range .Commands}}{{if and .IsAvailableCommand (ne .Name "help")}}
  {{rpad .Name .NamePadding}}  {{.Short}}{{end}}{{end}}{{end}}
{{- if .HasAvailableLocalFlags}}

flags:
{{.LocalFlags.FlagUsagesWrapped COLUMNS | trimTrailingWhitespaces}}{{end}}
{{- if .HasAvailableInheritedFlags}}

flags of every verb:
{{.InheritedFlags.FlagUsagesWrapped COLUMNS | trimTrailingWhitespaces}}{{end}}
{{- if .HasHelpSubCommands}}

topics, for mlp help:{{range .Commands}}{{if .IsAdditionalHelpTopicCommand}}
  {{rpad .Name .NamePadding}}  {{.Short}}{{end}}{{end}}

mlp help VERB says more about a verb.{{end}}
`

// unknownVerb refuses a first word that is no verb.
func unknownVerb(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return problem.Usage("mlp", nearestVerb(root, args[0], false), "there is no verb %q", args[0])
}

// maxThreads bounds what --threads may ask for: each has its own working memory.
const maxThreads = 1024

// checkGlobals checks the flags of every verb, and that none is empty: an empty
// one is more often a variable of a shell that is not set than a wish.
func (a *App) checkGlobals(c *cobra.Command) error {
	var empty error
	c.Flags().Visit(func(f *pflag.Flag) {
		if f.Value.Type() == "string" && f.Value.String() == "" && f.Name != "na-values" && f.Name != "ignore" {
			empty = problem.Usage("flag --"+f.Name, "leave it out, or give it a value", "the value is empty")
		}
	})
	if empty != nil {
		return empty
	}
	switch a.Color {
	case "auto", "always", "never":
	default:
		return problem.Usage("flag --color", "use auto, always or never", "%q is not one of them", a.Color)
	}
	if a.threads < 0 || a.threads > maxThreads {
		return problem.Usage("flag --threads", "use a positive number, or 0 for all cores", "%d threads are not possible; %d are", a.threads, maxThreads)
	}
	return nil
}

// flagProblem turns what the flag parser says into a problem with a suggestion.
func flagProblem(c *cobra.Command, err error) error {
	var names []string
	add := func(f *pflag.Flag) { names = append(names, "--"+f.Name) }
	c.Flags().VisitAll(add)
	c.InheritedFlags().VisitAll(add)
	hint := fmt.Sprintf("`%s --help` lists the flags", c.CommandPath())
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	var alone *pflag.ValueRequiredError
	switch {
	case errors.As(err, &unknown):
		name := "--" + unknown.GetSpecifiedName()
		if unknown.GetSpecifiedShortnames() != "" {
			name = "-" + unknown.GetSpecifiedName()
		}
		hint = cmp.Or(nearestFlag(c, name, names), hint)
		return problem.Usage("flag "+name, hint, "%s has no such flag", c.CommandPath())
	case errors.As(err, &invalid):
		flag := invalid.GetFlag()
		return problem.Usage("flag --"+flag.Name, hint, "%q is not %s", invalid.GetValue(), valueKinds[flag.Value.Type()])
	case errors.As(err, &alone):
		return problem.Usage("flag --"+alone.GetFlag().Name, hint, "needs a value")
	}
	return problem.Usage(c.CommandPath(), hint, "%s", err)
}

// valueKinds says what a value of pflag's types is.
var valueKinds = map[string]string{"int": "an integer", "bool": "true or false", "duration": "a time such as 30s or 10m"}

// anyNumber is for arguments the last of which are the parts of a table.
const anyNumber = math.MaxInt

// arguments checks how many words follow a verb and says what they are for.
func arguments(least, most int, usage string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return problem.Usage(c.CommandPath(), "usage: "+c.CommandPath()+" "+usage, "an argument is missing")
		case len(args) > most:
			return problem.Usage(c.CommandPath(), "usage: "+c.CommandPath()+" "+usage, "unexpected argument %q", args[most])
		case slices.Contains(args, ""):
			return problem.Usage(c.CommandPath(), "usage: "+c.CommandPath()+" "+usage, "argument %d is empty", slices.Index(args, "")+1)
		}
		for _, arg := range args {
			if err := specAsTable(c, arg, usage); err != nil {
				return err
			}
		}
		return nil
	}
}
