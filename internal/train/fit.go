package train

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/rng"
	"mlp/internal/tensor"
)

// Fit trains the model: for each epoch, for each batch, forward, loss, backward,
// update; then validation and callbacks. It ends after the batch in which ctx is
// cancelled, or MaxTime has passed; else at an epoch's end. If it cannot go on, it
// goes back to the last whole epoch.
func Fit(ctx context.Context, m *model.Model, o Options) (*Result, error) {
	l, err := newLoop(m, o)
	defer l.release()
	if err != nil {
		return nil, err
	}
	l.clock = startClock(o, l.control)
	defer l.clock.stop()
	l.remember()
	first := m.Run.Epoch
	for l.epoch < l.target && l.stop == "" && ctx.Err() == nil {
		l.epoch++
		whole, err := l.trainEpoch(ctx)
		switch {
		case err != nil:
			l.rewind()
			err = l.retry(err)
		case whole:
			err = l.closeEpoch()
		}
		if err != nil {
			return nil, err
		}
	}
	result, err := l.finish(ctx)
	if err != nil {
		return nil, err
	}
	result.Epochs = m.Run.Epoch - first
	return result, nil
}

// trainEpoch goes over the training rows once. It reports false if it was stopped
// on the way; l.batch then says after which batch.
func (l *loop) trainEpoch(ctx context.Context) (whole bool, err error) {
	m := l.m
	if err := l.beginEpoch(); err != nil {
		return false, err
	}
	l.rows.shuffle(rng.New(m.Config.Seed, "shuffle").At(uint64(l.epoch)))
	n := float64(min(l.batches*l.rows.size, l.Parts.Train.X.Rows) * m.Net.Members) // that the epoch takes
	done := ctx.Done()
	for l.batch < l.batches {
		b := l.rows.batch(m.Engine, l.batch)
		l.batch++
		total, pred := l.step(b)
		if l.halts(total) {
			return false, l.diagnose(b, total)
		}
		if l.batch == 1 {
			l.firstLoss = total
		}
		l.loss += float64(total * (float64(b.Target.Rows) / n))
		m.UpdateMetrics(m.Metrics, pred, b.Truth, b.Weight)
		for _, h := range l.hooks {
			if h.BatchEnd != nil {
				if err := h.BatchEnd(&l.run); err != nil {
					return false, fmt.Errorf("%s: %w", h.Name, err)
				}
			}
		}
		select {
		case <-done:
			return false, nil
		default:
		}
		if l.control.any.Load() && l.batch < l.batches {
			if err := l.serve(); err != nil || l.stop != "" {
				return false, err
			}
		}
	}
	if l.broke() {
		return false, l.diagnose(l.rows.batch(m.Engine, l.batches-1), l.loss)
	}
	l.logs.Set("loss", l.loss)
	for _, metric := range m.Metrics {
		l.logs.Set(metric.Name, metric.Value())
	}
	return true, nil
}

// step learns from one batch: forward, loss, backward, update. It returns the
// batch's total loss, penalties included, and the predictions made before the
// update, which live until the next step. It allocates nothing. A loss that halts
// the run leaves the weights as they are, for a diagnosis.
func (l *loop) step(b *model.Part) (total float64, pred tensor.Mat) {
	m, w := l.m, l.m.Work
	w.Training, w.Time = true, m.Optimizer.Time()
	logits, pred := m.Net.Forward(w, b.X)                               // (batch, outputs), before and after the last activation
	total, dlogits := m.BatchGradient(logits, pred, b.Target, b.Weight) // ∂loss/∂logits (batch, outputs)
	if l.halts(total) {
		return total, pred // and the gradients are those of the step before
	}
	m.Net.Backward(w, dlogits) // ∂loss/∂parameters, into w.Grads
	total += m.Net.Penalty(w, true)
	if l.halts(total) {
		return total, pred
	}
	m.Optimizer.Step(m.Engine, m.Trainable(), w.Grads)
	m.Net.Constrain(w)
	w.Step++
	return total, pred
}

