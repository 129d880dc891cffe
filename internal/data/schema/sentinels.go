package schema

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"mlp/internal/data/table"
	"mlp/internal/problem"
)

// A Sentinel is a number that seems to stand for a missing one.
type Sentinel struct {
	Value float64
	N     int  // cells
	Sure  bool // it lies far from all other numbers, and is one of those that programs write for it
}

// machine are numbers that programs write for a missing one, beside those of nines: the
// ends of whole numbers of 16 and 32 bits, and what netCDF and HDF fill with.
var machine = []float64{-32768, 32767, 65535, -2147483648, 2147483647, 4294967295, 1e20, -1e20, 1e30, -1e30, 9.96921e36, 9.969209968386869e36}

// marker reports whether a number is one of those that stand for missing ones: at least
// two nines and no other digit, as in -999, 9999 and 99.99, or one of machine.
func marker(v float64) bool {
	text := strconv.FormatFloat(math.Abs(v), 'f', -1, 64)
	nines := strings.Count(text, "9")
	return nines >= 2 && nines == len(text)-strings.Count(text, ".") || slices.ContainsFunc(machine, func(m float64) bool { return math.Abs(v-m) <= 1e-6*math.Abs(m) })
}

// Of a sentinel there are at least two, and the others are of at least fewOthers different
// values: with two of them 0 and 1 may be flags of which a few are 99.
const (
	fewSentinels = 2
	fewOthers    = 2
)

// Sentinels returns the numbers of a column that seem to stand for missing ones: the
// least and the greatest as long as they are markers, stand again and again, and lie
// farther from all others than these from each other; and −1, where no other number is
// below 0 and 0 is none of them or seldom.
func Sentinels(col *table.Column) []Sentinel {
	if !col.HasNumbers() {
		return nil
	}
	var found []Sentinel
	skip := func(v float64) bool {
		return v != v || slices.ContainsFunc(found, func(s Sentinel) bool { return s.Value == v })
	}
	for range 4 {
		low, high := math.Inf(1), math.Inf(-1)
		for row := range col.Len() {
			if v := col.Number(row); !skip(v) {
				low, high = min(low, v), max(high, v)
			}
		}
		if !(low < high) {
			break
		}
		s, ok := sentinelAt(col, low, high, skip)
		if !ok {
			break
		}
		found = append(found, s)
	}
	return found
}

// sentinelAt looks at the least number of a column and at the greatest.
func sentinelAt(col *table.Column, low, high float64, skip func(float64) bool) (s Sentinel, ok bool) {
	for _, v := range []float64{low, high} {
		if !marker(v) && (v != low || v != -1) {
			continue
		}
		n, filled, next, other := 0, 0, math.Inf(1), math.Inf(-1) // the least of the others and the greatest
		first, second := math.NaN(), false
		for row := range col.Len() {
			x := col.Number(row)
			if skip(x) {
				continue
			}
			if filled++; x == v {
				n++
				continue
			}
			next, other = min(next, x), max(other, x)
			if first != first {
				first = x
			}
			second = second || x != first
		}
		if n < fewSentinels || !second {
			continue
		}
		gap := next - v
		if v == high {
			gap = v - other
		}
		if marker(v) && gap > other-next {
			return Sentinel{v, n, true}, true
		}
		if v == -1 && minusOne(col, n, filled, next) {
			return Sentinel{v, n, false}, true
		}
	}
	return s, false
}

// minusOneShare is the share of the cells, as one in so many, of which at least are −1
// where it stands for missing numbers, and minusOneOthers how many different numbers
// there are then.
const (
	minusOneShare  = 200
	minusOneOthers = 10
)

// minusOne reports whether −1, of which there are n, stands for missing numbers: all
// others are at least next.
func minusOne(col *table.Column, n, filled int, next float64) bool {
	if next < 0 || minusOneShare*n < filled || n < 3 {
		return false
	}
	zeros, different := 0, map[float64]bool{}
	for row := range col.Len() {
		v := col.Number(row)
		if v == 0 {
			zeros++
		}
		if v == v && len(different) <= minusOneOthers {
			different[v] = true
		}
	}
	return len(different) > minusOneOthers && 10*zeros < n
}

// sentinelNote tells of the sentinels of a column; nil where there are none.
func sentinelNote(col *table.Column) *Note {
	all := Sentinels(col)
	if len(all) == 0 {
		return nil
	}
	var values, counts []string
	for _, s := range all {
		values = append(values, col.Format(s.Value))
		counts = append(counts, fmt.Sprintf("%s in %s", col.Format(s.Value), problem.Count(s.N, "row")))
	}
	why := "far from all other numbers"
	if !all[0].Sure {
		why = "and never below 0 otherwise"
	}
	return &Note{SentinelNote, col.Name, fmt.Sprintf("%q is %s, %s", col.Name, strings.Join(counts, " and "), why), NAHint(col.Name, values)}
}

// NAHint says how to take values of a column for missing ones.
func NAHint(column string, values []string) string {
	return fmt.Sprintf("if that means missing: `- {name: %q, na_values: [%s]}` under `columns:`", column, strings.Join(values, ", "))
}
