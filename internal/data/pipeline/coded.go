package pipeline

import "mlp/internal/data/preprocess"

// A CodedInput is a network input that holds the number of a category, from 0,
// for an embedding layer to look up.
type CodedInput struct {
	Input int // counted from 0
	preprocess.Vectors
}

// CodedInputs returns the inputs of the columns that are encoded by embedding, in
// order.
func (p *Pipeline) CodedInputs() []CodedInput {
	var all []CodedInput
	at := 0
	for _, f := range p.features {
		if coded, ok := f.Feature.(preprocess.Coded); ok {
			if v, ok := coded.Codes(); ok {
				all = append(all, CodedInput{at, v})
			}
		}
		at += f.width
	}
	return all
}
