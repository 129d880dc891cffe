package optim

import "math"

// A runningMean holds the factors of mean = beta·mean + (1 − beta)·value. Keras
// computes 1 − beta in float64 and rounds both factors to float32.
type runningMean struct{ beta, oneMinusBeta float32 }

func newRunningMean(beta float64) runningMean { return runningMean{float32(beta), float32(1 - beta)} }

// betaPowers gives beta^t for one t after the other, rounded to float32 from a power
// of the float32 beta. Keras computes bias corrections in float32, where
// 1 − 0.999^t starts with an error of 1e-5; rounding in the same places gives its
// numbers to the last bit or two, which exact powers would miss by 1e-6 in the
// first steps.
//
// It remembers the last power, so that the next one costs a product, but what it
// returns depends on beta and t only: t products in order, in float64, until the
// power is nothing beside 1.
type betaPowers struct {
	t    int64
	last float64 // beta^t; meaningless while t is 0
}

// of returns beta^t. beta must be the same in all calls.
func (p *betaPowers) of(beta float32, t int64) float32 {
	if t < p.t || p.t == 0 {
		p.t, p.last = 0, 1
	}
	for ; p.t < t && p.last > 0x1p-60; p.t++ {
		p.last *= float64(beta)
	}
	p.t = t
	return float32(p.last)
}

// sqrt is the correctly rounded root: that of float64, rounded once more.
func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }
