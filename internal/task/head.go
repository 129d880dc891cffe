package task

import (
	"math"
	"slices"
	"strconv"

	"mlp/internal/rng"
)

// A Head says what the outputs of a regression's network are: the answer to each target,
// or several numbers about one. It follows from the loss. The zero value is an output a
// target.
type Head struct {
	Form  Form
	Parts []float64 // of Quantiles: the shares of rows below each, rising, ½ among them
}

// A Form is one of outputs.
type Form uint8

// The forms.
const (
	Numbers   Form = iota // an output a target
	Quantiles             // of one target
	MeanSD                // of a normal distribution
	Rate                  // of a Poisson distribution: one output, its mean
)

// Several reports whether there are several outputs for one target.
func (h Head) Several() bool { return h.Form == Quantiles || h.Form == MeanSD }

// Outputs is how many outputs a network has for so many targets.
func (h Head) Outputs(targets int) int {
	switch h.Form {
	case Quantiles:
		return len(h.Parts)
	case MeanSD:
		return 2
	}
	return targets
}

// Point is the output of several that is the answer where one number is wanted: the
// median, or the mean.
func (h Head) Point() int {
	if h.Form == Quantiles {
		return slices.Index(h.Parts, 0.5)
	}
	return 0
}

// Names are what the outputs are called, after the targets.
func (h Head) Names(targets []string) []string {
	switch h.Form {
	case Quantiles:
		names := make([]string, len(h.Parts))
		for i, q := range h.Parts {
			names[i] = targets[0] + "_" + QuantileName(q)
		}
		return names
	case MeanSD:
		return []string{targets[0], targets[0] + "_sd"}
	}
	return targets
}

// QuantileName is q10 for a tenth.
func QuantileName(q float64) string {
	return "q" + strconv.FormatFloat(math.Round(q*1e10)/1e8, 'g', -1, 64)
}

// Gives reports whether the outputs say where the middle share of rows lies: of Quantiles
// two must leave as much out at both ends.
func (h Head) Gives(share float64) bool {
	low, high := h.ends(share)
	return h.Form == MeanSD || h.Form == Rate || low >= 0 && high >= 0
}

// Shares are those that Quantiles give, rising.
func (h Head) Shares() (all []float64) {
	for i, j := 0, len(h.Parts)-1; i < j; {
		switch q, p := h.Parts[i], 1-h.Parts[j]; {
		case math.Abs(q-p) < near:
			all = append(all, math.Round((1-2*q)*1e9)/1e9)
			i, j = i+1, j-1
		case q < p:
			i++
		default:
			j--
		}
	}
	slices.Reverse(all)
	return all
}

// near is how far shares may differ that are written as one decimal number.
const near = 1e-9

// ends are the places of the quantiles around the middle share, −1 for one that is not
// there.
func (h Head) ends(share float64) (low, high int) {
	at := func(q float64) int {
		return slices.IndexFunc(h.Parts, func(p float64) bool { return math.Abs(p-q) < near })
	}
	return at((1 - share) / 2), at((1 + share) / 2)
}

// Interval is where the outputs for a row say that the middle share of such rows lies.
func (h Head) Interval(outputs []float32, share float64) (low, high float64) {
	switch h.Form {
	case Quantiles:
		i, j := h.ends(share)
		return float64(outputs[i]), float64(outputs[j])
	case MeanSD:
		half := float64(rng.Quantile((1+share)/2) * float64(outputs[1]))
		return float64(outputs[0]) - half, float64(outputs[0]) + half
	}
	return poisson(float64(outputs[0]), (1-share)/2)
}

// smooth is the rate from which on a Poisson distribution is taken for a normal one: the
// ends are then right to less than 1 % of its standard deviation.
const smooth = 1e4

// poisson returns the counts that a Poisson distribution is not above with probabilities
// tail and 1 − tail. Probabilities are computed up to a factor, from the likeliest count
// to both sides, by products alone: they are the same on every machine.
func poisson(rate, tail float64) (low, high float64) {
	switch {
	case !(rate > 0):
		return rate * 0, rate * 0 // NaN stays NaN
	case rate > smooth:
		half := float64(rng.Quantile(1-tail) * math.Sqrt(rate))
		return max(0, math.Round(rate-half)), math.Round(rate + half)
	}
	const least = 0x1p-70 // of the largest, below what a sum has room for
	first, at := math.Floor(rate), 1.0
	for first > 0 && at > least {
		at *= first / rate
		first--
	}
	from, total := at, 0.0
	for k := first; at > least || k <= rate; k++ {
		total += at
		at *= rate / (k + 1)
	}
	sum, low := from, first
	for at = from; sum < float64(tail*total); low++ {
		at *= rate / (low + 1)
		sum += at
	}
	for high = low; sum < float64((1-tail)*total); high++ {
		at *= rate / (high + 1)
		sum += at
	}
	return low, high
}
