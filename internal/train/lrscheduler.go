package train

import (
	"math"

	"mlp/internal/optim"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

var _ = Callbacks.Add("learning_rate_scheduler", "sets the learning rate before each epoch, by a schedule that counts epochs from 0", func(f *spec.Fields) *Hooks {
	l := &rateScheduler{schedule: spec.One(f, "schedule", optim.Schedules, "", "the schedule, whose steps are epochs here")}
	h := &Hooks{Name: "learning_rate_scheduler", EpochBegin: l.begin, Epoch: l.end}
	h.Begin = func(r *Run) error {
		if l.schedule == nil {
			return problem.Problems{{Pos: h.pos, Path: h.path + ".schedule", Msg: `"schedule" is missing`,
				Hint: "add `schedule: {type: exponential_decay, …}`; `mlp list schedules` shows all"}}
		}
		return h.needsConstantRate(r)
	}
	return h
})

// rateScheduler overrules, as in Keras, what other callbacks did to the rate at
// the end of the epoch before; but not what fit.on_nan: reduce_lr did.
type rateScheduler struct{ schedule optim.Schedule }

func (l *rateScheduler) begin(r *Run) error {
	return r.SetLearningRate(l.schedule.At(int64(r.Epoch()-1)) / math.Pow10(r.m.Run.Slowed))
}

// end logs the rate that the epoch was trained with.
func (l *rateScheduler) end(r *Run) error {
	r.Logs().Set("learning_rate", r.LearningRate())
	return nil
}
