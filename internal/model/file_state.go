package model

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"mlp/internal/modelfile"
	"mlp/internal/optim"
	"mlp/internal/safetensors"
)

// readState fills weights, optimizer and history.
func (m *Model) readState(md map[string]string, a *safetensors.File) error {
	c := modelfile.NewContents(a)
	if err := m.restore(c, "", m.Work.Params, false); err != nil {
		return err
	}
	if !m.Finite() {
		return errors.New("a weight is not a finite number")
	}
	if m.Stage == Fitted && len(m.Net.Params) > 0 && c.Has("best/"+m.Net.Params[0].Name) {
		m.Best = make([]float32, m.Net.Size)
		if err := m.restore(c, "best/", m.Best, false); err != nil {
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
		if err := m.History.Decode(md["history"]); err != nil {
			return fmt.Errorf("damaged history: %w", err)
		}
		if err := m.restoreOptimizer(md, c); err != nil {
			return err
		}
	}
	if err := m.readHeldOut(md, c); err != nil {
		return err
	}
	for _, t := range c.Tensors {
		if !c.Taken(t.Name) && !strings.HasPrefix(t.Name, "preprocess/") {
			return fmt.Errorf("tensor %.60q belongs to nothing in the spec", t.Name)
		}
	}
	return nil
}

// readHeldOut reads what was learned from rows that the weights were not.
func (m *Model) readHeldOut(md map[string]string, c *modelfile.Contents) error {
	if err := m.decodeCalibration(md["calibration"]); err != nil {
		return fmt.Errorf("damaged calibration record: %w", err)
	}
	if err := m.decodeScores(md["conformal"], md["left_out_by"], c); err != nil {
		return fmt.Errorf("damaged conformal record: %w", err)
	}
	return nil
}

// restore copies the arrays under prefix into a vector laid out like the
// parameters; every one must be there with the right shape.
func (m *Model) restore(c *modelfile.Contents, prefix string, v []float32, trainableOnly bool) error {
	for _, want := range m.arrays(prefix, v, trainableOnly) {
		t, ok := c.Take(want.Name)
		if !ok || t.F32 == nil {
			return fmt.Errorf("tensor %.60q is missing", want.Name)
		}
		if !slices.Equal(t.Shape, want.Shape) {
			return fmt.Errorf("tensor %.60q has shape %v, the spec needs %v", want.Name, t.Shape, want.Shape)
		}
		copy(want.F32, t.F32)
	}
	return nil
}

func (m *Model) restoreOptimizer(md map[string]string, c *modelfile.Contents) error {
	r, rate, err := m.decodeRun(md["run"])
	if err != nil {
		return fmt.Errorf("damaged run record: %w", err)
	}
	if err := m.restorePartial(r.Batch, c); err != nil {
		return err
	}
	if err := m.restoreStart(r, c); err != nil {
		return err
	}
	slots, err := m.readSlots("", c)
	if err != nil {
		return err
	}
	return m.Optimizer.Restore(optim.State{Iterations: r.Iterations, LearningRate: rate, Slots: slots})
}

// readSlots reads an optimizer's slots from the tensors under prefix.
func (m *Model) readSlots(prefix string, c *modelfile.Contents) (slots []optim.Slot, err error) {
	prefix += "optimizer/" + m.optimizerName() + "/"
	for _, t := range c.Tensors {
		if rest, ok := strings.CutPrefix(t.Name, prefix); ok && !c.Taken(t.Name) {
			slot, _, _ := strings.Cut(rest, "/")
			data := t.F32
			if rest != slot {
				data = make([]float32, m.Net.Trainable)
				if err := m.restore(c, prefix+slot+"/", data, true); err != nil {
					return nil, err
				}
			}
			c.Take(t.Name)
			slots = append(slots, optim.Slot{Name: slot, Data: data})
		}
	}
	return slots, nil
}
