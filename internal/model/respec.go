package model

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"mlp/internal/kernel"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// fixed are the sections that a built model has turned into weights and
// preprocessing.
var fixed = []string{"seed", "data", "layers"}

// Respec gives a model a changed spec. data.path may change, and what is not
// built yet; a changed compile section takes the model back to built, so that
// the optimizer starts anew.
func (m *Model) Respec(c Config, resolved *spec.Node) error {
	if err := hinted(m.unbuildable(resolved), rebuild); err != nil {
		return err
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

const rebuild = "build a new model with `mlp build` or `mlp fit -c SPEC`, or leave this as it was"

// unbuildable complains of what is fixed, and differs.
func (m *Model) unbuildable(resolved *spec.Node) (problems problem.Problems) {
	for _, section := range fixed {
		for _, d := range differences(section, withoutPath(m.Spec.Get(section)), withoutPath(resolved.Get(section))) {
			problems = append(problems, d.problem("the model is built, and this differs from what it was built with: "+d.change()))
		}
	}
	return problems
}

// sameRun are the sections that a run to be resumed must have kept. The number of
// epochs may change, and so may where things are and how they are evaluated.
var sameRun = []string{"compile", "fit"}

// SameRun refuses a spec under which an unfinished run would not go on as it
// began, and shows every difference.
func (m *Model) SameRun(resolved *spec.Node) error {
	problems, hint := m.unbuildable(resolved), "leave it as it was, start a new run, or go on all the same with --force"
	if len(problems) > 0 {
		hint = rebuild
	}
	for _, d := range m.runDifferences(resolved) {
		problems = append(problems, d.problem("this is not what the run began with: "+d.change()))
	}
	return hinted(problems, hint)
}

func (m *Model) runDifferences(resolved *spec.Node) (all []difference) {
	for _, section := range sameRun {
		all = append(all, differences(section, withoutKeys(m.Spec.Get(section), "epochs"), withoutKeys(resolved.Get(section), "epochs"))...)
	}
	return all
}

// RespecRun is Respec for a run that is to go on even so. Unlike there the
// optimizer goes on from its state if it has the same slots, and at its learning
// rate unless a new one is given. The epoch that went on, if one did, begins anew.
func (m *Model) RespecRun(c Config, resolved *spec.Node) error {
	if m.Stage != Fitted {
		return m.Respec(c, resolved)
	}
	changed := m.runDifferences(resolved)
	if len(changed) > 0 {
		m.Run.Partial, m.Run.Stopped = nil, ""
	}
	state, stage := m.Optimizer.State(), m.Stage
	newRate := slices.ContainsFunc(changed, func(d difference) bool {
		return strings.HasPrefix(d.path, "compile.optimizer.learning_rate")
	})
	before := m.Optimizer
	if err := m.Respec(c, resolved); err != nil || m.Optimizer == before {
		return err
	}
	if newRate {
		state.LearningRate = m.Optimizer.LearningRate()
	}
	if err := m.Optimizer.Restore(state); err != nil {
		m.Optimizer.Init(m.spans()) // another kind of optimizer: it starts anew
	}
	m.Stage = stage
	return nil
}

// hinted puts a hint to the last of problems, and returns them.
func hinted(problems problem.Problems, hint string) error {
	if len(problems) == 0 {
		return nil
	}
	err := problems.Err() // in order
	problems[len(problems)-1].Hint = hint
	return err
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

// A difference is a value that two specs do not share; nil where one has none.
type difference struct {
	path          string
	before, after *spec.Node
	pos           problem.Pos
}

// change says what became of it.
func (d difference) change() string {
	switch {
	case d.before == nil:
		return "it had none, and now has " + shown(d.after)
	case d.after == nil:
		return "it had " + shown(d.before) + ", and now has none"
	}
	return "it was " + shown(d.before) + ", and is " + shown(d.after)
}

// shown is a value as a message has it: of a component its name.
func shown(n *spec.Node) string {
	if t := n.Get("type"); t != nil {
		n = t
	}
	return string(spec.CanonicalJSON(n))
}

func (d difference) problem(msg string) *problem.Problem {
	return &problem.Problem{Pos: d.pos, Path: d.path, Msg: msg}
}

// differences compares two values part by part. A component of another type is
// one difference, and so is an item that was added or taken away.
func differences(path string, before, after *spec.Node) (all []difference) {
	switch {
	case before == nil && after == nil || before != nil && after != nil && bytes.Equal(spec.CanonicalJSON(before), spec.CanonicalJSON(after)):
		return nil
	case before == nil || after == nil || before.Kind != after.Kind || before.IsScalar() || isComponent(before) && shown(before) != shown(after):
		d := difference{path: path, before: before, after: after}
		if after != nil {
			d.pos = after.Pos
		}
		return []difference{d}
	case before.Kind == spec.List:
		item := func(n *spec.Node, i int) *spec.Node {
			if i < len(n.Items) {
				return n.Items[i]
			}
			return nil
		}
		for i := range max(len(before.Items), len(after.Items)) {
			all = append(all, differences(fmt.Sprintf("%s[%d]", path, i), item(before, i), item(after, i))...)
		}
		return all
	}
	for _, k := range after.Keys {
		all = append(all, differences(path+"."+k.Name, before.Get(k.Name), k.Value)...)
	}
	for _, k := range before.Keys {
		if after.Key(k.Name) == nil {
			all = append(all, differences(path+"."+k.Name, k.Value, nil)...)
		}
	}
	return all
}

func isComponent(n *spec.Node) bool { return n.Get("type") != nil }

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
