package callback

import (
	"math"

	"mlp/internal/optim"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/train"
)

var _ = Callbacks.Add("learning_rate_scheduler", "sets the learning rate before each epoch, by a schedule that counts epochs from 0", func(f *spec.Fields) *train.Hooks {
	l := &rateScheduler{schedule: spec.One(f, "schedule", optim.Schedules, "", "the schedule, whose steps are epochs here")}
	h := &train.Hooks{Name: "learning_rate_scheduler", EpochBegin: l.begin, Epoch: l.end}
	h.Begin = func(r *train.Run) error {
		if l.schedule == nil {
			missing := h.Problem("schedule", "add `schedule: {type: exponential_decay, …}`", "%q is missing", "schedule")
			missing[0].Remedy = problem.Remedy{Kind: problem.ListFamily, Value: optim.Schedules.Plural()}
			return missing
		}
		return needsConstantRate(r, h)
	}
	return h
})

// rateScheduler overrules, as in Keras, what other callbacks did to the rate at
// the end of the epoch before; but not what fit.on_nan: reduce_lr did.
type rateScheduler struct{ schedule optim.Schedule }

func (l *rateScheduler) begin(r *train.Run) error {
	return r.SetLearningRate(l.schedule.At(int64(r.Epoch()-1)) / math.Pow10(r.Slowdowns()))
}

// end logs the rate that the epoch was trained with.
func (l *rateScheduler) end(r *train.Run) error {
	r.Logs().Set("learning_rate", r.LearningRate())
	return nil
}
