package train

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"time"

	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/rng"
)

// Options is what a run is given besides the model.
type Options struct {
	Config
	Parts     model.Parts
	Observers []*Hooks // told after the callbacks; they show progress
	Resume    bool     // go on with an unfinished run: Epochs is then the total, else it is that many more

	Checkpoint  string        // file to save to while the run goes on; "" for none
	EveryEpochs int           // save after every so many epochs; 0: by time
	EveryTime   time.Duration // save after the batch in which so much time has passed
	MaxTime     time.Duration // end cleanly after the batch in which this has passed; 0 for no limit
	Output      string        // where the model will be written; saved to when asked, without a Checkpoint
	Control     *Control      // requests from outside; nil for none

	Threshold evaluate.Threshold // that of the evaluate section; a rule is applied when the run has ended
}

// Steps returns the number of batches in an epoch.
func (o Options) Steps() int { return (o.Parts.Train.X.Rows + o.batch() - 1) / o.batch() }

// batch is how many rows a step has: no more than there are, for room is made for
// them.
func (o Options) batch() int { return min(o.BatchSize, o.Parts.Train.X.Rows) }

// A Result says how a run ended.
type Result struct {
	Epochs      int    // done in this run
	Stopped     string // why it ended before its last epoch; "" if it did not
	TimeUp      bool   // that is the reason
	Interrupted bool   // by the context: the model stands where it was, perhaps in the middle of an epoch
	Unsettled   error  // why the rule for the threshold has led to none; nil if it has, or there is none
}

// Fit trains the model: for each epoch, for each batch, forward, loss, backward,
// update; then validation and callbacks. It ends after the batch in which ctx is
// cancelled, or MaxTime has passed; else at an epoch's end. If it cannot go on, it
// goes back to the last whole epoch.
func Fit(ctx context.Context, m *model.Model, o Options) (*Result, error) {
	r, err := start(m, o)
	defer r.release()
	if err != nil {
		return nil, err
	}
	r.clock = startClock(o, r.asks)
	defer r.clock.stop()
	first := m.Run.Epoch
	var good model.Snapshot
	m.Snapshot(&good)
	if p := m.Run.Partial; p != nil && p.Start != nil {
		good = *p.Start
	}
	if o.OnNaN == ReduceLR { // who goes back and on needs to do so after a resume too
		r.start = &good
	}
	order := newOrder(r.sets.Train, o.batch(), o.Shuffle)
	for r.epoch = m.Run.Epoch + 1; r.epoch <= r.target && r.stop == "" && ctx.Err() == nil; r.epoch++ {
		whole, err := r.trainEpoch(ctx, order, o)
		if err != nil {
			m.Rewind(&good)
			r.batch = 0
			if err := r.retry(err, &good); err != nil {
				return nil, err
			}
			continue
		}
		if !whole {
			break
		}
		if err := r.closeEpoch(o, &good); err != nil {
			return nil, err
		}
	}
	if r.brokenWithin() && o.OnNaN != IgnoreNaN {
		m.Rewind(&good)
		r.batch = 0
	}
	if r.batch > 0 {
		m.Stage = model.Fitted // with no whole epoch yet, perhaps
	}
	result := &Result{Epochs: m.Run.Epoch - first, Stopped: r.stop, TimeUp: r.asks.late.Load()}
	if ctx.Err() != nil && r.stop == "" && m.Run.Epoch < r.target {
		r.pause()
		r.broken, result.Interrupted, result.Stopped = true, true, "interrupted"
		return result, r.finish()
	}
	m.Optimizer.Finish(r.trained())
	m.Run.Done = true
	if err := r.finish(); err != nil {
		return nil, err
	}
	m.Best, m.Run.Callbacks, m.Run.Stopped = nil, nil, ""
	result.Unsettled = o.Threshold.Settle(m, o.Parts)
	return result, nil
}

// closeEpoch does what follows the batches of an epoch: validation, callbacks,
// history, a checkpoint.
func (r *Run) closeEpoch(o Options, good *model.Snapshot) error {
	if o.Parts.Validation != nil && (r.epoch%o.ValidationFreq == 0 || r.epoch == r.target) {
		if err := r.validate(o.Parts.Validation); err != nil {
			return err
		}
	}
	if err := r.endEpoch(); err != nil {
		return err
	}
	r.batch = 0
	r.m.Snapshot(good)
	if err := r.each(func(h *Hooks) func(*Run) error { return h.State }); err != nil {
		return err
	}
	if o.Checkpoint != "" && o.EveryEpochs > 0 && r.epoch%o.EveryEpochs == 0 {
		r.asks.set(&r.asks.due)
	}
	return r.attend(o)
}

// Check refuses what Fit would refuse before its first step, and changes nothing
// outside the model.
func Check(m *model.Model, o Options) error {
	r, err := start(m, o)
	r.release()
	return err
}

