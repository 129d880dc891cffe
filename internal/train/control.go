package train

import (
	"sync"
	"sync/atomic"
	"time"
)

// A Control takes requests to a run from outside, at any moment and from any
// goroutine; the run looks after every batch whether there is one. The zero Control
// has none.
type Control struct {
	any  atomic.Bool // one of those below is set: all that a batch costs
	save atomic.Bool // save the run and report where
	due  atomic.Bool // a checkpoint is due
	late atomic.Bool // MaxTime is over

	mu   sync.Mutex
	lead func() // takes the requests to save
}

// Save requests that the run is saved after the batch, and goes on.
func (c *Control) Save() {
	c.mu.Lock()
	lead := c.lead
	c.mu.Unlock()
	if lead != nil {
		lead()
		return
	}
	c.set(&c.save)
}

// End requests that the run is saved after the batch, and ends there.
func (c *Control) End() {
	c.save.Store(true)
	c.set(&c.late)
}

// Lead hands requests to save on, also one that has come already, where several runs
// make a larger one; nil ends that.
func (c *Control) Lead(take func()) {
	c.mu.Lock()
	c.lead = take
	c.mu.Unlock()
	if take != nil && c.save.Swap(false) {
		take()
	}
}

func (c *Control) set(what *atomic.Bool) {
	what.Store(true)
	c.any.Store(true)
}

// A clock requests checkpoints by time, and the end.
type clock struct {
	control     *Control
	every, last *time.Timer // nil: never
	period      time.Duration
}

// startClock starts the clock of the run.
func startClock(o Options, control *Control) *clock {
	c := &clock{control: control}
	if o.Checkpoint != "" && o.EveryEpochs == 0 && o.EveryTime > 0 {
		c.period = o.EveryTime
		c.every = time.AfterFunc(c.period, func() { control.set(&control.due) })
	}
	if o.MaxTime > 0 {
		c.last = time.AfterFunc(o.MaxTime, func() { control.set(&control.late) })
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
