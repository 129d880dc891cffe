package callback

import (
	"fmt"

	"mlp/internal/spec"
	"mlp/internal/train"
)

var _ = Callbacks.Add("early_stopping", "ends the run when a value has stopped improving, and restores the best weights", func(f *spec.Fields) *train.Hooks {
	e := &earlyStopping{
		monitor:  readMonitor(f, 0),
		patience: f.Int("patience", 0, "epochs without improvement that are allowed", spec.NonNegative),
		restore:  f.Bool("restore_best_weights", true, "whether to go back to the best epoch at the end (Keras: false)"),
		start:    f.Int("start_from_epoch", 0, "epochs, from the first, that are not judged", spec.NonNegative),
		baseline: f.OptFloat("baseline", "a value that must be reached for the patience to start anew"),
	}
	h := &train.Hooks{Name: "early_stopping", Epoch: e.epoch, End: e.end}
	h.Begin = func(r *train.Run) error { return e.resolve(r, h) }
	h.Save = func() map[string]float64 { return e.save(map[string]float64{"wait": float64(e.wait)}) }
	h.Load = func(s map[string]float64) { e.load(s); e.wait = int(s["wait"]) }
	return h
})

// earlyStopping counts epochs without improvement. As in Keras, the first epoch
// cannot stop a run, and patience 0 stops at the first epoch that is no better.
type earlyStopping struct {
	*monitor
	patience, start int
	restore         bool
	baseline        *float64
	wait            int
}

func (e *earlyStopping) epoch(r *train.Run) error {
	if r.Epoch() <= e.start || !r.Logs().Has(e.name) {
		return nil
	}
	v := r.Logs().Get(e.name)
	e.wait++
	if e.improved(v) {
		if e.restore {
			r.Keep()
		}
		if e.baseline == nil || e.beats(v, *e.baseline) {
			e.wait = 0
		}
		return nil
	}
	if e.wait >= e.patience && r.Epoch() > 1 {
		r.Stop(fmt.Sprintf("%s has not improved for %d epochs", e.name, e.wait))
	}
	return nil
}

func (e *earlyStopping) beats(v, baseline float64) bool {
	return (&monitor{goal: e.goal, minDelta: e.minDelta, best: baseline, has: true}).better(v)
}

func (e *earlyStopping) end(r *train.Run) error {
	if e.restore && e.has && !r.Interrupted() { // who resumes goes on from the last epoch
		r.Restore()
		r.Note(fmt.Sprintf("restored the weights of epoch %d, the best by %s", r.BestEpoch(), e.name))
	}
	return nil
}
