package train

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"mlp/internal/model"
	"mlp/internal/rng"
)

// Parts are the parts of the data, prepared for the model; one that does not
// exist is nil.
type Parts struct{ Train, Validation, Test *model.Part }

// Options is what a run is given besides the model.
type Options struct {
	Config
	Parts     Parts
	Observers []*Hooks // told after the callbacks; they show progress
	Resume    bool     // go on with an unfinished run: Epochs is then the total, else it is that many more

	Checkpoint  string        // file to save to while the run goes on; "" for none
	EveryEpochs int           // save after every so many epochs; 0: by time
	EveryTime   time.Duration // save when so much time has passed, at the end of an epoch
	MaxTime     time.Duration // end cleanly after the epoch in which this has passed; 0 for no limit
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
	Interrupted bool   // by the context: the model stands at its last whole epoch
}

// Fit trains the model: for each epoch, for each batch, forward, loss, backward,
// update; then validation and callbacks. It ends at an epoch's end, or, when ctx
// is cancelled, after the batch, going back to the last whole epoch.
func Fit(ctx context.Context, m *model.Model, o Options) (*Result, error) {
	r, err := start(m, o)
	if err != nil {
		return nil, err
	}
	began, saved := time.Now(), time.Now()
	first := m.Run.Epoch
	var good model.Snapshot
	m.Snapshot(&good)
	order := newOrder(r.sets.Train, o.batch(), o.Shuffle)
	for r.epoch = m.Run.Epoch + 1; r.epoch <= r.target && r.stop == ""; r.epoch++ {
		if err := r.trainEpoch(ctx, order, o); err != nil {
			m.Rewind(&good)
			if ctx.Err() != nil {
				r.broken = true
				return &Result{Epochs: m.Run.Epoch - first, Interrupted: true, Stopped: "interrupted"}, r.finish()
			}
			return nil, err
		}
		if o.Parts.Validation != nil && (r.epoch%o.ValidationFreq == 0 || r.epoch == r.target) {
			if err := r.validate(o.Parts.Validation); err != nil {
				return nil, err
			}
		}
		if err := r.endEpoch(); err != nil {
			return nil, err
		}
		m.Snapshot(&good)
		if err := r.each(func(h *Hooks) func(*Run) error { return h.State }); err != nil {
			return nil, err
		}
		if o.MaxTime > 0 && time.Since(began) >= o.MaxTime {
			r.Stop("the time is up")
		}
		if due(o, r.epoch, time.Since(saved)) {
			if err := m.Save(o.Checkpoint); err != nil {
				return nil, err
			}
			saved = time.Now()
		}
	}
	m.Optimizer.Finish(r.trained())
	m.Run.Done = true
	result := &Result{Epochs: m.Run.Epoch - first, Stopped: r.stop}
	if err := r.finish(); err != nil {
		return nil, err
	}
	m.Best, m.Run.Callbacks = nil, nil
	return result, nil
}

// Check refuses what Fit would refuse before its first step, and changes nothing
// outside the model.
func Check(m *model.Model, o Options) error {
	_, err := start(m, o)
	return err
}

// start prepares a run: memory, callbacks, and what a resumed one remembers.
func start(m *model.Model, o Options) (*Run, error) {
	r := &Run{m: m, sets: o.Parts, target: o.Epochs, resumed: o.Resume, hooks: append(append([]*Hooks{}, o.Callbacks...), o.Observers...)}
	if !o.Resume {
		r.target = m.Run.Epoch + min(o.Epochs, math.MaxInt-m.Run.Epoch)
		m.Run.BestEpoch, m.Run.Callbacks, m.Best = 0, nil, nil
	}
	m.Run.Target, m.Run.Done = r.target, false
	r.batches = o.Steps()
	var err error
	if r.sets.Train, err = weighClasses(m, o.Parts.Train, o.ClassWeight); err != nil {
		return nil, err
	}
	m.StartTraining(o.batch())
	for i, h := range r.hooks {
		if h.Begin != nil {
			if err := h.Begin(r); err != nil {
				return nil, err
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

// due reports whether a checkpoint is to be written now.
func due(o Options, epoch int, since time.Duration) bool {
	switch {
	case o.Checkpoint == "":
		return false
	case o.EveryEpochs > 0:
		return epoch%o.EveryEpochs == 0
	}
	return since >= o.EveryTime
}

// trainEpoch goes over the training rows once.
func (r *Run) trainEpoch(ctx context.Context, order *order, o Options) error {
	m := r.m
	r.logs = Logs{}
	for i := range m.Metrics {
		m.Metrics[i].Reset()
	}
	if err := r.each(func(h *Hooks) func(*Run) error { return h.EpochBegin }); err != nil {
		return err
	}
	order.shuffle(rng.New(m.Config.Seed, "shuffle").At(uint64(r.epoch)))
	loss, n := 0.0, float64(o.Parts.Train.X.Rows)
	done := ctx.Done()
	for r.batch = 1; r.batch <= r.batches; r.batch++ {
		select {
		case <-done:
			return ctx.Err()
		default:
		}
		b := order.batch(m.Engine, r.batch-1)
		total, pred := m.TrainStep(b)
		if (math.IsNaN(total) || math.IsInf(total, 0)) && o.OnNaN == "stop" {
			return diagnose(r, total)
		}
		loss += float64(total * (float64(b.X.Rows) / n))
		m.Measure(m.Metrics, pred, b.Truth, b.Weight)
		for _, h := range r.hooks {
			if h.BatchEnd != nil {
				if err := h.BatchEnd(r); err != nil {
					return fmt.Errorf("%s: %w", h.Name, err)
				}
			}
		}
	}
	r.logs.Set("loss", loss)
	for _, metric := range m.Metrics {
		r.logs.Set(metric.Name, metric.Value())
	}
	return nil
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

// measured reports whether the epoch has a value of that name; with
// validation_freq some epochs have not.
func (r *Run) measured(name string) bool { return slices.Contains(r.logs.Names, name) }
