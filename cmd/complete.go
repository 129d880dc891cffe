package cmd

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/data/split"
	"mlp/internal/iostreams"
	"mlp/internal/metric"
	"mlp/internal/modelfile"
	"mlp/internal/predict"
	"mlp/internal/recipe"
	"mlp/internal/report"
	"mlp/internal/run"
	"mlp/internal/spec"
)

// A completer lists what a shell may put for a word, which it has begun. It reads at
// most the first rows of a table. What is wrong on the line is for the command to
// say; here it means that there is nothing to propose.
type completer = func(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective)

const noFiles = cobra.ShellCompDirectiveNoFileComp

// addCompletion tells the shells what the flags and arguments of the verbs can be.
func (a *App) addCompletion(root *cobra.Command) {
	flags := map[string]completer{
		"config": a.completeSpecs, "set": completeSettings, "color": words("auto", "always", "never"),
		"optimizer": completeNames("optimizers"), "loss": completeNames("losses"), "metrics": commas(completeNames("metrics")),
		"min": completeGates, "max": completeGates, "max-drop": completeGates,
		"threshold": words(thresholdRules()...), "answers": words(predict.Kinds...), "report": words(report.Formats()...),
		"target": a.completeColumns, "group": a.completeColumns, "keep": commas(a.completeColumns), "ignore": commas(a.completeColumns),
		"delimiter": words(",", ";", "tab", "|"),
	}
	one, files := filesUpTo(1), filesUpTo(anyNumber)
	arguments := map[string]completer{"list": completeFamilies, "render": a.completeSpecs,
		"init": files, "load": files, "build": files, "cv": files, "tune": files, "compile": one, "summary": one,
		"fit": files, "evaluate": files, "predict": files, "transform": files, "serve": files, "trace": files, "explain": files, "report": files, "compare": files}
	for _, c := range append(root.Commands(), root) {
		for name, complete := range flags {
			if c.Flags().Lookup(name) != nil || c.PersistentFlags().Lookup(name) != nil {
				_ = c.RegisterFlagCompletionFunc(name, complete) // the flag is there
			}
		}
		if complete := arguments[c.Name()]; complete != nil {
			c.ValidArgsFunction = complete
		}
		if by := map[string]completer{"evaluate": a.completeColumns, "report": a.completeColumns, "cv": words(split.FoldKinds...)}[c.Name()]; by != nil {
			_ = c.RegisterFlagCompletionFunc("by", by) // as above
		}
	}
}

// thresholdRules are the rules that are one word.
func thresholdRules() []string {
	return slices.DeleteFunc(strings.Split(metric.Rules, ", "), func(rule string) bool { return strings.Contains(rule, " ") })
}

func words(all ...string) completer {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) { return all, noFiles }
}

// filesUpTo completes so many arguments as files.
func filesUpTo(n int) completer {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) >= n {
			return nil, noFiles
		}
		return nil, cobra.ShellCompDirectiveDefault
	}
}

// commas completes the last word of a list that has commas between.
func commas(one completer) completer {
	return func(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		before := word[:strings.LastIndexByte(word, ',')+1]
		all, how := one(c, args, word[len(before):])
		list := make([]string, len(all))
		for i, w := range all {
			list[i] = before + w
		}
		return list, how | cobra.ShellCompDirectiveNoSpace
	}
}

// componentsOf returns the names of a family, each with what it is.
func componentsOf(plural string) []string {
	var all []string
	for _, f := range spec.Families(recipe.Describe()) {
		if f.Plural() != plural && f.Family() != plural {
			continue
		}
		for _, name := range f.Names() {
			doc, _ := f.Describe(name)
			all = append(all, cobra.CompletionWithDesc(name, doc.Doc))
		}
	}
	return all
}

func completeNames(plural string) completer {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return componentsOf(plural), noFiles
	}
}

// completeFamilies completes FAMILY and NAME.
func completeFamilies(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	switch len(args) {
	case 0:
		var all []string
		for _, f := range spec.Families(recipe.Describe()) {
			all = append(all, f.Plural())
		}
		return all, noFiles
	case 1:
		return componentsOf(args[0]), noFiles
	}
	return nil, noFiles
}

// completeGates completes the metric of METRIC=X.
func completeGates(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	all := []string{"loss="}
	for _, name := range componentsOf("metrics") {
		name, _, _ = strings.Cut(name, "\t")
		all = append(all, name+"=")
	}
	return all, noFiles | cobra.ShellCompDirectiveNoSpace
}

// completeSpecs names the built-in specs; files are for the shell.
func (a *App) completeSpecs(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if a.Embedded == nil {
		return nil, cobra.ShellCompDirectiveDefault
	}
	all, _ := fs.Glob(a.Embedded, "configs/*.yaml") // the pattern is well formed
	for i, name := range all {
		all[i] = path.Base(name)
	}
	return all, cobra.ShellCompDirectiveDefault
}

// completeSettings completes the path of PATH=VALUE, then the value if it is one of a
// few.
func completeSettings(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	name, _, valued := strings.Cut(word, "=")
	var all []string
	if !valued {
		for _, p := range spec.Paths(recipe.Describe()) {
			all = append(all, p+"=")
		}
		return all, noFiles | cobra.ShellCompDirectiveNoSpace
	}
	field, ok := fieldAt(recipe.Describe(), name)
	values := field.Options
	switch {
	case !ok:
	case field.Family != nil:
		if values = field.Family.Names(); field.Other != nil {
			values = append(values, field.Other.Names()...)
		}
	case field.Type == "boolean":
		values = []string{"true", "false"}
	}
	for _, v := range values {
		all = append(all, name+"="+v)
	}
	return all, noFiles
}

// fieldAt finds the field at a path such as fit.epochs.
func fieldAt(docs []spec.FieldDoc, at string) (spec.FieldDoc, bool) {
	key, rest, deeper := strings.Cut(at, ".")
	i := slices.IndexFunc(docs, func(d spec.FieldDoc) bool { return d.Name == key || slices.Contains(d.Aliases, key) })
	switch {
	case i < 0:
		return spec.FieldDoc{}, false
	case deeper:
		return fieldAt(docs[i].Fields, rest)
	}
	return docs[i], true
}

// completeColumns names the columns of the table on the line, or of the one that the
// spec names.
func (a *App) completeColumns(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	silent := func(string, ...any) {}
	request := &run.Request{Embedded: a.Embedded, Spec: a.config, Overrides: a.overrides(c), Note: silent, Warn: silent, Tell: silent}
	s, err := request.Open(nil)
	if err != nil {
		return nil, noFiles
	}
	table := ""
	if n := len(args); n > 0 && !modelfile.Is(args[n-1]) {
		table = args[n-1]
	}
	names, err := s.Columns(table)
	if err != nil {
		return nil, noFiles
	}
	for i, name := range names {
		names[i] = iostreams.Printable(name)
	}
	return names, noFiles
}
