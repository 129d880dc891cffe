package model

import (
	"fmt"
	"strconv"

	"mlp/internal/modelfile"
	"mlp/internal/optim"
	"mlp/internal/safetensors"
)

// The tensors of a Partial. Their names have no slash, as a layer's have.
const (
	partialLoss    = "epoch.loss"
	partialMetrics = "epoch.metrics." // and the metric's name
	partialStart   = "epoch.start/"   // and a parameter's name, or optimizer/…
)

func (m *Model) partialTensors() []safetensors.Tensor {
	p := m.Run.Partial
	if p == nil {
		return nil
	}
	tensors := []safetensors.Tensor{{Name: partialLoss, Shape: []int{2}, F64: []float64{p.First, p.Loss}}}
	for i, x := range m.Metrics {
		tensors = append(tensors, safetensors.Tensor{Name: partialMetrics + x.Name, Shape: []int{len(p.Metrics[i])}, F64: p.Metrics[i]})
	}
	if s := p.Start; s != nil {
		tensors = append(tensors, m.arrays(partialStart, s.params, false)...)
		tensors = append(tensors, m.slotTensors(partialStart, s.optimizer.Slots)...)
	}
	return tensors
}

// restoreStart reads how the epoch began. What is not in the tensors is as in the
// middle of it: callbacks remember nothing of a batch.
func (m *Model) restoreStart(r modelfile.Run, c *modelfile.Contents) error {
	p := m.Run.Partial
	if p == nil || r.StartRate == "" {
		return nil
	}
	s := &Snapshot{params: make([]float32, m.Net.Size), stage: Fitted, epochs: r.Epoch, run: m.Run}
	if s.run.Partial = nil; r.Epoch == 0 {
		s.stage = Compiled
	}
	if err := m.restore(c, partialStart, s.params, false); err != nil {
		return err
	}
	rate, err := strconv.ParseFloat(r.StartRate, 64)
	if err != nil {
		return err
	}
	slots, err := m.readSlots(partialStart, c)
	if err != nil {
		return err
	}
	s.optimizer = optim.State{Iterations: r.Iterations - int64(p.Batch), LearningRate: rate, Slots: slots}
	s.step = uint64(s.optimizer.Iterations)
	p.Start = s
	return m.Optimizer.Restore(s.optimizer) // to see that it fits; the state of the middle follows
}

// restorePartial reads the state within an epoch, of which batch batches are done.
func (m *Model) restorePartial(batch int, c *modelfile.Contents) error {
	if batch == 0 {
		return nil
	}
	p := &Partial{Batch: batch}
	take := func(name string) ([]float64, error) {
		t, ok := c.Take(name)
		if !ok || t.F64 == nil {
			return nil, fmt.Errorf("tensor %q is missing", name)
		}
		return t.F64, nil
	}
	loss, err := take(partialLoss)
	if err == nil && len(loss) != 2 {
		err = fmt.Errorf("tensor %q has %d numbers", partialLoss, len(loss))
	}
	if err != nil {
		return err
	}
	p.First, p.Loss = loss[0], loss[1]
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
