package model

import (
	"fmt"

	"mlp/internal/metric"
	"mlp/internal/optim"
)

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

// Pause notes that the run stands in the middle of the epoch that follows
// Run.Epoch; what the metrics have added up is put to p. The model can then be saved.
func (m *Model) Pause(p Partial) {
	for _, x := range m.Metrics {
		p.Metrics = append(p.Metrics, metric.Save(x.Metric))
	}
	m.Run.Partial, m.Stage = &p, Fitted
}

// Unpause gives the metrics the sums that they had when the run was paused.
func (m *Model) Unpause(p *Partial) error {
	if len(p.Metrics) != len(m.Metrics) {
		return fmt.Errorf("the sums of %d metrics are saved, want %d", len(p.Metrics), len(m.Metrics))
	}
	for i, x := range m.Metrics {
		if err := metric.Restore(x.Metric, p.Metrics[i]); err != nil {
			return fmt.Errorf("the sums of %s are damaged: %w", x.Name, err)
		}
	}
	return nil
}
