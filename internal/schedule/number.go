package schedule

import (
	"math"

	"mlp/internal/spec"
)

// A Number is one that may follow a schedule.
type Number struct {
	Value    float64  // where there is no schedule
	Schedule Schedule // nil: constant

	lo, hi float64 // a scheduled number stays within
}

// At returns the number at a time.
func (n Number) At(t Time) float64 {
	if n.Schedule == nil {
		return n.Value
	}
	return min(max(n.Schedule.At(t), n.lo), n.hi)
}

// OverRun reports whether the number depends on how long the run is and when it began.
func (n Number) OverRun() bool { return n.Schedule != nil && n.Schedule.OverRun() }

// Zero reports whether the number is always 0.
func (n Number) Zero() bool { return n.Schedule == nil && n.Value == 0 }

// Read reads a field that holds a number from lo to hi, which may be infinite, or a
// schedule of such numbers. A nil default stands for 0, and for null in the spec.
func Read(f *spec.Fields, name string, def *float64, doc string, lo, hi float64) Number {
	check := spec.In(lo, hi)
	if math.IsInf(hi, 1) {
		check = spec.AtLeast(lo)
	}
	n := Number{lo: lo, hi: hi}
	if def != nil {
		n.Value, n.Schedule = spec.NumberOr(f, name, Schedules, *def, doc, check)
	} else if v, s := spec.OptNumberOr(f, name, Schedules, doc, check); v != nil {
		n.Value = *v
	} else {
		n.Schedule = s
	}
	n.check(f, name)
	return n
}

// check refuses a schedule that leaves the range in a run of a thousand steps. Later
// steps of one that grows without end are kept within it.
func (n Number) check(f *spec.Fields, name string) {
	if n.Schedule == nil {
		return
	}
	for t := (Time{Length: 1000}); t.Step <= t.Length; t.Step++ {
		if v := n.Schedule.At(t); !(v >= n.lo && v <= n.hi) {
			f.Problem(name, "", "the schedule comes to %.4g, which is not between %g and %g", v, n.lo, n.hi)
			return
		}
	}
}
