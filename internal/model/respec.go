package model

import (
	"bytes"
	"cmp"

	"mlp/internal/kernel"
	"mlp/internal/spec"
)

// fixed are the sections that a built model has turned into weights and
// preprocessing.
var fixed = []string{"seed", "data", "layers"}

// Respec gives a model a changed spec. data.path may change, and what is not
// built yet; a changed compile section takes the model back to built, so that
// the optimizer starts anew.
func (m *Model) Respec(c Config, resolved *spec.Node) error {
	for _, section := range fixed {
		before, after := withoutPath(m.Spec.Get(section)), withoutPath(resolved.Get(section))
		if !bytes.Equal(spec.CanonicalJSON(before), spec.CanonicalJSON(after)) {
			path, pos := firstDifference(section, before, after)
			return &spec.Problem{Pos: pos, Path: path,
				Msg:  "the model is built, and this differs from what it was built with",
				Hint: "build a new model with `mlp build` or `mlp fit -c SPEC`, or leave this as it was"}
		}
	}
	compile := !bytes.Equal(spec.CanonicalJSON(m.Spec.Get("compile")), spec.CanonicalJSON(resolved.Get("compile")))
	m.Spec, m.Config.Name = resolved.Clone(), c.Name
	if compile {
		if err := m.changeBackend(c.Compile.Backend); err != nil {
			return err
		}
		m.Config.Compile = c.Compile
		if m.Stage != Built {
			return m.Compile()
		}
	}
	return nil
}

// SameRun refuses a spec under which an unfinished run would not go on as it
// began. The number of epochs and where things are may change.
func (m *Model) SameRun(resolved *spec.Node) error {
	for _, section := range []string{"compile", "fit"} {
		before, after := withoutKeys(m.Spec.Get(section), "epochs"), withoutKeys(resolved.Get(section), "epochs")
		if !bytes.Equal(spec.CanonicalJSON(before), spec.CanonicalJSON(after)) {
			path, pos := firstDifference(section, before, after)
			return &spec.Problem{Pos: pos, Path: path,
				Msg:  "the run to go on with began with another value",
				Hint: "leave it as it was, or start a new run"}
		}
	}
	return nil
}

// withoutPath leaves out where the tables are, which may change.
func withoutPath(n *spec.Node) *spec.Node {
	return withoutKeys(n, "path", "train", "validation", "test", "delimiter", "header")
}

func withoutKeys(n *spec.Node, keys ...string) *spec.Node {
	if n == nil || n.Kind != spec.Map {
		return n
	}
	n = n.Clone()
	for _, key := range keys {
		if n.Get(key) != nil {
			n.Put(key, spec.NewNull())
		}
	}
	return n
}

// firstDifference returns the path of the first value that differs, and its
// place in b.
func firstDifference(path string, a, b *spec.Node) (string, spec.Pos) {
	values := map[string]string{}
	a.Walk(path, func(p string, n *spec.Node) {
		if n.IsScalar() {
			values[p] = n.Text
		}
	})
	found, pos := "", b.Pos
	b.Walk(path, func(p string, n *spec.Node) {
		if v, ok := values[p]; found == "" && n.IsScalar() && (!ok || v != n.Text) {
			found, pos = p, n.Pos
		}
	})
	return cmp.Or(found, path), pos
}

// changeBackend replaces the engine if the spec asks for another one.
func (m *Model) changeBackend(name string) error {
	if name == m.Config.Compile.Backend {
		return nil
	}
	engine, err := kernel.New(name, m.Engine.Threads())
	if err != nil {
		return err
	}
	m.Engine.Close()
	m.Engine, m.Work.K = engine, engine
	return nil
}
