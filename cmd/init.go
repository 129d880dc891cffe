package cmd

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"mlp/internal/config"
	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/draft"
	"mlp/internal/iostreams"
	"mlp/internal/outfile"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/task"
)

type initOptions struct {
	app  *App
	cmd  *cobra.Command
	data []string
	fast bool
	from string
	out  string
}

var _ = addVerb(10, newInit, runInit)

func newInit(a *App, run func(context.Context, *initOptions) error) *cobra.Command {
	o := &initOptions{app: a}
	c := &cobra.Command{
		Use:   "init DATA… --target COL",
		Short: "look at a table and print a spec that trains on it",
		Long: "init looks at the table and prints a commented spec with choices that fit it:\n" +
			"types, missing values, encoders, layers, batch size, how long to train. The spec\n" +
			"trains as it is. Whole numbers to predict are taken for classes where there are\n" +
			"few of them; --set data.task=regression or multiclass drafts for the other case.\n" +
			"What else is set, with --set data.id=name say, stands in the draft.\n" +
			"The draft is an ensemble, and says how long it takes; --fast drafts one network,\n" +
			"which takes a fraction of that and answers a little worse. --from FILE takes the\n" +
			"network of a Keras model in its place; `mlp fit --weights FILE` its weights too.",
		Example: "  mlp init data.csv --target y -o spec.yaml\n  mlp fit -c spec.yaml\n  mlp cv -c spec.yaml",
		Args:    arguments(1, anyNumber, "DATA… --target COL"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.data = c, args
			return run(c.Context(), o)
		},
	}
	c.Flags().StringVarP(&o.out, "output", "o", "", "write the spec to `FILE`, in place of stdout")
	c.Flags().BoolVar(&o.fast, "fast", false, "draft one plain network, which trains at once")
	c.Flags().StringVar(&o.from, "from", "", "take layers and compile section from the model in `FILE`, a .keras file or to_json() of Keras")
	addDataFlags(c)
	return c
}

func runInit(_ context.Context, o *initOptions) error {
	if err := checkOutput("--output", o.out, append(o.data, o.app.config)...); err != nil {
		return err
	}
	request := o.app.request(o.cmd)
	s, err := request.Open(nil)
	if err != nil {
		return err
	}
	src, err := request.File(o.data...)
	if err != nil {
		return err
	}
	t, err := schema.ReadLooking(src, s.Model.Data)
	if err != nil {
		return err
	}
	refs := s.Model.Data.Target
	if len(refs) != 1 {
		return problem.Usage("flag --target", targetHint(t), "which column is to be predicted?")
	}
	paths := slices.Clone(o.data)
	for i, path := range paths {
		if o.out != "" {
			paths[i] = config.PathFrom(o.out, path)
		}
	}
	tree, err := draft.New(t, s.Model.Data, paths, draftHints, o.fast || o.from != "", o.app.threads)
	if err != nil {
		return err
	}
	if o.from != "" {
		network, err := request.Network(o.from)
		if err != nil {
			return err
		}
		if err := draft.TakeNetwork(tree, network); err != nil {
			return err
		}
	}
	if tree, err = request.Adapt(tree); err != nil {
		return err
	}
	if o.out != "" {
		return o.write(tree)
	}
	if o.app.json {
		return o.app.sayTree(tree)
	}
	return o.app.say("%s", config.Render(tree))
}

// write puts the draft into a file.
func (o *initOptions) write(tree *spec.Node) error {
	text := config.Render(tree)
	if o.app.json {
		text = append(spec.CanonicalJSON(tree), '\n')
	}
	if err := outfile.Write(o.out, func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
		return problem.Usage("flag --output", "", "%v", err)
	}
	return o.app.say("wrote %s\n", iostreams.Printable(o.out))
}

// draftHints are the commands that go on from a draft.
var draftHints = draft.Hints{
	Use: "Drafted by `mlp init`; every line may be changed, `mlp fit -c` runs it as it is.",
	OtherTask: func(task task.Task) string {
		return fmt.Sprintf("`mlp init … --set data.task=%s` drafts for the other case", task)
	},
	NoTest:    "`mlp cv` measures without one",
	Intervals: "`mlp predict --interval 0.9` gives them",
	Fits:      config.Fits,
}

// targetHint says which columns could be meant.
func targetHint(t *table.Table) string {
	const most = 12
	names := t.Names()
	hint := "the table has " + spec.Quote(names[:min(len(names), most)])
	if len(names) > most {
		hint += fmt.Sprintf(" and %d more", len(names)-most)
	}
	if likely := draft.LikelyTargets(t); len(likely) > 0 {
		hint = "--target " + shellWord(likely[0]) + "? what looks like one: " + spec.Quote(likely) + "; " + hint
	}
	return hint
}
