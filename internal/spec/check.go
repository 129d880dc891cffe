package spec

import (
	"math"
)

// A Check is a range that a number must lie in.
type Check struct {
	Text string // how it reads in documentation and complaints: "greater than 0"
	ok   func(v float64) bool

	min, max       *float64 // for the JSON Schema; nil where open
	exclusiveLimit bool     // min and max themselves are outside
}

// In accepts lo ≤ v ≤ hi.
func In(lo, hi float64) Check {
	return Check{Text: "between " + short(lo) + " and " + short(hi), min: &lo, max: &hi,
		ok: func(v float64) bool { return v >= lo && v <= hi }}
}

// Between accepts lo < v < hi.
func Between(lo, hi float64) Check {
	return Check{Text: "greater than " + short(lo) + " and less than " + short(hi), min: &lo, max: &hi, exclusiveLimit: true,
		ok: func(v float64) bool { return v > lo && v < hi }}
}

// AtLeast accepts v ≥ lo.
func AtLeast(lo float64) Check {
	return Check{Text: "at least " + short(lo), min: &lo, ok: func(v float64) bool { return v >= lo }}
}

// AtMost accepts v ≤ hi.
func AtMost(hi float64) Check {
	return Check{Text: "at most " + short(hi), max: &hi, ok: func(v float64) bool { return v <= hi }}
}

// Less accepts v < hi.
func Less(hi float64) Check {
	return Check{Text: "less than " + short(hi), max: &hi, exclusiveLimit: true, ok: func(v float64) bool { return v < hi }}
}

// Positive accepts v > 0.
var Positive = func() Check {
	zero := 0.0
	return Check{Text: "greater than 0", min: &zero, exclusiveLimit: true, ok: func(v float64) bool { return v > 0 }}
}()

// NonNegative accepts v ≥ 0.
var NonNegative = AtLeast(0)

// finite refuses what YAML can write but no setting can mean.
var finite = Check{Text: "a finite number", ok: func(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }}

// short writes a number the way a person would: 1048576, 0.001, 1e-07.
func short(v float64) string { return NewFloat(v).Text }
