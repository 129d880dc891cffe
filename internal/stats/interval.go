package stats

import (
	"fmt"
	"math"
)

// An Interval is the numbers from Low to High, both included; the zero Interval is
// all numbers.
type Interval struct{ Low, High float64 }

// From returns the numbers from low on, UpTo those up to high.
func From(low float64) Interval { return Interval{low, math.Inf(1)} }

// UpTo returns the numbers up to high.
func UpTo(high float64) Interval { return Interval{math.Inf(-1), high} }

// All reports whether no number is outside.
func (i Interval) All() bool {
	return i == Interval{} || math.IsInf(i.Low, -1) && math.IsInf(i.High, 1)
}

// Covers reports whether all numbers from low to high are inside.
func (i Interval) Covers(low, high float64) bool {
	return i.All() || i.Low <= low && high <= i.High
}

// String completes "numbers …": "from 0 on", "up to 0", "between −1 and 1".
func (i Interval) String() string {
	switch {
	case i.All():
		return "of any size"
	case math.IsInf(i.High, 1):
		return fmt.Sprintf("from %.4g on", i.Low)
	case math.IsInf(i.Low, -1):
		return fmt.Sprintf("up to %.4g", i.High)
	}
	return fmt.Sprintf("between %.4g and %.4g", i.Low, i.High)
}
