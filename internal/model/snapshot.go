package model

import (
	"slices"

	"mlp/internal/optim"
)

// A Snapshot is the state of training at the end of an epoch. It lets a run that
// is stopped within an epoch, or diverges, go back to the last whole one.
type Snapshot struct {
	params    []float32
	optimizer optim.State
	step      uint64
	run       Run
	epochs    int
	stage     Stage
}

// Snapshot copies the state into s, reusing its memory.
func (m *Model) Snapshot(s *Snapshot) {
	s.params = append(s.params[:0], m.Work.Params...)
	state := m.Optimizer.State()
	slots := s.optimizer.Slots
	if len(slots) != len(state.Slots) {
		slots = make([]optim.Slot, len(state.Slots))
	}
	for i, slot := range state.Slots {
		slots[i].Name, slots[i].Data = slot.Name, append(slots[i].Data[:0], slot.Data...)
	}
	s.optimizer = optim.State{Iterations: state.Iterations, LearningRate: state.LearningRate, Slots: slots}
	s.step = m.Work.Step
	s.run, s.epochs, s.stage = m.Run, len(m.History.Epochs), m.Stage
}

// Rewind goes back to s.
func (m *Model) Rewind(s *Snapshot) {
	copy(m.Work.Params, s.params)
	if err := m.Optimizer.Restore(s.optimizer); err != nil {
		panic("model: " + err.Error()) // the state is the optimizer's own
	}
	m.Work.Step, m.Run, m.Stage = s.step, s.run, s.stage
	m.History.Truncate(s.epochs)
}

// MetricNamed returns the metric that is logged under name.
func (m *Model) MetricNamed(name string) (Metric, bool) {
	i := slices.IndexFunc(m.Metrics, func(x Metric) bool { return x.Name == name })
	if i < 0 {
		return Metric{}, false
	}
	return m.Metrics[i], true
}
