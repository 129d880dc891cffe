package preprocess

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"mlp/internal/data/scan"
)

// A Index finds the place of a word in a sorted list of words. Where all are numbers,
// labels are told apart by value, so that 1 and 1.0 and 01 are one label. Categories are
// words: what is spelled in two ways is two of them, as 3.1 and 3.10 are versions. Only
// of whole numbers both ways to write one, 1 and 1.0, are one category, since many
// programs write a column of them with a point once a cell is missing.
type Index struct {
	Words   []string
	byWord  map[string]int
	byWhole map[string]int  // by what whole gives
	byValue map[float64]int // for a word that is spelled like none; nil unless all are numbers. −1 of several
	exact   bool            // there is none: a number spelled otherwise is another word
}

// NewIndex sorts labels, numbers as numbers. Of several spellings of one number the
// shortest is kept.
func NewIndex(labels []string) Index { return newIndex(labels, byValue) }

// byValue returns what is the same of all spellings of a number: whole numbers are not
// rounded.
func byValue(word string) string {
	sign, digits := "", strings.TrimPrefix(word, "+")
	if rest, minus := strings.CutPrefix(digits, "-"); minus {
		sign, digits = "-", rest
	}
	if w := whole(cmp.Or(strings.TrimLeft(digits, "0"), "0")); w != "" && w != "0" {
		return sign + w
	}
	v, _ := strconv.ParseFloat(word, 64)
	if v == 0 {
		return "0"
	}
	if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
		return strconv.FormatInt(int64(v), 10)
	}
	return strconv.FormatFloat(v, 'e', -1, 64)
}

// bySpelling returns what is the same of both ways to write a whole number.
func bySpelling(word string) string { return cmp.Or(whole(word), word) }

// newIndex sorts words, of which those are one that are the same to same if all are
// numbers.
func newIndex(words []string, same func(string) string) Index {
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
	taken := map[string]bool{}
	x.Words = slices.DeleteFunc(x.Words, func(w string) bool {
		one := same(w)
		again := taken[one]
		taken[one] = true
		return again
	})
	x.byWhole, x.byValue = map[string]int{}, map[float64]int{}
	x.reindex()
	return x
}

// IndexOf indexes labels in the order given.
func IndexOf(labels []string) Index {
	x := newIndex(labels, bySpelling)
	x.Words = slices.Clone(labels)
	x.reindex()
	return x
}

// whole returns a whole number without a point: 7 of 7 and of 7.0; "" of anything else,
// such as 07, which is a code.
func whole(word string) string {
	digits, fraction, point := strings.Cut(word, ".")
	if point && (fraction == "" || strings.Trim(fraction, "0") != "") {
		return ""
	}
	plain := strings.TrimPrefix(digits, "-")
	if plain == "" || strings.Trim(plain, "0123456789") != "" || len(plain) > 1 && plain[0] == '0' {
		return ""
	}
	return digits
}

func (x *Index) reindex() {
	x.byWord = make(map[string]int, len(x.Words))
	clear(x.byWhole)
	clear(x.byValue)
	for i, l := range x.Words {
		x.byWord[l] = i
		if x.byValue == nil {
			continue
		}
		if w := whole(l); w != "" {
			x.byWhole[w] = i
		}
		v, _ := strconv.ParseFloat(l, 64)
		if _, known := x.byValue[v]; known {
			i = -1
		}
		x.byValue[v] = i
	}
}

// codes reports whether all words are numbers and some are not written as whole numbers
// are: what is spelled otherwise is then another word.
func (x *Index) codes() bool {
	return x.byValue != nil && slices.ContainsFunc(x.Words, func(w string) bool { return whole(w) != w })
}

// Find returns the place of a word, or -1.
func (x *Index) Find(word string) int {
	if i, ok := x.byWord[word]; ok {
		return i
	}
	if x.byValue == nil {
		return -1
	}
	if i, ok := x.byWhole[whole(word)]; ok {
		return i
	}
	if _, v := scan.Number(word); v == scan.IsNumber && !x.exact {
		f, _ := strconv.ParseFloat(word, 64)
		if i, ok := x.byValue[f]; ok {
			return i
		}
	}
	return -1
}

// FindLabel is Find for labels: of two that say yes and no, any other way to say so is
// the same label.
func (x *Index) FindLabel(word string) int {
	if i := x.Find(word); i >= 0 || len(x.Words) != 2 {
		return i
	}
	if first, yes := truth(x.Words[0]); first >= 0 {
		if second, also := truth(x.Words[1]); second >= 0 && yes != also {
			return sameTruth(word, x.Words)
		}
	}
	return -1
}

// TwiceSpelled counts the whole numbers that stand among words both with a point and
// without, which are one word to an Index, and names the first.
func TwiceSpelled(words []string) (one, other string, n int) {
	x := newIndex(words, bySpelling)
	for _, w := range words {
		if i := x.Find(w); x.Words[i] != w && whole(w) != "" {
			if n++; n == 1 {
				one, other = x.Words[i], w
			}
		}
	}
	return one, other, n
}
