package train

import (
	"math"
	"slices"
	"strings"

	"mlp/internal/metric"
	"mlp/internal/outfile"
)

// Run is all that a callback may see and do.
type Run struct{ loop *loop }

// Epoch returns the number of the epoch that goes on or has just ended, from 1.
func (r *Run) Epoch() int { return r.loop.epoch }

// Epochs returns the number of the last epoch the run is meant to have.
func (r *Run) Epochs() int { return r.loop.target }

// Batch returns the number of the batch just done, from 1 (0 between epochs), and
// how many an epoch has.
func (r *Run) Batch() (done, all int) { return r.loop.batch, r.loop.batches }

// Logs returns the values of the epoch.
func (r *Run) Logs() *Logs { return &r.loop.logs }

// LearningRate returns the rate of the next step.
func (r *Run) LearningRate() float64 { return r.loop.m.Optimizer.LearningRate() }

// SetLearningRate changes it; a schedule refuses.
func (r *Run) SetLearningRate(rate float64) error { return r.loop.m.Optimizer.SetLearningRate(rate) }

// Keep stores the weights of this epoch as the best ones.
func (r *Run) Keep() {
	if r.loop.m.Best == nil {
		r.loop.m.Best = make([]float32, len(r.loop.m.Work.Params))
	}
	copy(r.loop.m.Best, r.loop.m.Work.Params)
	r.loop.m.Run.BestEpoch = r.loop.epoch
}

// Restore goes back to the weights that Keep stored, if there are any. They take the
// place of the trained ones; a moving average of the weights stays beside them.
func (r *Run) Restore() {
	if r.loop.m.Best != nil {
		r.loop.m.Optimizer.Begin(r.loop.m.Trainable())
		copy(r.loop.m.Work.Params, r.loop.m.Best)
	}
}

// Stop ends the run after this epoch. reason completes "stopped: ". It is saved with
// the run: what is resumed from here has nothing left to do but to end.
func (r *Run) Stop(reason string) {
	r.loop.endEarly(reason)
	r.loop.m.Run.Stopped = r.loop.stop
}

// Interrupted reports, at the end, that the run is to be resumed later.
func (r *Run) Interrupted() bool { return r.loop.interrupted }

// Note leaves a line to be shown after the epoch's.
func (r *Run) Note(line string) { r.loop.notes = append(r.loop.notes, line) }

// TakeNotes returns the lines left since the last call.
func (r *Run) TakeNotes() []string {
	notes := r.loop.notes
	r.loop.notes = nil
	return notes
}

// Claim proves that a callback can write a file, and keeps other runs from it.
func (r *Run) Claim(path string) error {
	c, err := outfile.Claim(path)
	r.loop.claims = append(r.loop.claims, c)
	return err
}

// Save writes the model as it stands, atomically.
func (r *Run) Save(path string) error { return r.loop.m.Save(path) }

// Resumed reports whether the run goes on with an unfinished one.
func (r *Run) Resumed() bool { return r.loop.Resume }

// Done reports, at the end, whether the run has had all of its epochs, or has
// ended before by itself.
func (r *Run) Done() bool { return r.loop.m.Run.Done }

// BestEpoch returns the epoch whose weights Keep stored, from 1; 0 if there is none.
func (r *Run) BestEpoch() int { return r.loop.m.Run.BestEpoch }

// Slowdowns returns how often the learning rate was cut to a tenth after a divergence.
func (r *Run) Slowdowns() int { return r.loop.m.Run.Slowed }

// HasAverage reports whether the optimizer keeps a moving average of the weights.
func (r *Run) HasAverage() bool { return r.loop.m.Optimizer.Averages() }

// UseAverage puts the average of the weights in the place of the trained ones.
func (r *Run) UseAverage() { r.loop.m.Optimizer.Finish(r.loop.m.Trainable()) }

// UseTrained brings the trained weights back.
func (r *Run) UseTrained() { r.loop.m.Optimizer.Begin(r.loop.m.Trainable()) }

// Validates reports whether there are validation rows.
func (r *Run) Validates() bool { return r.loop.Parts.Validation != nil }

// LogNames returns every name that Logs will have.
func (r *Run) LogNames() []string {
	names := []string{"loss"}
	for _, m := range r.loop.m.Metrics {
		names = append(names, m.Name)
	}
	if r.Validates() {
		for _, n := range slices.Clone(names) {
			names = append(names, "val_"+n)
		}
	}
	return append(names, "learning_rate")
}

// Logged returns the values of an epoch that has ended, as the history has them: in the
// order of LogNames, then what another run of the model may have measured. What an
// epoch did not measure is left out.
func (r *Run) Logged(epoch int) *Logs {
	h := &r.loop.m.History
	row := h.Epochs[epoch-1]
	validated := r.loop.validates(epoch)
	logs := &Logs{}
	known := r.LogNames()
	for _, name := range known {
		if i := slices.Index(h.Names, name); i >= 0 && (validated || !strings.HasPrefix(name, "val_")) {
			logs.Set(name, row[i])
		}
	}
	for i, name := range h.Names {
		if !slices.Contains(known, name) && !math.IsNaN(row[i]) {
			logs.Set(name, row[i])
		}
	}
	return logs
}

// Goal returns the direction of a logged value.
func (r *Run) Goal(name string) metric.Goal {
	name = strings.TrimPrefix(name, "val_")
	if name == "loss" {
		return metric.Lower
	}
	if m, ok := r.loop.m.MetricNamed(name); ok {
		return m.Goal()
	}
	return metric.None
}
