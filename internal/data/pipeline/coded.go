package pipeline

import "mlp/internal/data/preprocess"

// A CodedInput is a network input that holds the number of a category, from 0,
// for an embedding layer to look up.
type CodedInput struct {
	Input int // counted from 0
	Codes int // how many there are, the bucket included
	Dim   int // length of the vector to be learned
}

// CodedInputs returns the inputs of the columns that are encoded by embedding, in
// order.
func (p *Pipeline) CodedInputs() []CodedInput {
	var all []CodedInput
	at := 0
	for _, f := range p.features {
		if e, ok := f.column.Encoded.Encode.Use.(preprocess.Coder); ok && !f.column.Kind.Scales() {
			codes := len(f.words.Words) + 1
			all = append(all, CodedInput{Input: at, Codes: codes, Dim: e.Dim(codes)})
		}
		at += f.width
	}
	return all
}
