// Package stats holds the statistics of a list of numbers that several packages
// need. In flow numbers, out come one or two; nothing here knows tables or networks.
package stats

import "math"

// Quantile returns the q-quantile, q in [0, 1], of numbers sorted in rising order:
// linear between the two nearest ranks (Hyndman & Fan 1996, type 7, the default of
// NumPy and R). q = 0 is the smallest and q = 1 the largest. It panics without
// numbers.
func Quantile[T float32 | float64](sorted []T, q float64) float64 {
	return AtRank(sorted, float64(q*float64(len(sorted)-1)))
}

// AtRank returns the number at a rank counted from 0, linear between neighbouring
// ranks. The numbers are sorted in rising order; beyond the last rank it is the
// largest.
func AtRank[T float32 | float64](sorted []T, rank float64) float64 {
	i := int(math.Floor(rank))
	if i+1 >= len(sorted) {
		return float64(sorted[len(sorted)-1])
	}
	low, high := float64(sorted[i]), float64(sorted[i+1])
	return low + float64((rank-float64(i))*(high-low))
}
