package train

import (
	"errors"
	"fmt"
)

// maxRetries is how often a run goes on after it has diverged.
const maxRetries = 3

// retry follows a divergence, after which the model has gone back to its last whole
// epoch. Under fit.on_nan: reduce_lr the run goes on from there with a tenth of the
// learning rate, until that has been done three times. How often it was done is
// saved with the run, so a resumed one goes on in the same bytes.
func (l *loop) retry(failure error) error {
	var d *Diverged
	m := l.m
	if !errors.As(failure, &d) || !l.goesBack() {
		return failure
	}
	m.Run.Slowed++
	m.Optimizer.Slow(m.Run.Slowed)
	if !m.Optimizer.Scheduled() {
		if err := m.Optimizer.SetLearningRate(m.Optimizer.LearningRate() / 10); err != nil {
			return err
		}
	}
	m.Snapshot(&l.good)
	back := "to the start"
	if m.Run.Epoch > 0 {
		back = fmt.Sprintf("to the end of epoch %d", m.Run.Epoch)
	}
	l.run.Note(fmt.Sprintf("%s: back %s, and on with a tenth of the learning rate, %.6g (%d of %d)",
		d.where(), back, d.LearningRate/10, m.Run.Slowed, maxRetries))
	l.epoch = m.Run.Epoch
	return l.each(func(h *Hooks) func(*Run) error { return h.Retry })
}

// goesBack reports whether a divergence does not end the run.
func (l *loop) goesBack() bool { return l.OnNaN == ReduceLR && l.m.Run.Slowed < maxRetries }
