package cmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/problem"
)

// verbsMeant are what other tools call a verb.
var verbsMeant = map[string]string{
	"train": "fit", "run": "fit", "learn": "fit", "test": "evaluate", "eval": "evaluate", "score": "evaluate", "validate": "evaluate",
	"infer": "predict", "apply": "predict", "new": "init", "create": "init", "profile": "load", "describe": "load", "inspect": "summary",
	"info": "summary", "show": "summary", "crossval": "cv", "cross-validate": "cv", "check": "doctor",
}

// flagsMeant are what other tools call a flag, or a setting that has none.
var flagsMeant = map[string]string{
	"lr": "learning-rate", "rate": "learning-rate", "batch": "batch-size", "bs": "batch-size", "val-split": "validation-split",
	"spec": "config", "out": "output", "outfile": "output", "sep": "delimiter", "label": "target", "y": "target", "jobs": "threads",
	"workers": "threads", "random-state": "seed", "verbosity": "verbose", "proba": "answers", "id": "data.id", "weight": "data.weight",
	"weights": "data.weight", "positive": "data.positive", "test-split": "data.split.test", "task": "data.task", "header": "data.header",
	"decimal": "data.read.decimal", "encoding": "data.read.encoding",
}

// readers are the verbs under which a setting of the data section takes effect.
var readers = []string{"load", "build", "fit", "cv"}

// nearestVerb suggests a verb, or, for help, a verb or a topic.
func nearestVerb(root *cobra.Command, word string, topics bool) string {
	var names []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() || topics {
			names = append(names, c.Name())
		}
	}
	if meant := verbsMeant[strings.ToLower(word)]; slices.Contains(names, meant) {
		return fmt.Sprintf("did you mean %q?", meant)
	}
	if near := problem.Nearest(word, names); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "`mlp help` lists the verbs"
}

// nearestFlag suggests a flag of a verb, or the setting that is meant; "" where there is
// nothing to say.
func nearestFlag(c *cobra.Command, name string, names []string) string {
	switch meant := flagsMeant[strings.TrimLeft(name, "-")]; {
	case meant == "data.id" && c.Flag("keep") != nil:
		return "did you mean --keep?"
	case strings.Contains(meant, ".") && slices.Contains(readers, c.Name()):
		return fmt.Sprintf("it is a setting: --set %s=…", meant)
	case slices.Contains(names, "--"+meant):
		return fmt.Sprintf("did you mean --%s?", meant)
	}
	if near := problem.Nearest(name, names); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return ""
}

// isSpecName tells a spec by its name.
func isSpecName(arg string) bool {
	return strings.HasSuffix(arg, ".yaml") || strings.HasSuffix(arg, ".yml")
}

// specAsTable refuses a spec in the place of a model or a table: of each verb the words
// say what stands there.
func specAsTable(c *cobra.Command, arg, usage string) error {
	if !isSpecName(arg) || c.Name() == "render" {
		return nil
	}
	hint := fmt.Sprintf("a spec is named with -c: `%s -c %s`", c.CommandPath(), shellWord(arg))
	if strings.HasPrefix(usage, "MODEL") {
		hint = fmt.Sprintf("`mlp fit -c %s` trains a model", shellWord(arg))
	} else if c.Name() == "init" {
		hint = "init drafts a spec from a table"
	}
	return problem.Usage(c.CommandPath(), hint, "%q is a spec, and here stands a model or a table", arg)
}
