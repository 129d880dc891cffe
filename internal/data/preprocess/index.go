package preprocess

import (
	"cmp"
	"slices"
	"strconv"

	"mlp/internal/data/scan"
)

// A Index finds the place of a word in a sorted list of words. Where all
// are numbers they are told apart by value, so that 1 and 1.0 are one label.
type Index struct {
	Words   []string
	byWord  map[string]int
	byValue map[float64]int // nil unless all labels are numbers
}

// NewIndex sorts the words, numbers as numbers. Of several spellings of one
// number the shortest is kept.
func NewIndex(words []string) Index {
	x := Index{Words: slices.Clone(words)}
	values := make(map[string]float64, len(words))
	numeric := len(words) > 0
	for _, w := range words {
		if _, v := scan.Number(w); v != scan.IsNumber {
			numeric = false
			break
		}
		values[w], _ = strconv.ParseFloat(w, 64)
	}
	if !numeric {
		slices.Sort(x.Words)
		x.Words = slices.Compact(x.Words)
		x.reindex()
		return x
	}
	slices.SortFunc(x.Words, func(a, b string) int {
		return cmp.Or(cmp.Compare(values[a], values[b]), cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	x.Words = slices.CompactFunc(x.Words, func(a, b string) bool { return values[a] == values[b] })
	x.byValue = map[float64]int{}
	x.reindex()
	return x
}

// IndexOf indexes labels in the order given.
func IndexOf(labels []string) Index {
	x := NewIndex(labels)
	x.Words = slices.Clone(labels)
	x.reindex()
	return x
}

func (x *Index) reindex() {
	x.byWord = make(map[string]int, len(x.Words))
	for i, l := range x.Words {
		x.byWord[l] = i
		if x.byValue != nil {
			v, _ := strconv.ParseFloat(l, 64)
			x.byValue[v] = i
		}
	}
}

// Find returns the place of a word, or -1.
func (x *Index) Find(word string) int {
	if i, ok := x.byWord[word]; ok {
		return i
	}
	if x.byValue != nil {
		if _, v := scan.Number(word); v == scan.IsNumber {
			f, _ := strconv.ParseFloat(word, 64)
			if i, ok := x.byValue[f]; ok {
				return i
			}
		}
	}
	return -1
}
