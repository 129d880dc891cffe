package cmd

import (
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/config"
	"mlp/internal/data/table"
	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/recipe"
	"mlp/internal/spec"
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

func (a *App) loader() config.Loader {
	return config.Loader{Embedded: a.Embedded, Paths: spec.Paths(recipe.Describe()), OtherEnv: []string{"MLP_CPU"}}
}

// A session is a decoded spec and where it came from.
type session struct {
	*recipe.Spec
	file *config.File // nil if the spec came from a model or from flags alone
}

// open finds the spec, lays it over base (the spec of a model, or nil), then the
// environment and the flags, and decodes the whole. All problems are reported.
func (a *App) open(c *cobra.Command, base *spec.Node) (*session, error) {
	s := &session{}
	tree := base
	loader := a.loader()
	if a.config != "" {
		file, err := loader.Find(a.config)
		if err != nil {
			return nil, err
		}
		s.file = file
		tree = spec.Merge(base, file.Tree)
	}
	tree, warnings, err := loader.Apply(tree, a.overrides(c))
	for _, w := range warnings {
		a.warn("%s", w)
	}
	if err != nil {
		return nil, err
	}
	s.Spec, err = recipe.Decode(tree)
	if err != nil {
		return nil, s.annotate(err)
	}
	return s, nil
}

// annotate adds the lines of the spec to the problems that stand in it.
func (s *session) annotate(err error) error {
	if s != nil && s.file != nil && err != nil {
		s.file.Annotate(err)
	}
	return err
}

// listOf writes words separated by commas as a list of YAML, in which a "?" is
// only a question mark. Numbers stay numbers.
func listOf(words string) string {
	list := strings.Split(words, ",")
	for i, word := range list {
		if _, err := strconv.Atoi(strings.TrimSpace(word)); err != nil {
			list[i] = quoteJSON(strings.TrimSpace(word))
		}
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// sources says where the tables are: DATA from the command line, else what the
// spec names.
func (a *App) sources(s *session, dataArg string) (model.Sources, error) {
	var src model.Sources
	c := s.Model.Data
	main := c.Path
	if main == "" {
		main = c.Train
	}
	switch {
	case dataArg != "":
		f, err := a.file(dataArg)
		if err != nil {
			return src, err
		}
		src.Train = &f
	case main != "":
		f := a.tableOf(s, main)
		src.Train = &f
	case s.file != nil:
		return src, problem.Usage(s.file.Name, "name the table: `path:` under data, or DATA on the command line", "data.path: no table is given")
	default:
		return src, problem.Usage("data.path", "name the table: `mlp … DATA`, or `path:` under data in the spec", "no table is given")
	}
	for name, to := range map[string]**table.Source{c.Validation: &src.Validation, c.Test: &src.Test} {
		if name != "" {
			f := a.tableOf(s, name)
			*to = &f
		}
	}
	for _, textTable := range []*table.Source{src.Train, src.Validation, src.Test} {
		if textTable != nil {
			var err error
			if *textTable, err = a.reread(*textTable); err != nil {
				return src, err
			}
		}
	}
	return src, nil
}

// reread makes a table one that can be read again, be it to look for the place of a
// problem.
func (a *App) reread(textTable table.Source) (table.Source, error) {
	textTable.Threads = a.threads
	textTable, err := textTable.InMemory()
	a.tables = append(a.tables, textTable)
	return textTable, err
}

// file is the table that an argument names. Standard input is read once, so the
// spec and the table cannot both be there.
func (a *App) file(name string) (table.Source, error) {
	if name == "-" && a.config == "-" {
		return table.Source{}, problem.Usage("DATA", "write one of them to a file", "the spec and the table are both to come from stdin")
	}
	f := table.File(name)
	f.Threads = a.threads
	return f, nil
}

// table is the table of a verb that has a model: DATA, cut as --delimiter says.
func (a *App) table(c *cobra.Command, s *session, name string) (table.Source, error) {
	src, err := a.file(name)
	if flag := c.Flags().Lookup("delimiter"); flag != nil && flag.Changed {
		src.Delimiter = s.Model.Data.Delimiter
	}
	return src, err
}

// tableOf opens a table that the spec names, relative to the spec.
func (a *App) tableOf(s *session, name string) table.Source {
	switch origin := s.originOf(name); {
	case origin == fromModel:
		return a.tableOfModel(name)
	case s.file == nil, name == "-", filepath.IsAbs(name), strings.HasPrefix(origin, "flag "), strings.HasPrefix(origin, "env "):
		return table.File(name) // a flag or a variable means the working directory
	}
	return table.Opened(s.file.Locate(name), func() (io.ReadCloser, error) { return s.file.Open(name) })
}

// originOf says who gave the path of a table: a file, the model, a flag or a
// variable.
func (s *session) originOf(name string) string {
	for _, key := range []string{"path", "train", "validation", "test"} {
		if n := s.Tree.Get("data").Get(key); n != nil && n.Text == name {
			return n.Origin
		}
	}
	return ""
}

// looksLikeModel tells a MODEL argument from a DATA argument by its first bytes.
func looksLikeModel(path string) bool { return model.IsModel(path) }

// warn writes a line to stderr unless -q.
func (a *App) warn(format string, args ...any) {
	if !a.quiet {
		a.complain("warning: %s\n", strings.TrimRight(printable(fmt.Sprintf(format, args...)), "\n"))
	}
}

// note writes a line of progress to stderr unless -q.
func (a *App) note(format string, args ...any) {
	if !a.quiet {
		a.complain("%s\n", printable(fmt.Sprintf(format, args...)))
	}
}

// say writes a result to stdout. That stdout is full is an error.
func (a *App) say(format string, args ...any) error {
	_, err := fmt.Fprintf(a, format, args...)
	return err
}
