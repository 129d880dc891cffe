package run

import (
	"io"
	"os"
	"path"
	"path/filepath"

	"mlp/internal/data/source"
	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/recipe"
	"mlp/internal/spec"
)

// A model file may come from elsewhere. What it names is not what the user
// names: it cannot have a file written, and of what lies elsewhere only regular
// files are read, for their table.

// fromModel is the origin of what a model file says.
const fromModel = "model file"

// checkWrites refuses a run whose callbacks would write files that only the model
// names. Leaving them out instead would change the run.
func (s *Session) checkWrites() error {
	var problems problem.Problems
	s.Writes(func(key string, n *spec.Node) {
		if n.Origin == fromModel {
			problems = append(problems, &problem.Problem{Pos: problem.Pos{File: s.path}, Path: key,
				Msg: "a callback would write " + n.Text + ", which only the model file names"})
		}
	})
	if len(problems) > 0 {
		problems[len(problems)-1].Remedy = problem.Remedy{Kind: problem.GiveSpecAgain, Value: s.path}
	}
	return problems.Err()
}

// NamesFiles reports whether the spec of a model names files that its callbacks write,
// so that a run which goes on with it needs that spec again.
func NamesFiles(m *model.Model) bool {
	s, err := recipe.Decode(m.Spec)
	if err != nil {
		return false
	}
	names := false
	s.Writes(func(string, *spec.Node) { names = true })
	return names
}

// sourceOfModel opens a table that only a model names: relative to here, to
// configs/, or among the embedded files, wherever it is. The spec that named it
// may be gone, and the model may have come from another machine.
func (r *Request) sourceOfModel(name string) source.Source {
	if name == "-" {
		return source.File(name)
	}
	for _, candidate := range []string{name, filepath.Join("configs", name)} {
		if info, err := os.Stat(candidate); err == nil && info.Mode().IsRegular() || source.HasParts(candidate) {
			return source.File(candidate)
		}
	}
	inside := path.Join("configs", filepath.ToSlash(name))
	if f, err := r.Embedded.Open(inside); err == nil {
		_ = f.Close()
		return source.Opened("embedded "+inside, func() (io.ReadCloser, error) { return r.Embedded.Open(inside) })
	}
	if r.carries(name) {
		return r.named(name)
	}
	return source.Opened(name, func() (io.ReadCloser, error) {
		if _, err := os.Stat(name); err != nil {
			return nil, err
		}
		p := problem.Data(problem.Pos{File: name}, "", "", "only the model file names this table, and it is not a regular file")
		p.Remedy.Kind = problem.NameTableOfModel
		return nil, p
	})
}
