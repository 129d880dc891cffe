package train

import (
	"fmt"
	"math"
	"strings"

	"mlp/internal/model"
	"mlp/internal/nn"
)

// Diverged is the error of a run whose loss or weights are not finite any more.
// The model has gone back to its last whole epoch.
type Diverged struct {
	Epoch, Batch, Batches int
	Loss, First           float64 // of the batch, or of the epoch if it is finite; of the epoch's first batch
	Layer, What           string  // the first layer in forward order whose "weights" or "output" are not finite; "" if all are
	Gradient              float64 // the largest of the last step, in absolute value; NaN counts as the largest
	GradientOf            string  // the parameter it belongs to; "" before the first step
	Input                 float64 // the largest number that goes into the network, in absolute value
	LearningRate          float64
	Scheduled             bool // the rate follows a schedule
	Retries               int  // with a lower rate, before this one
}

// Error says where it happened.
func (d *Diverged) Error() string {
	text := "fit: " + d.where()
	if d.Retries > 0 {
		text += fmt.Sprintf("; the learning rate has been cut to a tenth %d times", d.Retries)
	}
	return text
}

func (d *Diverged) where() string {
	what := "the weights are not finite any more"
	switch {
	case math.IsNaN(d.Loss) || math.IsInf(d.Loss, 0):
		what = "loss is " + strings.Replace(fmt.Sprint(d.Loss), "+", "", 1)
	case d.What != "weights":
		what = fmt.Sprintf("loss has grown from %.4g in the first batch to %.4g on average", d.First, d.Loss)
	}
	return fmt.Sprintf("epoch %d, batch %d of %d: %s", d.Epoch, d.Batch, d.Batches, what)
}

// bigInput is a size from which on inputs are better scaled: standardised ones
// rarely exceed ten.
const bigInput = 1e3

// Hint says what was seen and what to try.
func (d *Diverged) Hint() string {
	where, gradient := "every layer's output is still finite", "no step was taken before"
	if d.Layer != "" {
		where = fmt.Sprintf("first bad layer %s, whose %s not finite", d.Layer, map[string]string{"weights": "weights are", "output": "output is"}[d.What])
	}
	if d.GradientOf != "" {
		gradient = fmt.Sprintf("largest gradient of the last step %.3g, of %s", d.Gradient, d.GradientOf)
	}
	advice := fmt.Sprintf("try `--learning-rate %.3g`", d.LearningRate/10)
	if d.Scheduled {
		advice = "try a schedule with a tenth of the rate"
	}
	if advice += ", `--set compile.optimizer.clipnorm=1`"; d.Retries == 0 {
		advice += ", or `--set fit.on_nan=" + ReduceLR + "`"
	}
	if d.Input > bigInput {
		advice = fmt.Sprintf("inputs are as large as %.3g: scale them (`scale: standard`), or %s", d.Input, advice)
	}
	return fmt.Sprintf("%s; %s; learning rate %.6g; %s", where, gradient, d.LearningRate, advice)
}

// explosion is by what factor the loss of an epoch may exceed that of its first
// batch, or 1 if that is less. Weights that have grown so far are still numbers,
// but no lower rate leads back from them.
const explosion = 1e3

// broke reports whether an epoch, all of whose losses were numbers, ends in weights
// that are none: the next loss would tell, too late for the epoch to be saved as a
// good one. A run that can go back does so before they come to that.
func (r *Run) broke(loss float64) bool {
	if !r.m.HaltOnNaN {
		return false
	}
	goesBack := r.onNaN == ReduceLR && r.m.Run.Slowed < maxRetries
	return !r.m.Finite() || goesBack && loss > explosion*max(1, r.firstLoss)
}

// diagnose looks for the reason of a loss, or of weights, that are not finite. The
// step that saw the loss has not been taken.
func diagnose(r *Run, b *model.Part, loss float64) error {
	m := r.m
	d := &Diverged{Epoch: r.epoch, Batch: r.batch, Batches: r.batches, Loss: loss, First: r.firstLoss,
		LearningRate: m.Optimizer.LearningRate(), Scheduled: m.Optimizer.Scheduled(), Retries: m.Run.Slowed}
	d.Layer, d.What = m.Net.FirstBad(m.Work, b.X)
	for i, p := range m.Net.Params {
		for _, g := range m.Work.Grad(nn.ParamID(i)).Data {
			if v := math.Abs(float64(g)); v > d.Gradient || math.IsNaN(v) && !math.IsNaN(d.Gradient) {
				d.Gradient, d.GradientOf = v, p.Name
			}
		}
	}
	for _, v := range b.X.Data {
		d.Input = max(d.Input, math.Abs(float64(v)))
	}
	return d
}
