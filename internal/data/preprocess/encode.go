package preprocess

import (
	"slices"

	"mlp/internal/data/scan"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// An Encoder writes a category as numbers. It is configuration only: the words
// of the training rows are kept beside it.
type Encoder interface {
	// Words chooses and orders the words to be told apart, from those that are
	// frequent enough, sorted. A problem it returns is given its place by the caller.
	Words(sorted []string) ([]string, *problem.Problem)

	// Inputs names the network inputs of a column with these words: a suffix each,
	// "" for none. other says whether the bucket is one of them.
	Inputs(words []string, other bool) []string

	// Encode fills dst, which holds zeros, for one word, "" where it is missing:
	// code is its place among n words, or n for the bucket of unknown, rare and
	// missing ones.
	Encode(dst []float32, word string, code, n int)
}

// An encoder that is a chooser looks at the categories of a column before it encodes
// them: n says how often each stands in the training rows. It returns the encoder that
// is used, with the tree that builds it, and the categories that are told apart.
type chooser interface {
	choose(sorted []string, n []int, other bool) (use Choice[Encoder], words []string)
}

// An encoder that is a finder knows a category by other spellings too; -1 for none.
type finder interface {
	find(word string, words []string) int
}

// An encoder that is extensible gives a missing cell a category of its own, as if it
// were a word; any other is given an input beside it that says where a cell was missing.
type extensible interface{ extends(words int) bool }

// Encoders is the registry of `encode:`.
var Encoders = spec.NewRegistry[Encoder]("encoder", "encoders")

// otherSuffix names the bucket.
const otherSuffix = "other"

var _ = Encoders.Add("ordinal", "one input: the category's place in the order, from 0 to 1; unknown ones 0.5", func(f *spec.Fields) Encoder {
	return ordinal{f.Strings("order", []string{}, "the categories from low to high; []: sorted, numbers as numbers")}
})

type ordinal struct{ order []string }

func (o ordinal) Words(sorted []string) ([]string, *problem.Problem) {
	if len(o.order) == 0 {
		return sorted, nil
	}
	if i := scan.Repeated(o.order); i >= 0 {
		return nil, problem.Data(problem.Pos{}, "", "name each once", "%q stands twice in `order`", o.order[i])
	}
	for _, w := range sorted {
		if !slices.Contains(o.order, w) {
			return nil, problem.Data(problem.Pos{}, "", "add it where it belongs", "%q is not in `order`", w)
		}
	}
	return o.order, nil
}

func (ordinal) Inputs([]string, bool) []string { return []string{""} }

func (ordinal) Encode(dst []float32, _ string, code, n int) {
	switch {
	case code == n || n == 1:
		dst[0] = 0.5
	default:
		dst[0] = float32(code) / float32(n-1)
	}
}