// start prepares a run: memory, callbacks, and what a resumed one remembers. The
// run is to be released, even if there is an error.
func start(m *model.Model, o Options) (*Run, error) {
	r := &Run{m: m, asks: cmp.Or(o.Control, new(Control)), sets: o.Parts, target: o.Epochs, resumed: o.Resume, onNaN: o.OnNaN,
		hooks: append(append([]*Hooks{}, o.Callbacks...), o.Observers...)}
	if err := o.Threshold.Check(m); err != nil {
		return r, err
	}
	m.Threshold = nil // that of other weights
	if !o.Resume {
		r.target = m.Run.Epoch + min(o.Epochs, math.MaxInt-m.Run.Epoch)
		m.Run.BestEpoch, m.Run.Slowed, m.Run.Callbacks, m.Run.Partial, m.Best = 0, 0, nil, nil, nil
		m.Run.Stopped = ""
		m.Optimizer.Slow(0)
	}
	m.Run.Target, m.Run.Done, r.stop = r.target, false, m.Run.Stopped
	m.HaltOnNaN = o.OnNaN != IgnoreNaN
	r.batches = o.Steps()
	var err error
	if r.sets.Train, err = weighClasses(m, o.Parts.Train, o.ClassWeight); err != nil {
		return r, err
	}
	m.StartTraining(o.batch())
	for i, h := range r.hooks {
		if h.Begin != nil {
			if err := h.Begin(r); err != nil {
				return r, err
			}
		}
		if state := m.Run.Callbacks[h.key(i)]; state != nil && h.Load != nil {
			h.Load(state)
		}
	}
	return r, nil
}

// key names a callback in the saved run: by place and kind, since one kind may
// stand twice.
func (h *Hooks) key(i int) string { return fmt.Sprintf("%d/%s", i, h.Name) }

// trainEpoch goes over the training rows once. It reports false if it was stopped
// on the way; r.batch then says after which batch.
func (r *Run) trainEpoch(ctx context.Context, order *order, o Options) (whole bool, err error) {
	m := r.m
	if err := r.beginEpoch(); err != nil {
		return false, err
	}
	order.shuffle(rng.New(m.Config.Seed, "shuffle").At(uint64(r.epoch)))
	n := float64(o.Parts.Train.X.Rows)
	done := ctx.Done()
	for r.batch < r.batches {
		b := order.batch(m.Engine, r.batch)
		r.batch++
		total, pred := m.TrainStep(b)
		if m.HaltOnNaN && (math.IsNaN(total) || math.IsInf(total, 0)) {
			return false, diagnose(r, b, total)
		}
		if r.batch == 1 {
			r.firstLoss = total
		}
		r.loss += float64(total * (float64(b.X.Rows) / n))
		m.Measure(m.Metrics, pred, b.Truth, b.Weight)
		for _, h := range r.hooks {
			if h.BatchEnd != nil {
				if err := h.BatchEnd(r); err != nil {
					return false, fmt.Errorf("%s: %w", h.Name, err)
				}
			}
		}
		select {
		case <-done:
			return false, nil
		default:
		}
		if r.asks.any.Load() && r.batch < r.batches {
			if err := r.attend(o); err != nil || r.stop != "" {
				return false, err
			}
		}
	}
	if r.broke(r.loss) {
		return false, diagnose(r, order.batch(m.Engine, r.batches-1), r.loss)
	}
	r.logs.Set("loss", r.loss)
	for _, metric := range m.Metrics {
		r.logs.Set(metric.Name, metric.Value())
	}
	return true, nil
}

// validate measures the validation rows.
func (r *Run) validate(p *model.Part) error {
	if err := r.each(func(h *Hooks) func(*Run) error { return h.TestBegin }); err != nil {
		return err
	}
	total := r.m.Evaluate(p, r.m.Metrics)
	r.logs.Set("val_loss", total)
	for _, metric := range r.m.Metrics {
		r.logs.Set("val_"+metric.Name, metric.Value())
	}
	return r.each(func(h *Hooks) func(*Run) error { return h.TestEnd })
}

// each calls one hook of every callback that has it, in their order.
func (r *Run) each(hook func(*Hooks) func(*Run) error) error {
	for _, h := range r.hooks {
		if call := hook(h); call != nil {
			if err := call(r); err != nil {
				return fmt.Errorf("%s: %w", h.Name, err)
			}
		}
	}
	return nil
}

// endEpoch lets the callbacks see the logs and writes the history. All of them
// see the epoch, even if one fails, so that what is saved then is whole.
func (r *Run) endEpoch() error {
	m := r.m
	m.Run.Epoch, m.Stage = r.epoch, model.Fitted
	record := func() {
		m.History.Truncate(r.epoch - 1)
		m.History.Add(r.logs.Names, r.logs.Values)
	}
	record() // for a callback that saves the model
	var failed error
	for i, h := range r.hooks {
		if h.Epoch != nil {
			if err := h.Epoch(r); err != nil && failed == nil {
				failed = fmt.Errorf("%s: %w", h.Name, err)
			}
		}
		r.saveState(i, h)
	}
	record() // callbacks may have added values
	return failed
}

func (r *Run) saveState(i int, h *Hooks) {
	if h.Save == nil {
		return
	}
	if r.m.Run.Callbacks == nil {
		r.m.Run.Callbacks = map[string]map[string]float64{}
	}
	r.m.Run.Callbacks[h.key(i)] = h.Save()
}

// finish lets the callbacks end.
func (r *Run) finish() error {
	return r.each(func(h *Hooks) func(*Run) error { return h.End })
}
