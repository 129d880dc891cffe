package callback

import (
	"math"

	"mlp/internal/problem"
	"mlp/internal/schedule"
	"mlp/internal/spec"
	"mlp/internal/train"
)

var _ = Callbacks.Add("learning_rate_scheduler", "sets the learning rate before each epoch, by a schedule that counts epochs from 0", func(f *spec.Fields) *train.Hooks {
	l := &rateScheduler{schedule: spec.One(f, "schedule", schedule.Schedules, "", "the schedule, whose steps are epochs here")}
	h := &train.Hooks{Name: "learning_rate_scheduler", EpochBegin: l.begin, Epoch: l.end}
	h.Begin = func(r *train.Run) error {
		if l.schedule == nil {
			missing := h.Problem("schedule", "add `schedule: {type: exponential_decay, …}`", "%q is missing", "schedule")
			missing[0].Remedy = problem.Remedy{Kind: problem.ListFamily, Value: schedule.Schedules.Plural()}
			return missing
		}
		l.first = r.Epoch()
		if at := (schedule.Time{Step: int64(l.first), First: int64(l.first), Length: int64(r.Epochs() - l.first)}); !r.Resumed() && schedule.Idle(l.schedule, at) {
			return h.Problem("schedule", idleHint(l.schedule), "the learning rate would be 0 in every epoch of this run")
		}
		return needsConstantRate(r, h)
	}
	if l.schedule != nil && l.schedule.OverRun() {
		h.Save = func() map[string]float64 { return map[string]float64{"first": float64(l.first)} }
		h.Load = func(s map[string]float64) { l.first = int(s["first"]) }
	}
	return h
})

// idleHint says how to go on under a schedule that has come to its end.
func idleHint(s schedule.Schedule) string {
	if s.OverRun() {
		return "give it a number above 0 to start from"
	}
	return schedule.Anew
}

// rateScheduler overrules, as in Keras, what other callbacks did to the rate at
// the end of the epoch before; but not what fit.on_nan: reduce_lr did.
type rateScheduler struct {
	schedule schedule.Schedule
	first    int // epochs before this run
}

func (l *rateScheduler) begin(r *train.Run) error {
	now := schedule.Time{Step: int64(r.Epoch() - 1), First: int64(l.first), Length: int64(r.Epochs() - l.first)}
	return r.SetLearningRate(l.schedule.At(now) / math.Pow10(r.Slowdowns()))
}

// end logs the rate that the epoch was trained with.
func (l *rateScheduler) end(r *train.Run) error {
	r.Logs().Set("learning_rate", r.LearningRate())
	return nil
}
