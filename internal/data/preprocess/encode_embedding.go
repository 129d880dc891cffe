package preprocess

import (
	"math"

	"mlp/internal/kernel"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

var _ = Encoders.Add("embedding", "one input: the category's number, in whose place the network learns a vector", func(f *spec.Fields) Encoder {
	e := vectors{
		dim:   f.OptInt("dim", "length of the vector; null: 1.6·n^0.56 for n categories, at most 600, as fastai does", spec.In(1, 65536)),
		start: f.Enum("embeddings_initializer", "uniform", "how the vectors start: "+vectorStarts, "uniform", "normal"),
	}
	f.Unsaid("embeddings_initializer")
	return e
})

const vectorStarts = "uniform within ± 0.05, as in Keras, or normal with sd 1, as in PyTorch"

// vectors leaves the encoding to the network: the input is the number of the
// category, and the bucket is the last one.
type vectors struct {
	dim   int
	start string // uniform or normal
}

func (vectors) extends(int) bool { return true }

func (vectors) Words(sorted []string) ([]string, *problem.Problem) { return sorted, nil }

func (vectors) Inputs([]string, bool) []string { return []string{""} }

func (vectors) Encode(dst []float32, _ string, code, _ int) { dst[0] = float32(code) }

// A coder is an encoder whose one input is the number of a category, from 0, for
// which the network learns a vector.
type coder interface {
	dimension(codes int) int // length of the vector, of so many categories, the bucket included
	standard() bool          // the vectors start as N(0, 1)
}

func (e vectors) standard() bool { return e.start == "normal" }

func (e vectors) dimension(codes int) int {
	if e.dim != 0 {
		return e.dim
	}
	return int(min(600, max(1, math.Round(float64(1.6*kernel.Pow64(float64(codes), 0.56))))))
}
