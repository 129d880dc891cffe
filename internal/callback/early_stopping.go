package callback

import (
	"fmt"

	"mlp/internal/spec"
	"mlp/internal/train"
)

var _ = Callbacks.Add("early_stopping", "ends the run when a value has stopped improving, and restores the best weights", func(f *spec.Fields) *train.Hooks {
	e := &earlyStopping{
		monitor:  readMonitor(f, 0),
		patience: f.NullInt("patience", new(0), "epochs without improvement that are allowed; null: the run is never ended, and the best weights are chosen when it is over", spec.NonNegative),
		restore:  f.Bool("restore_best_weights", true, "whether to go back to the best epoch at the end (Keras: false)"),
		start:    f.Int("start_from_epoch", 0, "epochs, from the first, that are not judged", spec.NonNegative),
		baseline: f.OptFloat("baseline", "a value that must be reached for the patience to start anew"),
		factor:   f.OptFloat("patience_factor", "ends the run only after more than patience_factor times the best epoch plus patience, both counted from the beginning of the run", spec.AtLeast(1)),
	}
	e.readTies(f)
	f.Unsaid("patience_factor")
	if e.factor != nil && e.patience == nil {
		f.Problem("patience_factor", "drop it, or write `patience: 0`", "`patience: null` never ends a run, and patience_factor says when to")
	}
	h := &train.Hooks{Name: "early_stopping", Epoch: e.epoch, End: e.end}
	h.Begin = func(r *train.Run) error { return e.resolve(r, h) }
	h.Save = e.state
	h.Load = func(s map[string]float64) {
		e.load(s)
		e.wait, e.judged, e.bestAt = int(s["wait"]), int(s["judged"]), int(s["best_at"])
	}
	return h
})

// earlyStopping counts epochs without improvement. As in Keras, the first epoch
// cannot stop a run, and patience 0 stops at the first epoch that is no better. An
// epoch as good as the best becomes the best one under `ties: last`, but it is no
// improvement: the patience goes on.
type earlyStopping struct {
	*monitor
	patience *int // nil: never stops
	start    int
	restore  bool
	baseline *float64
	factor   *float64 // nil: patience alone counts

	wait           int
	judged, bestAt int // epochs of this run so far, and the best of them; counted with a factor only
}

func (e *earlyStopping) state() map[string]float64 {
	s := map[string]float64{"wait": float64(e.wait)}
	if e.factor != nil {
		s["judged"], s["best_at"] = float64(e.judged), float64(e.bestAt)
	}
	return e.save(s)
}

func (e *earlyStopping) epoch(r *train.Run) error {
	e.judged++
	if r.Epoch() <= e.start || !r.Logs().Has(e.name) {
		return nil
	}
	v := r.Logs().Get(e.name)
	e.wait++
	tied := e.tied(v)
	better := e.improved(v)
	if better || tied {
		if e.bestAt = e.judged; e.restore {
			r.Keep()
		}
	}
	if better {
		if e.baseline == nil || e.beats(v, *e.baseline) {
			e.wait = 0
		}
		return nil
	}
	if e.ends() && r.Epoch() > 1 {
		r.Stop(fmt.Sprintf("%s has not improved for %d epochs", e.name, e.wait))
	}
	return nil
}

// ends reports whether an epoch without improvement was one too many.
func (e *earlyStopping) ends() bool {
	switch {
	case e.patience == nil:
		return false
	case e.factor != nil:
		return float64(e.judged) > float64(*e.factor*float64(e.bestAt))+float64(*e.patience)
	}
	return e.wait >= *e.patience
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
