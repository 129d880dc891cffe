package data

import (
	"math"

	"mlp/internal/kernel"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

var _ = Encoders.Add("embedding", "one input: the category's number, in whose place the network learns a vector", func(f *spec.Fields) Encoder {
	return embedding{f.OptInt("dim", "length of the vector; null: 1.6·n^0.56 for n categories, at most 600, as fastai does", spec.In(1, 65536))}
})

// embedding leaves the encoding to the network: the input is the number of the
// category, and the bucket is the last one.
type embedding struct{ dim int }

func (embedding) Words(sorted []string) ([]string, *problem.Problem) { return sorted, nil }

func (embedding) Inputs([]string, bool) []string { return []string{""} }

func (embedding) Encode(dst []float32, _ string, code, _ int) { dst[0] = float32(code) }

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
		if e, ok := f.column.Encoded.Encode.Use.(embedding); ok && !f.column.Kind.scales() {
			codes := len(f.words.labels) + 1
			dim := e.dim
			if dim == 0 {
				dim = int(min(600, max(1, math.Round(float64(1.6*kernel.Pow64(float64(codes), 0.56))))))
			}
			all = append(all, CodedInput{Input: at, Codes: codes, Dim: dim})
		}
		at += f.width
	}
	return all
}
