package model

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"mlp/internal/kernel"
	"mlp/internal/nn"
	"mlp/internal/optim"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// fixed are the sections that a built model has turned into weights and
// preprocessing.
var fixed = []string{"seed", "data", "layers", "ensemble"}

// movement are the settings of a layer that say how its weights move, and nothing of
// what they are: they may change.
var movement = []string{"trainable", "learning_rate_multiplier", "bias_learning_rate_multiplier"}

func isMovement(d spec.Difference) bool {
	return strings.HasPrefix(d.Path, "layers") && slices.Contains(movement, d.Path[strings.LastIndex(d.Path, ".")+1:])
}

// movementDifferences are the changed settings of movement.
func (m *Model) movementDifferences(resolved *spec.Node) []spec.Difference {
	all := spec.Differences("layers", m.Spec.Get("layers"), resolved.Get("layers"))
	return slices.DeleteFunc(all, func(d spec.Difference) bool { return !isMovement(d) })
}

// ChangeSpec gives a model a changed spec. data.path may change, what becomes of rows
// without a target, what is not built yet, and which weights move how fast; a changed compile section takes the model back to
// built, so that the optimizer starts anew. The note says what became of the optimizer
// where its parameters are others than before; "" where they are not.
func (m *Model) ChangeSpec(c Config, resolved *spec.Node) (note string, err error) {
	if err := withRemedy(m.unbuildable(resolved), problem.Rebuild); err != nil {
		return "", err
	}
	if len(m.movementDifferences(resolved)) > 0 {
		if note, err = m.replan(c.Layers); err != nil {
			return "", err
		}
	}
	compile := !bytes.Equal(spec.CanonicalJSON(m.Spec.Get("compile")), spec.CanonicalJSON(resolved.Get("compile")))
	m.Spec, m.Config.Name, m.Config.Data.DropMissingTarget = resolved.Clone(), c.Name, c.Data.DropMissingTarget
	if compile {
		if err := m.changeBackend(c.Compile.Backend); err != nil {
			return "", err
		}
		m.Config.Compile = c.Compile
		if m.Stage != Built {
			return "", m.Compile() // with a new optimizer
		}
	}
	return note, nil
}

// unbuildable complains of what is fixed, and differs.
func (m *Model) unbuildable(resolved *spec.Node) (problems problem.Problems) {
	for _, section := range fixed {
		for _, d := range spec.Differences(section, withoutPath(m.Spec.Get(section)), withoutPath(resolved.Get(section))) {
			if m.Config.Ensemble == nil && isMovement(d) { // the members of an ensemble have optimizers of their own
				continue
			}
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
	return append(all, m.movementDifferences(resolved)...)
}

// ResumeWith is ChangeSpec for a run that is to go on even so. Unlike there, the
// optimizer goes on from its state if it has the same slots, and at its learning
// rate unless a new one is given. The epoch that went on, if one did, begins anew.
func (m *Model) ResumeWith(c Config, resolved *spec.Node) (note string, err error) {
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
	if note, err = m.ChangeSpec(c, resolved); err != nil || m.Optimizer == before {
		return note, err
	}
	if newRate {
		state.LearningRate = m.Optimizer.LearningRate()
	}
	if err := m.Optimizer.Restore(state); err != nil {
		m.Optimizer.Init(m.spans()) // another kind of optimizer: it starts anew
	}
	m.Optimizer.BeginRun(now.First, now.Length)
	m.Stage = stage
	return note, nil
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

// withoutPath leaves out where the tables are, and which of their rows are of no use:
// that may change.
func withoutPath(n *spec.Node) *spec.Node {
	return withoutKeys(n, "path", "train", "validation", "test", "delimiter", "header", "drop_missing_target")
}

func withoutKeys(n *spec.Node, keys ...string) *spec.Node {
	if n == nil || n.Kind != spec.Map {
		return n
	}
	n = n.Clone()
	n.Keys = slices.DeleteFunc(n.Keys, func(k spec.Key) bool { return slices.Contains(keys, k.Name) })
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

// replan gives a model layers of which others are trained, or at other rates. All
// weights stay as they are. The optimizer goes on for the parameters that it has a
// state of; where one has none, the optimizer starts anew, for there is no state that
// fits only in part.
func (m *Model) replan(layers []nn.Element) (note string, err error) {
	before, work, best := m.Net, m.Work, m.Best
	m.Config.Layers = layers
	if err := m.buildNet(); err != nil {
		return "", err
	}
	m.Work, m.Best = nil, nil
	m.reserve(work.Batch())
	m.Work.Step, m.Run.Partial = work.Step, nil
	carry := func(to, from []float32) {
		for _, p := range m.Net.Params {
			copy(to[p.Off:p.Off+p.Len()], of(before, from, p.Name))
		}
	}
	carry(m.Work.Params, work.Params)
	if best != nil {
		m.Best = make([]float32, m.Net.Size)
		carry(m.Best, best)
	}
	if m.Stage == Built {
		return "", nil
	}
	m.meet()
	if m.Stage != Fitted {
		m.Optimizer.Init(m.spans())
		return "", nil
	}
	state, now := m.Optimizer.State(), m.Optimizer.Time()
	m.Optimizer.Init(m.spans()) // with memory of its own
	missing := m.fit(&state, before)
	if missing == "" {
		if err := m.Optimizer.Restore(state); err != nil {
			return "", err
		}
		m.Optimizer.BeginRun(now.First, now.Length)
		return fmt.Sprintf("%d of %d weights are trained; the optimizer goes on with them", m.Net.Trainable, m.Net.Size), nil
	}
	return fmt.Sprintf("%d of %d weights are trained; the optimizer starts anew: %s", m.Net.Trainable, m.Net.Size, missing), nil
}

// fit takes out of an optimizer's state what the trained parameters need of it, and
// returns what is missing; "" for nothing.
func (m *Model) fit(state *optim.State, before *nn.Network) (missing string) {
	for i, slot := range state.Slots {
		if len(slot.Data) != before.Trainable {
			return fmt.Sprintf("its %s is not kept parameter by parameter", slot.Name)
		}
		data := make([]float32, m.Net.Trainable)
		for _, p := range m.Net.Params {
			if !p.Trainable {
				continue
			}
			from := of(before, slot.Data, p.Name)
			if from == nil {
				return "it knows nothing of " + p.Name
			}
			copy(data[p.Off:], from)
		}
		state.Slots[i] = optim.Slot{Name: slot.Name, Data: data}
	}
	return ""
}

// of returns the numbers of a parameter in a vector that is laid out as the parameters
// of a network are, or as the trained ones among them; nil if they are not in it.
func of(n *nn.Network, v []float32, name string) []float32 {
	at := slices.IndexFunc(n.Params, func(p nn.Param) bool { return p.Name == name })
	if p := n.Params[at]; p.Off+p.Len() <= len(v) {
		return v[p.Off : p.Off+p.Len()]
	}
	return nil
}
