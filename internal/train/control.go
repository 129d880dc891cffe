package train

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"mlp/internal/model"
	"mlp/internal/problem"
)

// Control are what is asked of a run from outside, at any moment; it looks after
// every batch whether there is something.
type Control struct {
	any  atomic.Bool // one of those below is set: all that a batch costs
	save atomic.Bool // by somebody, who wants to be told
	due  atomic.Bool // a checkpoint, by time
	late atomic.Bool // MaxTime is over
}

// Save asks for the run to be saved after the batch, and to go on.
func (a *Control) Save() { a.set(&a.save) }

func (a *Control) set(what *atomic.Bool) {
	what.Store(true)
	a.any.Store(true)
}

// A clock asks for checkpoints by time, and for the end.
type clock struct {
	asks        *Control
	every, last *time.Timer // nil: never
	period      time.Duration
}

func startClock(o Options, asks *Control) *clock {
	c := &clock{asks: asks}
	if o.Checkpoint != "" && o.EveryEpochs == 0 && o.EveryTime > 0 {
		c.period = o.EveryTime
		c.every = time.AfterFunc(c.period, func() { c.asks.set(&c.asks.due) })
	}
	if o.MaxTime > 0 {
		c.last = time.AfterFunc(o.MaxTime, func() { c.asks.set(&c.asks.late) })
	}
	return c
}

// saved begins the next period once a checkpoint is written, so that a slow disk
// cannot take all of the time.
func (c *clock) saved() {
	if c.every != nil {
		c.every.Reset(c.period)
	}
}

func (c *clock) stop() {
	for _, t := range []*time.Timer{c.every, c.last} {
		if t != nil {
			t.Stop()
		}
	}
}

// attend does what was asked for, after a batch or at the end of an epoch. Where
// the time is up it stops the run.
func (r *Run) attend(o Options) error {
	a := r.asks
	a.any.Store(false)
	if a.late.Load() {
		r.endEarly(r.timeUp())
		a.due.Store(o.Checkpoint != "") // to go on another time
	}
	if a.due.Swap(false) {
		if err := r.save(o.Checkpoint); err != nil && !errors.Is(err, errBroken) {
			return err
		}
		r.clock.saved()
	}
	if a.save.Swap(false) {
		path, at := o.SaveTo(), Saved{Epoch: r.m.Run.Epoch, Batch: r.batch, Batches: r.batches}
		at.Path, at.Err = path, r.save(path)
		for _, h := range r.hooks {
			if h.Saved != nil {
				h.Saved(r, at)
			}
		}
	}
	return nil
}

func (r *Run) timeUp() string {
	if r.batch == 0 {
		return "the time is up"
	}
	return fmt.Sprintf("the time is up, after batch %d of %d in epoch %d", r.batch, r.batches, r.epoch)
}

// Saved says where a run was saved because somebody asked for it, and where the
// run stood. A file that cannot be written does not end a run that writes it on
// request only.
type Saved struct {
	Path           string
	Epoch          int // whole ones
	Batch, Batches int // of the epoch that goes on; Batch is 0 between epochs
	Err            error
}

// SaveTo is where a run is saved when it is asked to, and when it is interrupted.
func (o Options) SaveTo() string {
	if o.Checkpoint != "" {
		return o.Checkpoint
	}
	return o.Output
}

// errBroken is why a run is not saved that the next batch will end: nobody could
// read the file, and it would take the place of one that can be read.
var errBroken = errors.New("the weights are not finite any more, so the run is not saved")

func (r *Run) brokenWithin() bool { return r.batch > 0 && !r.m.Finite() }

// save writes the run as it stands, also in the middle of an epoch.
func (r *Run) save(path string) error {
	if r.brokenWithin() {
		return errBroken
	}
	r.pause()
	defer func() { r.m.Run.Partial = nil }()
	return r.m.Save(path)
}

// pause notes in the model how far the epoch has come, if one goes on.
func (r *Run) pause() {
	if r.batch > 0 {
		r.m.Pause(model.Partial{Batch: r.batch, First: r.firstLoss, Loss: r.loss, Start: r.start})
	}
}

// beginEpoch prepares what an epoch adds up: anew, or as it was saved in the
// middle of this one, whose beginning the callbacks have seen.
func (r *Run) beginEpoch() error {
	m := r.m
	r.logs = Logs{}
	for i := range m.Metrics {
		m.Metrics[i].Reset()
	}
	if p := m.Run.Partial; p != nil {
		m.Run.Partial = nil
		r.batch, r.firstLoss, r.loss = p.Batch, p.First, p.Loss
		const hint = "start a new run"
		if p.Batch > r.batches {
			return problem.Model("", hint, "the run stands after batch %d of an epoch that has %d", p.Batch, r.batches)
		}
		if err := m.Unpause(p); err != nil {
			return problem.Model("", hint, "%v", err)
		}
		return nil
	}
	r.batch, r.loss = 0, 0
	return r.each(func(h *Hooks) func(*Run) error { return h.EpochBegin })
}