// halts reports whether a loss ends the epoch: one that is not finite, unless the
// spec says that it does not matter.
func (l *loop) halts(loss float64) bool {
	return l.OnNaN != IgnoreNaN && (math.IsNaN(loss) || math.IsInf(loss, 0))
}

// closeEpoch does what follows the batches of an epoch: validation, callbacks,
// history, a checkpoint.
func (l *loop) closeEpoch() error {
	if l.validates(l.epoch) {
		if err := l.validate(); err != nil {
			return err
		}
	}
	if err := l.endEpoch(); err != nil {
		return err
	}
	l.batch = 0
	if !l.brokenWithin() {
		l.m.Snapshot(&l.good)
	}
	if err := l.each(func(h *Hooks) func(*Run) error { return h.State }); err != nil {
		return err
	}
	if l.Checkpoint != "" && l.EveryEpochs > 0 && l.epoch%l.EveryEpochs == 0 {
		l.control.set(&l.control.due)
	}
	return l.serve()
}

// validate measures the validation rows.
func (l *loop) validate() error {
	if err := l.each(func(h *Hooks) func(*Run) error { return h.TestBegin }); err != nil {
		return err
	}
	l.logs.Set("val_loss", evaluate.Update(l.m, l.Parts.Validation, l.m.Metrics))
	for _, metric := range l.m.Metrics {
		l.logs.Set("val_"+metric.Name, metric.Value())
	}
	return l.each(func(h *Hooks) func(*Run) error { return h.TestEnd })
}

// endEpoch shows the logs to the callbacks and writes the history. All of them
// see the epoch, even if one fails, so that what is saved then is whole.
func (l *loop) endEpoch() error {
	m := l.m
	m.Run.Epoch, m.Stage = l.epoch, model.Fitted
	record := func() {
		m.History.Truncate(l.epoch - 1)
		m.History.Add(l.logs.Names, l.logs.Values)
	}
	record() // for a callback that saves the model
	var failed error
	for i, h := range l.hooks {
		if h.Epoch != nil {
			if err := h.Epoch(&l.run); err != nil && failed == nil {
				failed = fmt.Errorf("%s: %w", h.Name, err)
			}
		}
		l.saveState(i, h)
	}
	record() // callbacks may have added values
	return failed
}

// finish ends the run, or leaves it where it was interrupted.
func (l *loop) finish(ctx context.Context) (*Result, error) {
	m := l.m
	if l.brokenWithin() {
		at := cmp.Or(l.batch, l.batches)
		l.rewind()
		if l.OnNaN == IgnoreNaN { // nothing else has ended the run, and what there is could not be written
			return nil, &Diverged{Epoch: l.epoch, Batch: at, Batches: l.batches, Loss: l.loss, First: l.firstLoss, What: "weights", LearningRate: m.Optimizer.LearningRate()}
		}
	}
	if l.batch > 0 {
		m.Stage = model.Fitted // with no whole epoch yet, perhaps
	}
	end := func() error { return l.each(func(h *Hooks) func(*Run) error { return h.End }) }
	result := &Result{Stopped: l.stop, TimeUp: l.control.late.Load()}
	if ctx.Err() != nil && l.stop == "" && m.Run.Epoch < l.target {
		l.pause()
		l.interrupted, result.Interrupted, result.Stopped = true, true, "interrupted"
		return result, end()
	}
	m.Optimizer.Finish(m.Trainable())
	m.Run.Done = true
	if err := end(); err != nil {
		return nil, err
	}
	m.Best, m.Run.Callbacks, m.Run.Stopped = nil, nil, ""
	if err := l.Held.Settle(m, l.Parts); err != nil {
		return nil, err
	}
	result.Unsettled = l.Evaluate.SettleThreshold(m, l.Parts)
	return result, nil
}
