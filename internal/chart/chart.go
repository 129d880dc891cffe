// Package chart draws pictures as SVG: in flow numbers and words, out comes one text
// that a browser shows, light or dark, on paper too, without a script and without
// asking for anything else. What is drawn is bounded, however many numbers there are.
package chart

import (
	"math"
	"slices"
)

// The size of a picture in units of its own; a page scales it.
const (
	width  = 400
	height = 260
)

// A Tone is a colour by what it is for; the style says which one that is.
type Tone int

// The tones: of what is shown first and second, what both are compared with, what
// is good and what is bad.
const (
	First Tone = iota
	Second
	Third
	Quiet
)

// An Axis is one side of a chart.
type Axis struct {
	Label     string
	Low, High float64 // what it must show at least; both 0: whatever the marks have
	Fixed     bool    // and nothing beyond Low and High
}

// A Chart is axes and what stands between them, in the order in which it is added.
type Chart struct {
	Title string
	X, Y  Axis

	marks  []mark
	legend []entry
}

// A mark draws itself once the scales are known.
type mark struct {
	extent func(x, y func(float64)) // visits what must be inside the frame
	draw   func(p *pen, x, y scale)
}

// An entry is a line of the legend.
type entry struct {
	name string
	tone Tone
	dash bool
}

func (c *Chart) name(name string, tone Tone, dash bool) {
	if name != "" && !slices.Contains(c.legend, entry{name, tone, dash}) {
		c.legend = append(c.legend, entry{name, tone, dash})
	}
}

// A scale takes a value to its place in the picture.
type scale struct {
	low, high float64 // values
	from, to  float64 // places
}

func (s scale) at(v float64) float64 {
	share := (v - s.low) / (s.high - s.low)
	return s.from + float64(min(1, max(0, share))*(s.to-s.from))
}

// span is the range of an axis: what it says itself, widened to the values unless it
// is fixed, and never empty.
func (a Axis) span(values []float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	if a.Low != 0 || a.High != 0 {
		low, high = a.Low, a.High
	}
	if !a.Fixed {
		for _, v := range values {
			if finite(v) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	switch {
	case low > high: // there is no value
		return 0, 1
	case low == high && low == 0:
		return 0, 1
	case !(high-low > 1e-9*max(math.Abs(low), math.Abs(high))):
		apart := math.Abs(low) / 10
		return low - apart, high + apart
	}
	return low, high
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
