// Package loss is what training minimises. In flow predictions or logits (batch,
// outputs), targets and row weights (batch); out come the mean loss and its gradient
// (batch, outputs). Each loss has its value and its gradient side by side, in one
// file a family; the names, parameters and formulas are those of Keras 3.
package loss

import (
	"mlp/internal/kernel"
	"mlp/internal/schedule"
	"mlp/internal/spec"
	"mlp/internal/stats"
	"mlp/internal/tensor"
)

// A Batch is the network's output for some rows, and the targets. All matrices have
// the same number of rows, batch.
type Batch struct {
	K      *kernel.Engine
	Logits tensor.Mat // (batch, outputs), before the last activation; empty unless the loss absorbs it
	Pred   tensor.Mat // (batch, outputs), after the last activation; always set
	Target tensor.Mat // (batch, outputs), or (batch, 1) class indices for a loss that wants Class
	Weight []float32  // (batch); nil: 1 each

	// Grad (batch, outputs) receives ∂loss/∂Pred, or ∂loss/∂Logits when Logits are
	// set. If it is empty, only the value is computed.
	Grad tensor.Mat

	// Time is where training stands, for losses whose settings follow a schedule.
	Time schedule.Time

	// Scratch has room for batch × outputs numbers, which Eval may overwrite.
	Scratch []float32
}

// weight returns the weight of row i.
func (b *Batch) weight(i int) float64 {
	if b.Weight == nil {
		return 1
	}
	return float64(b.Weight[i])
}

// A Loss measures a batch. Eval returns Σ weight·loss(row) / rows, as Keras does:
// the divisor is the number of rows, whatever the weights (`reduction` chooses
// another). The division is part of the gradient too, and stands nowhere else.
// Rows are added in order, in float64. Eval allocates nothing. Where the divisor is
// 0, as for a batch without rows, loss and gradient are 0.
type Loss interface {
	// Eval returns the loss of a batch and, unless b.Grad is empty, fills its gradient.
	Eval(b *Batch) float64
	// Wants returns the form of b.Target.
	Wants() Target
}

// A Domain is which targets a loss is made for.
type Domain struct {
	stats.Interval // in which every target lies

	// AsIs: the loss depends on where zero stands, and so takes targets as they are.
	// Centred ones would give another loss.
	AsIs bool
}

// DomainOf returns the targets that a loss is made for: any numbers, unless it says
// otherwise.
func DomainOf(l Loss) Domain {
	if d, ok := l.(interface{ Domain() Domain }); ok {
		return d.Domain()
	}
	if l.Wants() == Real {
		return Domain{}
	}
	return Domain{stats.Interval{Low: 0, High: 1}, true}
}

// A LogitLoss is computed from the input of a matching last activation, where it
// stays finite and keeps its gradient for saturated outputs. The model looks for the
// match once, when it is compiled, and then sets Logits in every Batch.
// Without a match the loss takes predictions as probabilities, cut to
// [1e-7, 1 − 1e-7] as Keras does.
type LogitLoss interface {
	Loss
	// Absorbs returns the activation, "sigmoid" or "softmax".
	Absorbs() string
	// FromLogits reports whether the network is said to end before it.
	FromLogits() bool
}

// OverRun reports whether a loss has a setting that depends on how long the run is and
// when it began.
func OverRun(l Loss) bool {
	s, ok := l.(interface{ overRun() bool })
	return ok && s.overRun()
}

// A smoothing moves targets towards ignorance. As in Keras it is part of the loss
// wherever that is measured, on validation rows too, there with the strength of the
// moment.
type smoothing struct {
	strength schedule.Number
	now      float64 // the strength for the batch at hand
}

func readSmoothing(f *spec.Fields, doc string) smoothing {
	return smoothing{strength: schedule.Read(f, "label_smoothing", new(0.0), doc+", a number or a schedule", 0, 1)}
}

func (s smoothing) overRun() bool { return s.strength.OverRun() }

// A Target is the form in which a loss takes targets.
type Target uint8

// The forms of a target.
const (
	Real   Target = iota // any numbers, (batch, outputs)
	Binary               // 0 or 1, or a probability between, (batch, outputs)
	OneHot               // a distribution over the classes, (batch, classes): 1 for the true one, else 0
	Class                // the index of the class, 0 … classes−1, (batch, 1)
)

func (t Target) String() string {
	return [...]string{"numbers", "zeros and ones", "one-hot classes", "class indices"}[t]
}

// Losses are registered in the files of this package.
var Losses = spec.NewRegistry[Loss]("loss", "losses")

// Crossentropy are Keras's words, in compile only, for the cross-entropy that the
// target calls for.
var Crossentropy = []string{"crossentropy", "ce"}

func init() {
	Losses.LeaveOpen(Crossentropy...)
	Losses.Moot("name", "a model has one loss, known by its type")
	Losses.Moot("dtype", "losses are added in 64 bits", "float32", "none")
	Losses.Moot("axis", "a row has one axis, which is 1 and the last", "-1", "1")
}
