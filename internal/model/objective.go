package model

import (
	"mlp/internal/loss"
)

// An objective is the loss as it meets the last activation of the network: some
// losses take the input of a matching activation, the logits, where they stay
// finite and have their gradient however sure the network is.
type objective struct {
	absorbs bool       // the loss takes logits
	batch   loss.Batch // of the evaluation being made
	scratch []float32  // room for the loss
	grad    []float32  // room for ∂loss/∂outputs
}

// meet decides once, when the model is compiled, what the loss takes.
func (o *objective) meet(l loss.Loss, last string) {
	absorber, ok := l.(loss.LogitLoss)
	o.absorbs = ok && (absorber.Absorbs() == last || absorber.Absorbs() == "" && last == "linear")
}

func (o *objective) reserve(n int) { o.scratch, o.grad = make([]float32, n), make([]float32, n) }
