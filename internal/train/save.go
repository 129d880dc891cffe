package train

import (
	"errors"
	"fmt"

	"mlp/internal/model"
)

// serve does what was requested, after a batch or at the end of an epoch. Where the
// time is up it stops the run.
func (l *loop) serve() error {
	a := l.control
	a.any.Store(false)
	if a.late.Load() {
		l.endEarly(l.timeUp())
		a.due.Store(l.Checkpoint != "") // to go on another time
	}
	if a.due.Swap(false) {
		if err := l.save(l.Checkpoint); err != nil && !errors.Is(err, errBroken) {
			return err
		}
		l.clock.saved()
	}
	if a.save.Swap(false) {
		path := l.SaveTo()
		at := Saved{Path: path, Epoch: l.m.Run.Epoch, Batch: l.batch, Batches: l.batches, Err: l.save(path)}
		for _, h := range l.hooks {
			if h.Saved != nil {
				h.Saved(&l.run, at)
			}
		}
	}
	return nil
}

func (l *loop) timeUp() string {
	if l.batch == 0 {
		return "the time is up"
	}
	return fmt.Sprintf("the time is up, after batch %d of %d in epoch %d", l.batch, l.batches, l.epoch)
}

// Saved says where a run was saved on request, and where the run stood. A file that cannot be written does not end a run that writes it on
// request only.
type Saved struct {
	Path           string
	Epoch          int // whole ones
	Batch, Batches int // of the epoch that goes on; Batch is 0 between epochs
	Err            error
}

// errBroken is why a run is not saved that the next batch will end: the file could
// not be read, and would take the place of one that can.
var errBroken = errors.New("the weights are not finite any more, so the run is not saved")

func (l *loop) brokenWithin() bool {
	return (l.batch > 0 || l.OnNaN == IgnoreNaN) && !l.m.Finite()
}

// save writes the run as it stands, also in the middle of an epoch.
func (l *loop) save(path string) error {
	if l.brokenWithin() {
		return errBroken
	}
	l.pause()
	defer func() { l.m.Run.Partial = nil }()
	if l.Save != nil {
		return l.Save()
	}
	return l.Generations.Save(l.m, path)
}

// pause notes in the model how far the epoch has come, if one goes on.
func (l *loop) pause() {
	if l.batch == 0 {
		return
	}
	p := model.Partial{Batch: l.batch, First: l.firstLoss, Loss: l.loss}
	if l.OnNaN == ReduceLR { // the run may go back after it is resumed, too
		p.Start = &l.good
	}
	l.m.Pause(p)
}
