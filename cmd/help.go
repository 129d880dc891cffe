package cmd

import (
	"bytes"
	_ "embed"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/config"
	"mlp/internal/kernel"
	"mlp/internal/problem"
	"mlp/internal/recipe"
	"mlp/internal/report"
	"mlp/internal/run"
	"mlp/internal/spec"
)

//go:embed help_model_file.txt
var helpModelFile string

// newHelp prints the help of a verb or a topic.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use: "help [VERB|TOPIC]", Short: "explain a verb or a topic",
		Args: arguments(0, 2, "[VERB|TOPIC]"),
		RunE: func(c *cobra.Command, args []string) error {
			root := c.Root()
			about, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return problem.Usage("mlp help", nearestVerb(root, args[0], true), "there is no verb or topic %q", strings.Join(args, " "))
			}
			about.InitDefaultHelpFlag()
			about.InitDefaultVersionFlag()
			return about.Help()
		},
	}
}

var _ = addCommand(150, newCompletion)

// newCompletion prints a script that completes verbs and flags in a shell.
func newCompletion(a *App) *cobra.Command {
	shells := []string{"bash", "fish", "powershell", "zsh"}
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "print a script for bash, fish, powershell or zsh to complete with",
		Example: "  source <(mlp completion bash)\n  mlp completion zsh > \"${fpath[1]}/_mlp\"\n  mlp completion fish | source\n" +
			"  mlp completion powershell | Out-String | Invoke-Expression",
		Args:      arguments(1, 1, "bash|fish|powershell|zsh"),
		ValidArgs: shells,
		RunE: func(c *cobra.Command, args []string) error {
			var script bytes.Buffer
			var err error
			switch root := c.Root(); args[0] {
			case "bash":
				err = root.GenBashCompletionV2(&script, true)
			case "fish":
				err = root.GenFishCompletion(&script, true)
			case "powershell":
				err = root.GenPowerShellCompletionWithDesc(&script)
			case "zsh":
				err = root.GenZshCompletion(&script)
			default:
				return problem.Usage("mlp completion", problem.DidYouMean(args[0], shells), "there is no script for %q", args[0])
			}
			if err != nil {
				return err
			}
			return a.say("%s", script.String())
		},
	}
}

// helpTopics are the pages of `mlp help` that are not about one verb. A command
// without Run is what cobra takes for one. A page is written when it is asked
// for, since the reference of the spec visits everything there is.
func helpTopics(a *App) []*cobra.Command {
	topic := func(name, short string, page func() string) *cobra.Command {
		c := &cobra.Command{Use: name, Short: short}
		c.SetHelpFunc(func(c *cobra.Command, args []string) {
			c.Long = page()
			c.Parent().HelpFunc()(c, args)
		})
		return c
	}
	return []*cobra.Command{
		topic("exit-codes", "what the exit codes mean", exitCodeTable),
		topic("spec", "every key of a spec, with its default", func() string { return specReference(a.Columns()) }),
		topic("model-file", "what is in model.bin, byte by byte", func() string { return strings.TrimSpace(helpModelFile) }),
		topic("environment", "the environment variables that are read", func() string { return environmentHelp(a) }),
	}
}

func exitCodeTable() string {
	t := report.NewTable("code", "meaning")
	t.Right(0)
	for _, e := range exitCodes {
		t.Add(fmt.Sprint(e.code), e.text)
	}
	return strings.TrimRight(t.Text(), "\n")
}

// specReference is made from the same calls that read a spec.
func specReference(columns int) string {
	var b strings.Builder
	b.WriteString("A spec is YAML; its sections are the verbs. Every key, with its type, default\nand meaning:\n\n")
	t := report.NewTable("key", "type", "default", "meaning")
	var visit func(prefix string, docs []spec.FieldDoc)
	visit = func(prefix string, docs []spec.FieldDoc) {
		for _, d := range docs {
			path := prefix + d.Name
			if d.Type == "section" {
				visit(path+".", d.Fields)
				continue
			}
			about := d.Doc
			if words := strings.Join(d.Options, ", "); !strings.Contains(about, words) {
				about += "; one of " + words
			}
			t.Add(path, d.Type, d.Default, about)
			if len(d.Fields) > 0 {
				visit(path+"[].", d.Fields)
			}
		}
	}
	visit("", recipe.Describe())
	b.WriteString(t.Within(columns))
	b.WriteString("\n`mlp list` shows the layers, optimizers, losses and so on that a spec can name.")
	return b.String()
}

func environmentHelp(a *App) string {
	var b strings.Builder
	b.WriteString("A value of the spec can be set by a variable named after its path; flags come later and win:\n")
	for _, path := range run.Loader(a.Embedded).Paths {
		fmt.Fprintf(&b, "  %s\n", config.Variable(path))
	}
	fmt.Fprintf(&b, "%s forces the instructions that the native back end uses, here %s.\nResults do not change.\n", kernel.LevelVariable, alternatives(kernel.Levels()))
	b.WriteString("NO_COLOR turns colours off, CI the progress bar.\n" +
		"GOMEMLIMIT overrules the limit that garbage is collected by, nine tenths of the memory that the\nprocess may use; GOGC how often it is collected below that.")
	return b.String()
}
