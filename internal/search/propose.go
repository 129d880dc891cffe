package search

import (
	"math"

	"mlp/internal/rng"
)

// Tried is a point and what it was worth: its cost, less is better; +Inf for a trial that
// has failed.
type Tried struct {
	Point Point
	Cost  float64
}

// generation is how many points a tpe search proposes at once: they see only whole earlier
// generations, so that it does not matter how many are tried at a time.
const generation = 8

// Generation is the first and the last trial, exclusive, of those that may be tried at the
// same time as trial i.
func (c *Config) Generation(i int) (first, end int) {
	if c.Search != TPE {
		return 0, c.Trials
	}
	first = i / generation * generation
	return first, min(first+generation, c.Trials)
}

// Count is how many trials there are: no more than the points of a grid.
func (c *Config) Count() int {
	if c.Search != Grid {
		return c.Trials
	}
	n := 1
	for i := range c.Space {
		if n *= c.Space[i].cuts(); n >= c.Trials {
			return c.Trials
		}
	}
	return n
}

// Propose is the point of trial i; tried are all trials of earlier generations.
func (c *Config) Propose(seed uint64, i int, tried []Tried) Point {
	draw := rng.New(seed, "tune").At(uint64(i))
	p := make(Point, len(c.Space))
	switch {
	case c.Search == Grid:
		c.grid(i, p)
	case c.Search == TPE && i >= startup:
		c.parzen(draw, tried, p)
		return p
	case c.Search == Random:
		for j := range p {
			p[j] = draw.Float64(uint64(j))
		}
	default:
		shift := rng.New(seed, "tune shift")
		for j := range p {
			_, p[j] = math.Modf(radicalInverse(i+1, prime(j)) + shift.Float64(uint64(j)))
		}
	}
	return c.settle(p)
}

// grid takes the values of the first dimension fastest. What fixes a condition is not
// known here, so where one does not hold the same point comes again.
func (c *Config) grid(i int, p Point) {
	for j := range c.Space {
		n := c.Space[j].cuts()
		p[j] = c.Space[j].cut(i % n)
		i /= n
	}
}

// cuts is into how many values a grid cuts a dimension.
func (d *Dimension) cuts() int {
	switch {
	case d.Choices != nil:
		return len(d.Choices)
	case d.Whole:
		return int(min(float64(d.Steps), d.High-d.Low+1))
	}
	return d.Steps
}

// cut is the place of value k of a grid: both ends of a range are among them.
func (d *Dimension) cut(k int) float64 {
	if d.Choices != nil {
		return (float64(k) + 0.5) / float64(len(d.Choices))
	}
	return min(float64(k)/float64(d.cuts()-1), 1-0x1p-53)
}

// radicalInverse mirrors the digits of i in a base at the point: the sequence of van der
// Corput, which fills [0, 1) evenly from its beginning (Halton 1960).
func radicalInverse(i, base int) float64 {
	inverse, place := 0.0, 1.0
	for ; i > 0; i /= base {
		place /= float64(base)
		inverse += float64(place * float64(i%base))
	}
	return inverse
}

// prime is the j-th prime, from 0.
func prime(j int) int {
	for n := 2; ; n++ {
		composite := false
		for d := 2; d*d <= n; d++ {
			composite = composite || n%d == 0
		}
		if composite {
			continue
		}
		if j == 0 {
			return n
		}
		j--
	}
}
