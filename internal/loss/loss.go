// Package loss holds what training minimises. Each loss has its value and its
// gradient side by side, in one file a family; the names, parameters and
// formulas are those of Keras 3.
package loss

import (
	"mlp/internal/kernel"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// A Batch is what a loss is given: the network's output for some rows and what
// it should have been. All matrices have the same number of rows.
type Batch struct {
	K      *kernel.Engine
	Logits tensor.Mat // before the last activation; set only for a loss that absorbs it
	Pred   tensor.Mat // after the last activation, rows × outputs; always set
	Target tensor.Mat // rows × outputs; rows × 1 class indices for a loss that wants Class
	Weight []float32  // one a row; nil means 1 each

	// Grad receives ∂loss/∂Pred, or ∂loss/∂Logits when Logits are set. It has the
	// shape of Pred; an empty one is not wanted.
	Grad tensor.Mat

	// Scratch has room for Rows × Cols of Pred and belongs to the loss during Eval.
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
// Rows are added in order, in float64. Eval allocates nothing.
type Loss interface {
	Eval(b *Batch) float64
	Wants() Target
}

// A LogitLoss is computed from the input of a matching last activation, where it
// stays finite and keeps its gradient however sure the network is. The model
// looks for the match once, when it is compiled, and sets Logits if it finds it.
// Without a match the loss takes predictions as probabilities, cut to
// [1e-7, 1 − 1e-7] as Keras does.
type LogitLoss interface {
	Loss
	// Absorbs returns the activation, "sigmoid" or "softmax"; or "" where the
	// spec says from_logits, so that the predictions themselves are logits.
	Absorbs() string
}

// A Target is the form in which a loss wants what should have been predicted.
type Target uint8

// The forms of a target. One of rows × outputs has a column for each output.
const (
	Real   Target = iota // any numbers, rows × outputs
	Binary               // 0 or 1, or a probability between, rows × outputs
	OneHot               // a distribution over the classes, rows × classes: 1 for the true one, else 0
	Class                // the index of the class, 0 … classes−1, rows × 1
)

func (t Target) String() string {
	return [...]string{"numbers", "zeros and ones", "one-hot classes", "class indices"}[t]
}

// Losses are registered in the files of this package.
var Losses = spec.NewRegistry[Loss]("loss", "losses")

// Crossentropy are Keras's words, in compile only, for the cross-entropy that the
// target calls for.
var Crossentropy = []string{"crossentropy", "ce"}

func init() { Losses.LeaveOpen(Crossentropy...) }
