package problem

import (
	"fmt"
	"slices"
	"strings"
)

// longestWord bounds what is compared with every candidate; no name is near it.
const longestWord = 200

// Nearest returns the candidate that word most likely meant, or "" if none is
// near: at most one edit for every three letters. Case, "_" and "-" count for
// nothing, a swap of two neighbours counts as one edit.
func Nearest(word string, candidates []string) string {
	if len(word) > longestWord {
		return ""
	}
	best, at := "", max(1, len(word)/3)+1
	for _, c := range candidates {
		if d := distance(Fold(word), Fold(c)); d < at {
			best, at = c, d
		}
	}
	return best
}

// DidYouMean returns a hint that names the nearest candidate, or, if none is
// near, all of them when they are few. It is empty when there is nothing to say.
func DidYouMean(word string, candidates []string) string {
	if best := Nearest(word, candidates); best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	if len(candidates) == 0 || len(candidates) > 24 {
		return ""
	}
	sorted := slices.Sorted(slices.Values(candidates))
	return "known here: " + strings.Join(sorted, ", ")
}

// Fold maps the spellings of one name to one form: Keras writes the same thing
// BinaryCrossentropy, binary_crossentropy and, on a command line, --batch-size.
func Fold(s string) string { return strings.ToLower(separators.Replace(s)) }

var separators = strings.NewReplacer("_", "", "-", "")

// distance counts insertions, deletions, substitutions and swaps of neighbours
// (Damerau & Levenshtein, restricted: no letter is edited twice).
func distance(a, b string) int {
	before, prev, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, prev, row = prev, row, before
	}
	return prev[len(b)]
}
