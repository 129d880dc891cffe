// Package loss holds what training minimises. Each loss has its value and its
// gradient side by side, in one file a family.
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
	Logits tensor.Mat // before the last activation; only for a loss that absorbs it
	Pred   tensor.Mat // after the last activation, rows × outputs
	Target tensor.Mat // rows × outputs; rows × 1 class indices for sparse losses
	Weight []float32  // one a row; nil means 1 each

	// Grad receives ∂loss/∂Pred, or ∂loss/∂Logits from a loss that absorbs the
	// last activation. It has the shape of Pred; an empty one is not wanted.
	Grad tensor.Mat

	// Scratch has room for Rows × Cols of Pred and belongs to the loss during Eval.
	Scratch []float32
}

// A Loss measures a batch. Eval returns Σ weight·loss(row) / rows, as Keras does:
// the divisor is the number of rows, whatever the weights. The 1/rows is part of
// the gradient too, and stands nowhere else. Eval allocates nothing.
type Loss interface {
	Eval(b *Batch) float64
}

// A LogitLoss is computed from the input of a matching last activation, where it
// stays finite and keeps its gradient however sure the network is. The model
// looks for the match once, when it is compiled.
type LogitLoss interface {
	Loss
	Absorbs() string // the activation: "sigmoid" or "softmax"
}

// Losses are registered in the files of this package.
var Losses = spec.NewRegistry[Loss]("loss", "losses")
