package pipeline

import "mlp/internal/data/preprocess"

// An EmbeddedInput is a network input in whose place the first layers put something
// learned.
type EmbeddedInput struct {
	Input int // counted from 0
	preprocess.Embedding
}

// EmbeddedInputs returns those of all columns, in order.
func (p *Pipeline) EmbeddedInputs() []EmbeddedInput {
	var all []EmbeddedInput
	at := 0
	for _, f := range p.features {
		if e, ok := f.Feature.(preprocess.Embedder); ok {
			if embedding, ok := e.Embedding(); ok {
				all = append(all, EmbeddedInput{at, embedding})
			}
		}
		at += f.width
	}
	return all
}
