package cmd

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/config"
	"mlp/internal/iostreams"
	"mlp/internal/run"
)

// specFlags are the flags that stand for one value of the spec. Their defaults
// are the spec's, so none is given here.
var specFlags = []struct {
	name, path, usage string
	list              bool
}{
	{"optimizer", "compile.optimizer", "update rule, a `NAME` of `mlp list optimizers`", false},
	{"loss", "compile.loss", "what is minimised, a `NAME` of `mlp list losses`", false},
	{"metrics", "compile.metrics", "what is measured, `NAMES` of `mlp list metrics` separated by commas", true},
	{"epochs", "fit.epochs", "train for `N` passes over the training rows", false},
	{"batch-size", "fit.batch_size", "learn from `N` rows a step", false},
	{"learning-rate", "compile.optimizer.learning_rate", "learning rate `X` of the optimizer", false},
	{"validation-split", "data.split.validation", "keep this `SHARE` of the rows for validation, as in 0.2", false},
	{"target", "data.target", "predict this `COLUMN`: its name, or its number from 1", false},
	{"delimiter", "data.delimiter", "`CHARACTER` between two cells; tab for a tab", false},
	{"na-values", "data.na_values", "`CELLS` that mean \"missing\", separated by commas", true},
	{"ignore", "data.ignore", "`COLUMNS` to leave out, separated by commas", true},
}

// addSpecFlags gives a command some of them.
func addSpecFlags(c *cobra.Command, names ...string) {
	for _, f := range specFlags {
		for _, name := range names {
			if f.name == name {
				c.Flags().String(f.name, "", f.usage)
			}
		}
	}
}

// dataFlags are those of a command that reads a table by a spec.
func addDataFlags(c *cobra.Command) {
	addSpecFlags(c, "target", "delimiter", "na-values", "ignore")
	c.Flags().Bool("no-header", false, "the first row is data; columns are c1, c2, …")
}

// addWeightsFlags are those of verbs that make a network.
func addWeightsFlags(c *cobra.Command) {
	c.Flags().String("weights", "", "start from the weights in `FILE`: .keras, .weights.h5, .h5 of Keras 2, .safetensors (of PyTorch too), or a model")
	c.Flags().Bool("partial-weights", false, "let layers that find no weights of their shape there start as they would without")
}

// overrides collects what the command line lays over the spec.
func (a *App) overrides(c *cobra.Command) config.Overrides {
	o := config.Overrides{Env: a.Env, Sets: a.sets}
	add := func(name, path, value string) {
		o.Flags = append(o.Flags, config.Flag{Name: "--" + name, Path: path, Value: value})
	}
	if a.seed != "" {
		add("seed", "seed", a.seed)
	}
	for _, f := range specFlags {
		flag := c.Flags().Lookup(f.name)
		if flag == nil || !flag.Changed {
			continue
		}
		value := flag.Value.String()
		if f.list {
			value = listOf(value)
		}
		add(f.name, f.path, value)
	}
	if flag := c.Flags().Lookup("no-header"); flag != nil && flag.Changed {
		add("no-header", "data.header", map[string]string{"true": "false", "false": "true"}[flag.Value.String()])
	}
	return o
}

// request is what the command line asks of a run. execute gives the complaints the
// lines of the spec that it reads.
func (a *App) request(c *cobra.Command) *run.Request {
	a.asked = &run.Request{Embedded: a.Embedded, Spec: a.config, Overrides: a.overrides(c), Threads: a.threads, Note: a.note, Warn: a.warn, Tell: a.insist}
	if f := c.Flags().Lookup("weights"); f != nil {
		a.asked.Weights = f.Value.String()
		a.asked.Partial = c.Flags().Changed("partial-weights")
	}
	return a.asked
}

// listOf writes words separated by commas as a list of YAML, in which a "?" is
// only a question mark. Numbers stay numbers.
func listOf(words string) string {
	list := strings.Split(words, ",")
	for i, word := range list {
		if _, err := strconv.Atoi(strings.TrimSpace(word)); err != nil {
			list[i] = iostreams.QuoteJSON(strings.TrimSpace(word))
		}
	}
	return "[" + strings.Join(list, ", ") + "]"
}
