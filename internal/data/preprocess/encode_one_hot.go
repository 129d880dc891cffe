package preprocess

import (
	"cmp"
	"slices"

	"mlp/internal/problem"
	"mlp/internal/spec"
)

var _ = Encoders.Add("one_hot", "an input for each category: 1 for its own, 0 for the others", func(f *spec.Fields) Encoder {
	e := oneHot{
		signed: f.Enum("binary", "none", "signed: two categories are one input, 1 for the first in sorted order, −1 for the second, 0 for what is missing or unknown; none: two inputs",
			"none", "signed") == "signed",
		most:  f.OptInt("max_categories", "more categories than this are encoded as `above` says; null: there is no limit", spec.In(2, inputsAtMost)),
		above: f.Enum("above", "embedding", "how more than max_categories are encoded: by learned vectors, by hashing, or the rarest as one, the bucket of unknown ones", "embedding", "hash", "other"),
		dim:   f.Int("dim", 8, "length of the learned vectors of `above`", spec.In(1, 65536)),
		start: f.Enum("embeddings_initializer", "normal", "how the learned vectors of `above` start: "+vectorStarts, "uniform", "normal"),
	}
	f.Unsaid("binary", "max_categories", "above", "dim", "embeddings_initializer")
	return e
})

// inputsAtMost is a bound of max_categories that no table comes near.
const inputsAtMost = 1 << 14

// oneHot gives each category an input.
type oneHot struct {
	signed bool
	most   int // categories; 0: any number
	above  string
	dim    int
	start  string
}

func (oneHot) Words(sorted []string) ([]string, *problem.Problem) { return sorted, nil }

// choose leaves what are too many categories to another encoder, or keeps the most
// frequent ones; of equally frequent ones it keeps the last. The bucket, where there is
// one, is one of the most: all as in scikit-learn.
func (e oneHot) choose(sorted []string, n []int, other bool) (Choice[Encoder], []string) {
	this := Choice[Encoder]{Use: e}
	keep := e.most
	if e.above == "other" && other {
		keep--
	}
	if e.most == 0 || len(sorted) <= keep {
		return this, sorted
	}
	tree := spec.NewMap()
	tree.Put("type", spec.NewString(e.above))
	switch e.above {
	case "embedding":
		tree.Put("dim", spec.NewInt(int64(e.dim)))
		tree.Put("embeddings_initializer", spec.NewString(e.start))
	case "other":
		byCount := make([]int, len(sorted))
		for i := range byCount {
			byCount[i] = i
		}
		slices.SortStableFunc(byCount, func(a, b int) int { return cmp.Compare(n[a], n[b]) })
		kept := byCount[len(byCount)-keep:]
		slices.Sort(kept)
		words := make([]string, 0, keep)
		for _, i := range kept {
			words = append(words, sorted[i])
		}
		return this, words
	}
	use, resolved, err := Encoders.Resolve(tree)
	if err != nil {
		panic("preprocess: " + err.Error()) // of an encoder and settings that are its own
	}
	return Choice[Encoder]{Use: use, Spec: resolved}, sorted
}

// oneInput reports whether so many words are told apart by one input.
func (e oneHot) oneInput(words int) bool { return e.signed && (words == 1 || words == 2) }

func (e oneHot) extends(words int) bool { return !e.oneInput(words) }

func (e oneHot) Inputs(words []string, other bool) []string {
	switch {
	case e.oneInput(len(words)):
		return []string{""}
	case !other:
		return words
	case slices.Contains(words, otherSuffix):
		return append(slices.Clone(words), "("+otherSuffix+")")
	}
	return append(slices.Clone(words), otherSuffix)
}

// Encode of two words in one input is 1 or −1, in the middle for any other; where
// there is but one word, everything else is its opposite.
func (e oneHot) Encode(dst []float32, _ string, code, n int) {
	switch {
	case e.oneInput(n) && code == 0:
		dst[0] = 1
	case e.oneInput(n) && code == 1:
		dst[0] = -1
	case e.oneInput(n):
	case code < len(dst): // without a bucket, what is unknown is no category at all
		dst[code] = 1
	}
}
