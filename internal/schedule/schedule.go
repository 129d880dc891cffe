// Package schedule is numbers that change while a network is trained: learning rates,
// weight decay, dropout, smoothing. In flows a Time, how far training and its run have
// come; out comes the number. Names, parameters and formulas are those of Keras 3 where
// it has the schedule; there and here a step is a batch.
package schedule

import "mlp/internal/spec"

// A Time is a moment of training.
type Time struct {
	Step   int64 // batches done since the weights were drawn
	First  int64 // of them, those before this run
	Length int64 // batches of this run, all of its epochs; 0 while there is none
}

// Share returns how much of the run is done, between 0 and 1.
func (t Time) Share() float64 {
	if t.Length <= 0 {
		return 0
	}
	return min(max(float64(t.Step-t.First)/float64(t.Length), 0), 1)
}

// A Schedule is a number as a function of time.
type Schedule interface {
	At(t Time) float64
	// OverRun reports whether the number depends on how long the run is and when it
	// began, not on the step alone.
	OverRun() bool
}

// Schedules are registered in the files of this package.
var Schedules = spec.NewRegistry[Schedule]("schedule", "schedules")

func init() { Schedules.Moot("name", "a schedule is known by its type") }

// A curve is a schedule that begins with training and is a function of the step s.
type curve func(s float64) float64

// At implements Schedule.
func (c curve) At(t Time) float64 { return c(float64(t.Step)) }

// OverRun implements Schedule.
func (curve) OverRun() bool { return false }

// A stretched curve is a function of the step and of a length in steps. Where the spec
// gives none, the curve begins with each run, and the length is the run's.
type stretched struct {
	length float64 // 0: the run's own
	curve  func(s, length float64) float64
}

// At implements Schedule.
func (c stretched) At(t Time) float64 {
	if c.length > 0 {
		return c.curve(float64(t.Step), c.length)
	}
	length := max(float64(t.Length), 1)
	return c.curve(t.Share()*length, length)
}

// OverRun implements Schedule.
func (c stretched) OverRun() bool { return c.length == 0 }

// readLength reads a length in batches; 0 stands for the run's own.
func readLength(f *spec.Fields, name, doc string, checks ...spec.Check) float64 {
	if v := f.NullInt(name, nil, doc+"; null: the whole run, however long it is, anew in each run", checks...); v != nil {
		return float64(*v)
	}
	return 0
}

// maxValue is the largest number of a schedule: what float32 holds.
const maxValue = 3.4e38

// readInitial reads the value from which a schedule starts.
func readInitial(f *spec.Fields) float64 {
	f.Alias("initial_learning_rate", "initial") // for what is no learning rate
	return f.NeedFloat("initial_learning_rate", "learning rate, or other number, of the first step", spec.In(0, maxValue))
}

// Anew says how a schedule that has come to its end goes on in a further run.
const Anew = "write null for its length, as in `decay_steps: null`: it then begins anew with each run"

// Idle reports whether a schedule is 0 at every step that is left of a run, or at a
// million of them, evenly spread.
func Idle(s Schedule, t Time) bool {
	stride := max(t.Length>>20, 1)
	for end := t.First + t.Length; t.Step < end; t.Step += stride {
		if s.At(t) > 0 {
			return false
		}
	}
	return true
}
