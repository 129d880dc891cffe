package train

import (
	"errors"
	"fmt"

	"mlp/internal/model"
)

// maxRetries is how often a run goes on after it has diverged.
const maxRetries = 3

// retry follows a divergence, after which the model has gone back to its last whole
// epoch. Under fit.on_nan: reduce_lr the run goes on from there with a tenth of the
// learning rate, until that has been done three times. good becomes the state to go
// back to the next time. How often it was done is saved with the run, so a resumed
// one goes on in the same bytes.
func (r *Run) retry(failure error, good *model.Snapshot) error {
	var d *Diverged
	m := r.m
	if !errors.As(failure, &d) || r.onNaN != ReduceLR || m.Run.Slowed >= maxRetries {
		return failure
	}
	m.Run.Slowed++
	m.Optimizer.Slow(m.Run.Slowed)
	if !m.Optimizer.Scheduled() {
		if err := m.Optimizer.SetLearningRate(m.Optimizer.LearningRate() / 10); err != nil {
			return err
		}
	}
	m.Snapshot(good)
	back := "to the start"
	if m.Run.Epoch > 0 {
		back = fmt.Sprintf("to the end of epoch %d", m.Run.Epoch)
	}
	r.Note(fmt.Sprintf("%s: back %s, and on with a tenth of the learning rate, %.6g (%d of %d)",
		d.where(), back, d.LearningRate/10, m.Run.Slowed, maxRetries))
	r.epoch = m.Run.Epoch
	return r.each(func(h *Hooks) func(*Run) error { return h.Retry })
}
