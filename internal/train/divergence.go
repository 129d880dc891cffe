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

// explosion is by what factor the loss of an epoch may exceed that of its first
// batch, or 1 if that is less. Weights that have grown so far are still numbers,
// but no lower rate leads back from them.
const explosion = 1e3

// broke reports whether an epoch, all of whose losses were numbers, ends in weights
// that are none: the next loss would show it, too late for the epoch to be saved as
// a good one. A run that can go back does so before they come to that.
func (l *loop) broke() bool {
	if l.OnNaN == IgnoreNaN {
		return false
	}
	return !l.m.Finite() || l.goesBack() && l.loss > explosion*max(1, l.firstLoss)
}

// diagnose looks for the reason of a loss, or of weights, that are not finite. The
// step that had the loss has not been taken.
func (l *loop) diagnose(b *model.Part, loss float64) error {
	m := l.m
	d := &Diverged{Epoch: l.epoch, Batch: l.batch, Batches: l.batches, Loss: loss, First: l.firstLoss,
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
