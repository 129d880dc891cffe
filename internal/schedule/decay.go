package schedule

import (
	"fmt"
	"math"
	"slices"

	"mlp/internal/kernel"
	"mlp/internal/spec"
)

var (
	_ = Schedules.Add("exponential_decay", "initial·decay_rate^(s/decay_steps)", func(f *spec.Fields) Schedule {
		begin, steps := readInitial(f), readSteps(f)
		rate := f.NeedFloat("decay_rate", "factor of the learning rate over decay_steps", spec.Positive)
		stairs := readStaircase(f)
		return stretched{steps, func(s, steps float64) float64 { return begin * kernel.Pow64(rate, stairs(s/steps)) }}
	}, "exponential")

	_ = Schedules.Add("inverse_time_decay",
		"initial/(1 + decay_rate·s/decay_steps)",
		func(f *spec.Fields) Schedule {
			begin, steps := readInitial(f), readSteps(f)
			rate := f.NeedFloat("decay_rate", "how fast the learning rate falls", spec.NonNegative)
			stairs := readStaircase(f)
			return stretched{steps, func(s, steps float64) float64 { return begin / (1 + float64(rate*stairs(s/steps))) }}
		}, "inverse_time")

	_ = Schedules.Add("polynomial_decay",
		"(initial − end)·(1 − s/decay_steps)^power + end, then end",
		func(f *spec.Fields) Schedule {
			begin, steps := readInitial(f), readSteps(f)
			end := f.Float("end_learning_rate", 0.0001, "learning rate at the end", spec.In(0, maxValue))
			power := f.Float("power", 1, "1 is a straight line", spec.Positive)
			cycle := f.Bool("cycle", false, "begins again after decay_steps, over a longer stretch each time")
			return stretched{steps, func(s, steps float64) float64 {
				span := steps
				if cycle {
					span *= max(1, math.Ceil(s/steps))
				}
				left := 1 - min(s, span)/span
				return float64((begin-end)*kernel.Pow64(left, power)) + end
			}}
		}, "polynomial")

	_ = Schedules.Add("piecewise_constant_decay",
		"values[i] from after boundaries[i−1] up to and with boundaries[i]",
		readPiecewise, "piecewise_constant")
)

func readSteps(f *spec.Fields) float64 {
	return readLength(f, "decay_steps", "length of the decay in batches", spec.AtLeast(1))
}

// readStaircase returns the function applied to the number of decay periods.
func readStaircase(f *spec.Fields) func(float64) float64 {
	if f.Bool("staircase", false, "decays in steps, once every decay_steps") {
		return math.Floor
	}
	return func(periods float64) float64 { return periods }
}

// readPiecewise reads one value more than boundaries. A boundary belongs to the
// piece below it.
func readPiecewise(f *spec.Fields) Schedule {
	boundaries := f.Floats("boundaries", nil, "batches after which the learning rate changes, rising", spec.NonNegative)
	values := f.Floats("values", nil, "learning rates of the pieces, one more than boundaries", spec.In(0, maxValue))
	if !slices.IsSorted(boundaries) {
		f.Problem("boundaries", "", "the boundaries do not rise")
	}
	if len(values) != len(boundaries)+1 {
		f.Problem("values", fmt.Sprintf("%d boundaries need %d values", len(boundaries), len(boundaries)+1),
			"%d values for %d boundaries", len(values), len(boundaries))
		return curve(func(float64) float64 { return 0 })
	}
	return curve(func(s float64) float64 {
		for i, b := range boundaries {
			if s <= b {
				return values[i]
			}
		}
		return values[len(boundaries)]
	})
}
