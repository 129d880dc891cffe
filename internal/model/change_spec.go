package model

import (
	"bytes"
	"slices"
	"strings"

	"mlp/internal/kernel"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// fixed are the sections that a built model has turned into weights and
// preprocessing.
var fixed = []string{"seed", "data", "layers", "ensemble"}

// ChangeSpec gives a model a changed spec. data.path may change, and what is not
// built yet; a changed compile section takes the model back to built, so that
// the optimizer starts anew.
func (m *Model) ChangeSpec(c Config, resolved *spec.Node) error {
	if err := withRemedy(m.unbuildable(resolved), problem.Rebuild); err != nil {
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

// unbuildable complains of what is fixed, and differs.
func (m *Model) unbuildable(resolved *spec.Node) (problems problem.Problems) {
	for _, section := range fixed {
		for _, d := range spec.Differences(section, withoutPath(m.Spec.Get(section)), withoutPath(resolved.Get(section))) {
			problems = append(problems, differs(d, "the model is built, and this differs from what it was built with"))
		}
	}
	return problems
}

// sameRun are the sections that may not change in a run to be resumed. The number of
// epochs may change, and so may where things are and how they are evaluated.
var sameRun = []string{"compile", "fit"}

// CheckResume refuses a spec under which an unfinished run would not go on as it
// began, and shows every difference. Of an ensemble the number of epochs may not
// change either, for some members may have had all of theirs.
func (m *Model) CheckResume(resolved *spec.Node) error {
	problems, remedy := m.unbuildable(resolved), problem.ResumeAnyway
	if len(problems) > 0 || m.Config.Ensemble != nil { // its members have ended under the old settings, or not
		remedy = problem.Rebuild
	}
	for _, d := range m.runDifferences(resolved) {
		problems = append(problems, differs(d, "this is not what the run began with"))
	}
	return withRemedy(problems, remedy)
}

func (m *Model) runDifferences(resolved *spec.Node) (all []spec.Difference) {
	mayChange := []string{"epochs"}
	if m.Config.Ensemble != nil {
		mayChange = nil
	}
	for _, section := range sameRun {
		all = append(all, spec.Differences(section, withoutKeys(m.Spec.Get(section), mayChange...), withoutKeys(resolved.Get(section), mayChange...))...)
	}
	return all
}

// ResumeWith is ChangeSpec for a run that is to go on even so. Unlike there, the
// optimizer goes on from its state if it has the same slots, and at its learning
// rate unless a new one is given. The epoch that went on, if one did, begins anew.
func (m *Model) ResumeWith(c Config, resolved *spec.Node) error {
	if m.Stage != Fitted {
		return m.ChangeSpec(c, resolved)
	}
	changed := m.runDifferences(resolved)
	if len(changed) > 0 {
		m.Run.Partial, m.Run.Stopped = nil, ""
	}
	state, now, stage := m.Optimizer.State(), m.Optimizer.Time(), m.Stage
	newRate := slices.ContainsFunc(changed, func(d spec.Difference) bool {
		return strings.HasPrefix(d.Path, "compile.optimizer.learning_rate")
	})
	before := m.Optimizer
	if err := m.ChangeSpec(c, resolved); err != nil || m.Optimizer == before {
		return err
	}
	if newRate {
		state.LearningRate = m.Optimizer.LearningRate()
	}
	if err := m.Optimizer.Restore(state); err != nil {
		m.Optimizer.Init(m.spans()) // another kind of optimizer: it starts anew
	}
	m.Optimizer.BeginRun(now.First, now.Length)
	m.Stage = stage
	return nil
}

// withRemedy puts a remedy to the last of problems, in their order, and returns them.
func withRemedy(problems problem.Problems, remedy problem.RemedyKind) error {
	if len(problems) == 0 {
		return nil
	}
	err := problems.Err()
	problems[len(problems)-1].Remedy.Kind = remedy
	return err
}

// differs complains about a value of the spec that is not what it was.
func differs(d spec.Difference, what string) *problem.Problem {
	return &problem.Problem{Pos: d.Pos, Path: d.Path, Msg: what + ": " + d.Change()}
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

// changeBackend replaces the engine if the spec names another one.
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
