package model

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"mlp/internal/optim"
)

// readState fills weights, optimizer and history.
func (m *Model) readState(md map[string]string, a *Archive) error {
	used := map[string]bool{}
	if err := m.restore(a, used, "", m.Work.Params, false); err != nil {
		return err
	}
	if !m.Finite() {
		return errors.New("a weight is not a finite number")
	}
	if m.Stage == Fitted && len(m.Net.Params) > 0 && has(a, "best/"+m.Net.Params[0].Name) {
		m.Best = make([]float32, m.Net.Size)
		if err := m.restore(a, used, "best/", m.Best, false); err != nil {
			return err
		}
		if !allFinite(m.Best) {
			return errors.New("one of the best weights is not a finite number")
		}
	}
	if m.Stage != Built {
		if err := m.Compile(); err != nil {
			return err
		}
	}
	if m.Stage = Stage(md["stage"]); m.Stage == Fitted {
		if err := m.History.decode(md["history"]); err != nil {
			return fmt.Errorf("damaged history: %w", err)
		}
		if err := m.restoreOptimizer(md, a, used); err != nil {
			return err
		}
	}
	for _, t := range a.Tensors {
		if !used[t.Name] && !strings.HasPrefix(t.Name, "preprocess/") {
			return fmt.Errorf("tensor %.60q belongs to nothing in the spec", t.Name)
		}
	}
	return nil
}

func has(a *Archive, name string) bool {
	_, ok := a.Get(name)
	return ok
}

// restore copies the arrays under prefix into a vector laid out like the
// parameters; every one must be there with the right shape.
func (m *Model) restore(a *Archive, used map[string]bool, prefix string, v []float32, trainableOnly bool) error {
	byName := map[string]Tensor{}
	for _, t := range a.Tensors {
		byName[t.Name] = t
	}
	for _, want := range m.arrays(prefix, v, trainableOnly) {
		t, ok := byName[want.Name]
		if !ok || t.F32 == nil {
			return fmt.Errorf("tensor %.60q is missing", want.Name)
		}
		if !slices.Equal(t.Shape, want.Shape) {
			return fmt.Errorf("tensor %.60q has shape %v, the spec needs %v", want.Name, t.Shape, want.Shape)
		}
		used[want.Name] = true
		copy(want.F32, t.F32)
	}
	return nil
}

func (m *Model) restoreOptimizer(md map[string]string, a *Archive, used map[string]bool) error {
	r, rate, err := m.decodeRun(md["run"])
	if err != nil {
		return fmt.Errorf("damaged run record: %w", err)
	}
	if err := m.restorePartial(r.Batch, a, used); err != nil {
		return err
	}
	if err := m.restoreStart(r, a, used); err != nil {
		return err
	}
	slots, err := m.readSlots("", a, used)
	if err != nil {
		return err
	}
	return m.Optimizer.Restore(optim.State{Iterations: r.Iterations, LearningRate: rate, Slots: slots})
}

// readSlots reads an optimizer's slots from the tensors under prefix.
func (m *Model) readSlots(prefix string, a *Archive, used map[string]bool) (slots []optim.Slot, err error) {
	prefix += "optimizer/" + m.optimizerName() + "/"
	for _, t := range a.Tensors {
		if rest, ok := strings.CutPrefix(t.Name, prefix); ok && !used[t.Name] {
			slot, _, _ := strings.Cut(rest, "/")
			data := t.F32
			if rest != slot {
				data = make([]float32, m.Net.Trainable)
				if err := m.restore(a, used, prefix+slot+"/", data, true); err != nil {
					return nil, err
				}
			}
			used[t.Name] = true
			slots = append(slots, optim.Slot{Name: slot, Data: data})
		}
	}
	return slots, nil
}
