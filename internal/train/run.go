package train

import (
	"math"
	"slices"
	"strings"

	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/outfile"
)

// Run is all that a callback may see and do.
type Run struct {
	m         *model.Model
	sets      model.Parts
	epoch     int // done, the one just ended included
	target    int
	batch     int     // done of this epoch; 0 between two
	batches   int     // in an epoch
	firstLoss float64 // of the first batch of the epoch
	loss      float64 // of those batches, their share of the epoch's mean
	logs      Logs
	asks      *Control
	clock     *clock
	start     *model.Snapshot // the last whole epoch, if what is saved within the next is to have it too
	stop      string          // why the run ends early; "" while it goes on
	resumed   bool            // the run goes on with an unfinished one
	broken    bool            // the run was interrupted
	onNaN     string          // what happens when it diverges
	notes     []string
	hooks     []*Hooks
	claims    []*outfile.Claimed // outputs of callbacks, until the run ends
}

// Logs are the values measured in an epoch, in the order in which they are shown.
type Logs struct {
	Names  []string
	Values []float64
}

// Get returns a value, or NaN if it was not measured.
func (l *Logs) Get(name string) float64 {
	if i := slices.Index(l.Names, name); i >= 0 {
		return l.Values[i]
	}
	return math.NaN()
}

// Set adds or replaces a value.
func (l *Logs) Set(name string, v float64) {
	if i := slices.Index(l.Names, name); i >= 0 {
		l.Values[i] = v
		return
	}
	l.Names, l.Values = append(l.Names, name), append(l.Values, v)
}

// Epoch returns the number of the epoch that goes on or has just ended, from 1.
func (r *Run) Epoch() int { return r.epoch }

// Epochs returns the number of the last epoch the run is meant to have.
func (r *Run) Epochs() int { return r.target }

// Batch returns the number of the batch just done, from 1, and of all in an epoch.
func (r *Run) Batch() (done, all int) { return r.batch, r.batches }

// Logs returns the values of the epoch.
func (r *Run) Logs() *Logs { return &r.logs }

// LearningRate returns the rate of the next step.
func (r *Run) LearningRate() float64 { return r.m.Optimizer.LearningRate() }

// SetLearningRate changes it; a schedule refuses.
func (r *Run) SetLearningRate(rate float64) error { return r.m.Optimizer.SetLearningRate(rate) }

// Keep remembers the weights of this epoch as the best ones.
func (r *Run) Keep() {
	if r.m.Best == nil {
		r.m.Best = make([]float32, len(r.m.Work.Params))
	}
	copy(r.m.Best, r.m.Work.Params)
	r.m.Run.BestEpoch = r.epoch
}

// Restore goes back to the weights that were kept, if any were. They take the
// place of the trained ones; a moving average of the weights stays beside them.
func (r *Run) Restore() {
	if r.m.Best != nil {
		r.m.Optimizer.Begin(r.trained())
		copy(r.m.Work.Params, r.m.Best)
	}
}

// Stop ends the run after this epoch. reason completes "stopped: ". It is saved with
// the run: what is resumed from here has nothing left to do but to end.
func (r *Run) Stop(reason string) {
	r.endEarly(reason)
	r.m.Run.Stopped = r.stop
}

// endEarly ends the run for a reason that is no part of it, such as the time.
func (r *Run) endEarly(reason string) {
	if r.stop == "" {
		r.stop = reason
	}
}

// Interrupted reports, at the end, that the run is to be resumed later.
func (r *Run) Interrupted() bool { return r.broken }

// Note leaves a line to be shown after the epoch's.
func (r *Run) Note(line string) { r.notes = append(r.notes, line) }

// TakeNotes returns the lines left since the last call.
func (r *Run) TakeNotes() []string {
	notes := r.notes
	r.notes = nil
	return notes
}

// Claim proves that a callback can write a file, and keeps other runs from it.
func (r *Run) Claim(path string) error {
	c, err := outfile.Claim(path)
	r.claims = append(r.claims, c)
	return err
}

// release ends what Claim has begun.
func (r *Run) release() {
	for _, c := range r.claims {
		c.Release()
	}
	r.claims = nil
}

// Save writes the model as it stands, atomically.
func (r *Run) Save(path string) error { return r.m.Save(path) }

// Resumed reports whether the run goes on with an unfinished one.
func (r *Run) Resumed() bool { return r.resumed }

// Done reports, at the end, whether the run has had all of its epochs, or has
// ended before by itself.
func (r *Run) Done() bool { return r.m.Run.Done }

// BestEpoch returns the epoch whose weights were kept, from 1; 0 if none were.
func (r *Run) BestEpoch() int { return r.m.Run.BestEpoch }

// Slowed returns how often the learning rate was cut to a tenth after a divergence.
func (r *Run) Slowed() int { return r.m.Run.Slowed }

// HasAverage reports whether the optimizer keeps a moving average of the weights.
func (r *Run) HasAverage() bool { return r.m.Optimizer.Averages() }

// AverageIn puts the average of the weights in the place of the trained ones.
func (r *Run) AverageIn() { r.m.Optimizer.Finish(r.trained()) }

// AverageOut brings the trained weights back.
func (r *Run) AverageOut() { r.m.Optimizer.Begin(r.trained()) }

// trained are the weights that the optimizer moves.
func (r *Run) trained() []float32 { return r.m.Work.Params[:r.m.Net.Trainable] }

// Validates reports whether there are validation rows.
func (r *Run) Validates() bool { return r.sets.Validation != nil }

// LogNames returns every name that Logs will have.
func (r *Run) LogNames() []string {
	names := []string{"loss"}
	for _, m := range r.m.Metrics {
		names = append(names, m.Name)
	}
	if r.Validates() {
		for _, n := range slices.Clone(names) {
			names = append(names, "val_"+n)
		}
	}
	return append(names, "learning_rate")
}

// Measured reports whether the epoch has a value of that name; with
// validation_freq some epochs have not.
func (r *Run) Measured(name string) bool { return slices.Contains(r.logs.Names, name) }

// Goal returns the direction of a logged value.
func (r *Run) Goal(name string) metric.Goal {
	name = strings.TrimPrefix(name, "val_")
	if name == "loss" {
		return metric.Lower
	}
	if m, ok := r.m.MetricNamed(name); ok {
		return m.Goal()
	}
	return metric.None
}
