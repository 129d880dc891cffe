package optim

import (
	"fmt"
	"slices"
)

// A State is all that an optimizer carries from one step to the next.
type State struct {
	Iterations   int64   // batches so far
	LearningRate float64 // a constant one; with a schedule, its current value, which Restore ignores
	Slots        []Slot  // the optimizer's own slices: copy them before the next Step
}

// State returns the state, in Keras's order of slots: the average of the
// weights, the sum of accumulated gradients, then the slots of the rule.
func (o *Optimizer) State() State {
	var slots []Slot
	if a := o.ema; a != nil {
		name := "average"
		if a.swapped {
			name = "trained"
		}
		slots = append(slots, Slot{name, a.mean})
	}
	if o.accumulate.sum != nil {
		slots = append(slots, Slot{"gradient_accumulator", o.accumulate.sum})
	}
	return State{Iterations: o.iterations, LearningRate: o.LearningRate(), Slots: append(slots, o.rule.Slots()...)}
}

// Restore puts an initialised optimizer into a saved state, so that it goes on
// as if it had never stopped. It is an error if a slot is missing, has no place in
// this optimizer or has another length; the optimizer is then unusable.
func (o *Optimizer) Restore(s State) error {
	if s.Iterations < 0 {
		return fmt.Errorf("optimizer state: %d iterations", s.Iterations)
	}
	saved := map[string][]float32{}
	for _, slot := range s.Slots {
		saved[slot.Name] = slot.Data
	}
	if a := o.ema; a != nil {
		_, a.swapped = saved["trained"]
	}
	own := o.State().Slots
	for _, slot := range s.Slots {
		if !slices.ContainsFunc(own, func(o Slot) bool { return o.Name == slot.Name }) {
			return fmt.Errorf("optimizer state: %s has no slot %q", o.Name, slot.Name)
		}
	}
	for _, slot := range own {
		data, ok := saved[slot.Name]
		switch {
		case !ok:
			return fmt.Errorf("optimizer state: slot %q is missing", slot.Name)
		case len(data) != len(slot.Data):
			return fmt.Errorf("optimizer state: slot %q has %d numbers, want %d", slot.Name, len(data), len(slot.Data))
		}
		copy(slot.Data, data)
	}
	o.iterations = s.Iterations
	if o.schedule == nil {
		return o.SetLearningRate(s.LearningRate)
	}
	return nil
}
