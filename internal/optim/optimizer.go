package optim

import (
	"fmt"
	"math"

	"mlp/internal/kernel"
	"mlp/internal/schedule"
)

// An Optimizer is an update rule with all that surrounds it: learning rate or
// schedule, accumulation, clipping and weight decay before the rule, the moving
// average of the weights after it. It counts its steps itself. Build one by name
// with Optimizers.Build, then Init it for a network's parameters.
type Optimizer struct {
	Name string // "adam"

	rule       Rule
	rate       float64           // constant learning rate; unused with a schedule
	schedule   schedule.Schedule // nil: constant
	slowed     int               // a schedule's rate is divided by 10 to this power
	decay      schedule.Number   // weight decay; 0: none
	decayAll   bool              // biases and normalisation too, as Keras does
	clip       clip
	ema        *ema        // nil: none
	accumulate accumulator // zero: every batch is a step

	params     []Span
	pace       pacing
	n          int   // how many numbers there are to train
	iterations int64 // batches so far, as Keras counts
	first      int64 // of them, those before this run
	length     int64 // batches of this run
}

// Init makes all memory for parameters that lie end to end from 0.
func (o *Optimizer) Init(params []Span) {
	o.params, o.n, o.iterations, o.first, o.length = params, size(params), 0, 0, 0
	o.pace = newPacing(params)
	o.rule.Init(params)
	o.accumulate.init(o.n)
	if o.ema != nil {
		o.ema.init(o.n)
	}
}

// Step takes one batch's gradient g, which it may overwrite, and updates w, in
// Keras's order: accumulate, clip, decay, the rule, the moving average. The
// caller then applies constraints, after every call. w and g are (n), the n numbers
// of all parameters given to Init; another length panics. Step allocates nothing.
func (o *Optimizer) Step(k *kernel.Engine, w, g []float32) {
	if len(w) != o.n || len(g) != o.n {
		panic(fmt.Sprintf("optim: %d weights and %d gradients for %d parameters", len(w), len(g), o.n))
	}
	if s, ok := o.rule.(starter); ok && o.iterations == 0 {
		s.start(w)
	}
	updates := o.updates()
	if o.accumulate.ready(g, o.iterations) {
		parts := o.pace.at(o.LearningRate())
		o.clip.apply(o.params, g)
		o.decayWeights(k, w, parts)
		o.rule.Step(k, updates+1, parts, w, g)
	}
	if o.ema != nil {
		o.ema.step(w, updates)
	}
	o.iterations++
}

// updates returns the number of complete updates.
func (o *Optimizer) updates() int64 {
	if o.accumulate.steps > 1 {
		return o.iterations / int64(o.accumulate.steps)
	}
	return o.iterations
}

// decayWeights computes w −= w·decay·lr, decoupled from the gradient and with the
// learning rate of this step and parameter (Loshchilov & Hutter 2019,
// arXiv:1711.05101).
func (o *Optimizer) decayWeights(k *kernel.Engine, w []float32, parts []Part) {
	own, has := o.rule.(decayer)
	if o.decay.Zero() && !has {
		return
	}
	now := o.Time()
	common := o.decay.At(now)
	for i, p := range o.params {
		rate := common
		if has {
			rate = own.decayOf(i, common, now)
		}
		if rate == 0 || !p.Decay && !o.decayAll {
			continue
		}
		d, lr, part := float32(rate*factor(p.DecayRate)), parts[o.pace.partOf[i]].LR, p.of(w)
		k.Decay(part, d, lr)
	}
}

// Iterations returns the number of batches so far. Schedules count these, with
// gradient accumulation too, as in Keras.
func (o *Optimizer) Iterations() int64 { return o.iterations }

// BeginRun says that a run of length batches began after the first ones, so that
// schedules over the run know where they stand.
func (o *Optimizer) BeginRun(first, length int64) { o.first, o.length = first, length }

// Time returns where training stands, before the next step.
func (o *Optimizer) Time() schedule.Time {
	return schedule.Time{Step: o.iterations, First: o.first, Length: o.length}
}

// OverRun reports whether the learning rate or the weight decay depends on how long
// the run is and when it began.
func (o *Optimizer) OverRun() bool {
	own, has := o.rule.(decayer)
	return o.schedule != nil && o.schedule.OverRun() || o.decay.OverRun() || has && own.overRun()
}

// Idle reports whether the learning rate follows a schedule that is 0 at every step
// that is left of the run.
func (o *Optimizer) Idle() bool { return o.schedule != nil && schedule.Idle(o.schedule, o.Time()) }

// LearningRate returns the learning rate of the next step.
func (o *Optimizer) LearningRate() float64 {
	if o.schedule != nil {
		return o.schedule.At(o.Time()) / math.Pow10(o.slowed)
	}
	return o.rate
}

// Slow divides what a schedule gives by 10ⁿ from now on, until another Slow. A
// constant rate is set instead.
func (o *Optimizer) Slow(n int) { o.slowed = n }

// SetLearningRate changes a constant learning rate. It is an error under a schedule,
// which would undo it at the next step, and for a rate outside [0, 3.4e38].
func (o *Optimizer) SetLearningRate(rate float64) error {
	switch {
	case o.schedule != nil:
		return fmt.Errorf("the learning rate follows a schedule and cannot be set to %g: give the optimizer a number, or leave out what sets it", rate)
	case !(rate >= 0 && rate <= maxRate):
		return fmt.Errorf("a learning rate of %g makes no sense: it must lie between 0 and %g", rate, float64(maxRate))
	}
	o.rate = rate
	return nil
}

// Scheduled reports whether the learning rate follows a schedule.
func (o *Optimizer) Scheduled() bool { return o.schedule != nil }

// maxRate is the largest learning rate that float32 holds.
const maxRate = 3.4e38
