package cmd

import (
	"io"
	"os"
	"path"
	"path/filepath"

	"mlp/internal/data/table"
	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/recipe"
	"mlp/internal/spec"
)

// A model file may come from somebody else. What it names is not what the user
// names: it cannot have a file written, and of what lies elsewhere only regular
// files are read, for their table.

// fromModel is the origin of what a model file says.
const fromModel = "model file"

// checkWrites refuses a run whose callbacks would write files that nobody names
// but the model at path. Leaving them out instead would change the run.
func (s *session) checkWrites(path string) error {
	var problems problem.Problems
	s.Writes(func(key string, n *spec.Node) {
		if n.Origin == fromModel {
			problems = append(problems, &problem.Problem{Pos: problem.Pos{File: path}, Path: key,
				Msg: "a callback would write " + printable(n.Text) + ", which only the model file names"})
		}
	})
	if len(problems) > 0 {
		problems[len(problems)-1].Hint = "give the spec again with -c SPEC; `mlp render " + shellWord(path) + " > SPEC` prints the one in the model"
	}
	return problems.Err()
}

// naming is what a command that goes on with a run needs beside the model: the
// spec, if it names files to write.
func (a *App) naming(m *model.Model) string {
	s, err := recipe.Decode(m.Spec)
	if err != nil || a.config == "" || a.config == "-" {
		return ""
	}
	word := ""
	s.Writes(func(string, *spec.Node) { word = " -c " + shellWord(a.config) })
	return word
}

// tableOfModel opens a table that only a model names: relative to here, to
// configs/, or among the embedded files, wherever it is. The spec that named it
// may be gone, and the model may have come from another machine.
func (a *App) tableOfModel(name string) table.Source {
	if name == "-" {
		return table.File(name)
	}
	for _, candidate := range []string{name, filepath.Join("configs", name)} {
		if info, err := os.Stat(candidate); err == nil && info.Mode().IsRegular() {
			return table.File(candidate)
		}
	}
	inside := path.Join("configs", filepath.ToSlash(name))
	if f, err := a.Embedded.Open(inside); err == nil {
		_ = f.Close()
		return table.Opened("embedded "+inside, func() (io.ReadCloser, error) { return a.Embedded.Open(inside) })
	}
	return table.Opened(name, func() (io.ReadCloser, error) {
		if _, err := os.Stat(name); err != nil {
			return nil, err
		}
		return nil, problem.Data(problem.Pos{File: name}, "", "name it on the command line, after the model, if it is the right one",
			"only the model file names this table, and it is not a regular file")
	})
}
