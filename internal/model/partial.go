package model

import (
	"fmt"

	"mlp/internal/metric"
)

// A Partial is what a run that stands in the middle of an epoch has besides
// weights and optimizer: how far the epoch has come, and what was added up on the
// way. The order of the rows is not in it, for it follows from seed and epoch.
type Partial struct {
	Batch   int         // how many are done, at least one
	Loss    float64     // their share of the epoch's mean loss
	Metrics [][]float64 // the sums of each training metric, in the model's order
}

// Pause notes that the run stands after so many batches of the epoch that follows
// Run.Epoch. The model can then be saved.
func (m *Model) Pause(batch int, loss float64) {
	p := &Partial{Batch: batch, Loss: loss}
	for _, x := range m.Metrics {
		p.Metrics = append(p.Metrics, metric.Save(x.Metric))
	}
	m.Run.Partial, m.Stage = p, Fitted
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

// The tensors of a Partial. Their names have no slash, as a layer's have.
const (
	partialLoss    = "epoch.loss"
	partialMetrics = "epoch.metrics." // and the metric's name
)

func (m *Model) partialTensors() []Tensor {
	p := m.Run.Partial
	if p == nil {
		return nil
	}
	tensors := []Tensor{{Name: partialLoss, Shape: []int{1}, F64: []float64{p.Loss}}}
	for i, x := range m.Metrics {
		tensors = append(tensors, Tensor{Name: partialMetrics + x.Name, Shape: []int{len(p.Metrics[i])}, F64: p.Metrics[i]})
	}
	return tensors
}

// restorePartial reads the state within an epoch, of which batch batches are done.
func (m *Model) restorePartial(batch int, a *Archive, used map[string]bool) error {
	if batch == 0 {
		return nil
	}
	p := &Partial{Batch: batch}
	take := func(name string) ([]float64, error) {
		t, ok := a.Get(name)
		if !ok || t.F64 == nil {
			return nil, fmt.Errorf("tensor %q is missing", name)
		}
		used[name] = true
		return t.F64, nil
	}
	loss, err := take(partialLoss)
	if err == nil && len(loss) != 1 {
		err = fmt.Errorf("tensor %q has %d numbers", partialLoss, len(loss))
	}
	if err != nil {
		return err
	}
	p.Loss = loss[0]
	for _, x := range m.Metrics {
		sums, err := take(partialMetrics + x.Name)
		if err != nil {
			return err
		}
		p.Metrics = append(p.Metrics, sums)
	}
	m.Run.Partial = p
	return nil
}
