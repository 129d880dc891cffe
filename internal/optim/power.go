package optim

import "math"

// A blend is a running mean, new = keep·old + take·value. Keras takes 1 − beta in
// double precision and rounds both factors to float32.
type blend struct{ keep, take float32 }

func newBlend(beta float64) blend { return blend{float32(beta), float32(1 - beta)} }

// power returns beta^t, rounded to float32 from a power of the float32 beta.
// Keras computes bias corrections in float32, where 1 − 0.999^t starts with an
// error of 1e-5; rounding in the same places gives its numbers to the last bit
// or two, which exact powers would miss by 1e-6 in the first steps.
//
// It multiplies squares together, 2·log₂ t roundings of float64 at most, which is
// some ten times as fast as a power of any number.
func power(beta float32, t int64) float32 {
	p := 1.0
	for square := float64(beta); t > 0; t >>= 1 {
		if t&1 == 1 {
			p *= square
		}
		square *= square
	}
	return float32(p)
}

// sqrt is the correctly rounded root: that of float64, rounded once more.
func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }
