package train

import (
	"cmp"
	"fmt"
	"math"

	"mlp/internal/model"
	"mlp/internal/outfile"
	"mlp/internal/problem"
	"mlp/internal/schedule"
)

// A loop is a run under way: where it stands, and what it adds up.
type loop struct {
	Options
	m      *model.Model
	rows   *batches
	hooks  []*Hooks
	run    Run // what the hooks see of it
	target int // the last epoch

	epoch     int // that goes on or has just ended, from 1
	batch     int // done of this epoch; 0 between two
	batches   int // in an epoch
	firstLoss float64
	loss      float64 // of the batches done, their share of the epoch's mean
	logs      Logs
	good      model.Snapshot // the last whole epoch, to which a run that diverges goes back

	stop        string // why the run ends early; "" while it goes on
	interrupted bool
	notes       []string

	control *Control
	clock   *clock
	claims  []*outfile.Claimed // on outputs of callbacks, until the run ends
}

// Check refuses what Fit would refuse before its first step, and changes nothing
// outside the model.
func Check(m *model.Model, o Options) error {
	l, err := newLoop(m, o)
	l.release()
	return err
}

// newLoop prepares a run: memory, callbacks, and the state that a resumed one was
// saved with. The loop is to be released, even if there is an error.
func newLoop(m *model.Model, o Options) (*loop, error) {
	l := &loop{Options: o, m: m, control: cmp.Or(o.Control, new(Control)), target: o.Epochs,
		hooks: append(append([]*Hooks{}, o.Callbacks...), o.Observers...)}
	l.run.loop = l
	if err := o.Evaluate.CheckThreshold(m); err != nil {
		return l, err
	}
	if err := o.Held.Check(m, o.Parts); err != nil {
		return l, err
	}
	m.Threshold, m.Calibration, m.Scores = nil, nil, nil // those of other weights
	if !o.Resume {
		l.target = m.Run.Epoch + min(o.Epochs, math.MaxInt-m.Run.Epoch)
		m.Run.BestEpoch, m.Run.Slowed, m.Run.Callbacks, m.Run.Partial, m.Best = 0, 0, nil, nil, nil
		m.Run.Stopped = ""
		m.Optimizer.Slow(0)
	}
	m.Run.Target, m.Run.Done, l.stop = l.target, false, m.Run.Stopped
	l.batches = o.Steps()
	train, err := weighClasses(m, o.Parts.Train, o.ClassWeight)
	if err != nil {
		return l, err
	}
	shared := m.Config.Shared
	l.rows = newBatches(train, o.batch(), o.Shuffle, m.Net.Members, shared != nil && shared.Apart)
	w := m.Reserve(o.batch())
	w.Step = uint64(m.Optimizer.Iterations())
	m.Optimizer.Begin(m.Trainable())
	l.epoch = m.Run.Epoch
	if err := l.measure(); err != nil {
		return l, err
	}
	return l, l.begin()
}

// measure tells the optimizer how long the run is and when it began: a resumed one
// when it was first begun. A run at whose every step the learning rate is 0 is refused.
func (l *loop) measure() error {
	m := l.m
	now := m.Optimizer.Time()
	if !l.Resume {
		now.First = now.Step
	}
	left := int64(l.target-l.epoch) * int64(l.batches)
	if l.target-l.epoch > math.MaxInt32 { // it will not be done: only the product must be a number
		left = math.MaxInt32 * int64(l.batches)
	}
	if p := m.Run.Partial; p != nil {
		left -= int64(p.Batch)
	}
	m.Optimizer.BeginRun(now.First, now.Step-now.First+left)
	if l.Resume || l.target == l.epoch || !m.Optimizer.Idle() {
		return nil
	}
	const path = "compile.optimizer.learning_rate"
	hint := schedule.Anew
	if m.Optimizer.OverRun() {
		hint = "give it a rate above 0 to start from"
	}
	return problem.Problems{{Pos: m.Spec.Get("compile").Get("optimizer").Get("learning_rate").Pos, Path: path, Hint: hint,
		Msg: "the learning rate would be 0 at every step of this run"}}
}

// remember notes the state that a run which diverges in its first epoch goes back to.
func (l *loop) remember() {
	l.m.Snapshot(&l.good)
	if p := l.m.Run.Partial; p != nil && p.Start != nil {
		l.good = *p.Start
	}
}

// begin lets the callbacks begin, and gives them the state they were saved with.
func (l *loop) begin() error {
	for i, h := range l.hooks {
		if h.Begin != nil {
			if err := h.Begin(&l.run); err != nil {
				return err
			}
		}
		if state := l.m.Run.Callbacks[h.key(i)]; state != nil && h.Load != nil {
			h.Load(state)
		}
	}
	return nil
}

// each calls one hook of every callback that has it, in their order.
func (l *loop) each(hook func(*Hooks) func(*Run) error) error {
	for _, h := range l.hooks {
		if call := hook(h); call != nil {
			if err := call(&l.run); err != nil {
				return fmt.Errorf("%s: %w", h.Name, err)
			}
		}
	}
	return nil
}

// saveState notes the state of hooks i in the model.
func (l *loop) saveState(i int, h *Hooks) {
	if h.Save == nil {
		return
	}
	if l.m.Run.Callbacks == nil {
		l.m.Run.Callbacks = map[string]map[string]float64{}
	}
	l.m.Run.Callbacks[h.key(i)] = h.Save()
}

// beginEpoch prepares what an epoch adds up: anew, or as it was saved in the
// middle of this one, for whose beginning the callbacks were called then.
func (l *loop) beginEpoch() error {
	m := l.m
	l.logs = Logs{}
	for i := range m.Metrics {
		m.Metrics[i].Reset()
	}
	if p := m.Run.Partial; p != nil {
		m.Run.Partial = nil
		l.batch, l.firstLoss, l.loss = p.Batch, p.First, p.Loss
		const hint = "start a new run"
		if p.Batch > l.batches {
			return problem.Model("", hint, "the run stands after batch %d of an epoch that has %d", p.Batch, l.batches)
		}
		if err := m.Unpause(p); err != nil {
			return problem.Model("", hint, "%v", err)
		}
		return nil
	}
	l.batch, l.loss = 0, 0
	return l.each(func(h *Hooks) func(*Run) error { return h.EpochBegin })
}

// rewind goes back to the last whole epoch.
func (l *loop) rewind() {
	l.m.Rewind(&l.good)
	l.batch = 0
}

// validates reports whether the validation rows are measured after an epoch.
func (l *loop) validates(epoch int) bool {
	return l.Parts.Validation != nil && (epoch%l.ValidationFreq == 0 || epoch == l.target)
}

// endEarly ends the run for a reason that is no part of it, such as the time.
func (l *loop) endEarly(reason string) {
	if l.stop == "" {
		l.stop = reason
	}
}

// release gives up the files that callbacks have claimed.
func (l *loop) release() {
	for _, c := range l.claims {
		c.Release()
	}
	l.claims = nil
}
