package preprocess

import (
	"math"
	"slices"
)

// Moments returns the mean and the population's standard deviation in two
// passes; the sd of a constant column is 1, so that dividing by it is harmless.
func Moments(x []float64) (mean, sd float64) {
	n := float64(len(x))
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	mean = sum / n
	squares := 0.0
	for _, v := range x {
		d := v - mean
		squares += float64(d * d)
	}
	sd = math.Sqrt(squares / n)
	// The mean of equal values can be off by a rounding, which must not be
	// taken for a spread.
	if Constant(x) || sd == 0 {
		return x[0], 1
	}
	return mean, sd
}

func Constant(x []float64) bool {
	for _, v := range x {
		if v != x[0] {
			return false
		}
	}
	return true
}

// Quantile interpolates between the two neighbours of rank q·(n−1), as NumPy and
// R (type 7) do.
func Quantile[T float32 | float64](sorted []T, q float64) float64 {
	return atRank(sorted, float64(q*float64(len(sorted)-1)))
}

// atRank interpolates between the values at the ranks below and above, which are
// counted from 0.
func atRank[T float32 | float64](sorted []T, rank float64) float64 {
	i := int(math.Floor(rank))
	if i+1 >= len(sorted) {
		return float64(sorted[len(sorted)-1])
	}
	low, high := float64(sorted[i]), float64(sorted[i+1])
	return low + float64((rank-float64(i))*(high-low))
}

// Present returns the values that are not missing, sorted.
func Present(x []float64) []float64 {
	sorted := make([]float64, 0, len(x))
	for _, v := range x {
		if v == v {
			sorted = append(sorted, v)
		}
	}
	slices.Sort(sorted)
	return sorted
}

// Fnv1a is the hash of Fowler, Noll and Vo, 64 bits.
func Fnv1a(word string) uint64 {
	x := uint64(14695981039346656037)
	for i := range len(word) {
		x = (x ^ uint64(word[i])) * 1099511628211
	}
	return x
}
