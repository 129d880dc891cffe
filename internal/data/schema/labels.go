package schema

import (
	"cmp"
	"slices"
	"strconv"

	"mlp/internal/data/scan"
	"mlp/internal/data/table"
)

// A LabelIndex finds the place of a word in a sorted list of words. Where all
// are numbers they are told apart by value, so that 1 and 1.0 are one label.
type LabelIndex struct {
	Words   []string
	byWord  map[string]int
	byValue map[float64]int // nil unless all labels are numbers
}

// NewLabelIndex sorts the words, numbers as numbers. Of several spellings of one
// number the shortest is kept.
func NewLabelIndex(words []string) LabelIndex {
	x := LabelIndex{Words: slices.Clone(words)}
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
func IndexOf(labels []string) LabelIndex {
	x := NewLabelIndex(labels)
	x.Words = slices.Clone(labels)
	x.reindex()
	return x
}

func (x *LabelIndex) reindex() {
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
func (x *LabelIndex) Find(word string) int {
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

// ClassesOf returns the class of each row; -1 where the label is unknown or missing.
func (s *Schema) ClassesOf(col *table.Column) []int {
	class := make([]int, len(col.Words))
	for code, w := range col.Words {
		class[code] = s.Index.Find(w)
	}
	rows := make([]int, len(col.Codes))
	for row, code := range col.Codes {
		rows[row] = -1
		if code >= 0 {
			rows[row] = class[code]
		}
	}
	return rows
}
