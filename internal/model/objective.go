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

// meet decides once, when the model is compiled, what the loss takes. Where the loss
// says that the layers end in logits, the activation that it means is put at their end:
// everything behind it has the probabilities that the same network with this activation
// gives, and the loss has the same logits.
func (m *Model) meet() {
	absorber, ok := m.Loss.(loss.LogitLoss)
	link := ""
	if ok && absorber.FromLogits() {
		link = absorber.Absorbs()
	}
	m.Net.AnswerBy(link)
	m.objective.absorbs = ok && absorber.Absorbs() == m.Net.Last.Name
}

func (o *objective) reserve(n int) { o.scratch, o.grad = make([]float32, n), make([]float32, n) }
