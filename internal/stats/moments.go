package stats

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

// Constant reports whether all numbers are the same.
func Constant(x []float64) bool {
	for _, v := range x {
		if v != x[0] {
			return false
		}
	}
	return true
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
