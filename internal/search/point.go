package search

import (
	"math"
	"slices"
	"strconv"

	"mlp/internal/kernel"
	"mlp/internal/spec"
)

// A Point has a place in [0, 1) for each dimension; NaN where its condition does not hold.
type Point []float64

// A Setting is a value of the spec that a point stands for.
type Setting struct {
	Path  string
	Value *spec.Node
}

// Settings are the values at a point, without those whose condition does not hold.
func (c *Config) Settings(p Point) []Setting {
	var all []Setting
	for i, d := range c.Space {
		if !math.IsNaN(p[i]) {
			all = append(all, Setting{d.Path, d.at(p[i])})
		}
	}
	return all
}

// digits of a value that is drawn from a range: enough to tell points apart, and few
// enough to be written down.
const digits = 4

// at is the value at a place.
func (d *Dimension) at(u float64) *spec.Node {
	if d.Choices != nil {
		return d.Choices[d.choice(u)].Clone()
	}
	var v float64
	switch {
	case d.Log && d.Whole: // each whole number has the share of its logarithm's room
		low, high := kernel.Log64(d.Low-0.5), kernel.Log64(d.High+0.5)
		v = math.Round(kernel.Exp64(low + float64(u*(high-low))))
	case d.Log:
		low, high := kernel.Log64(d.Low), kernel.Log64(d.High)
		v = kernel.Exp64(low + float64(u*(high-low)))
	case d.Whole:
		v = math.Floor(d.Low + float64(u*(d.High-d.Low+1)))
	default:
		v = d.Low + float64(u*(d.High-d.Low))
	}
	v = min(max(v, d.Low), d.High)
	if d.Whole {
		return spec.NewInt(int64(v))
	}
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64) // it reads what it wrote
	return spec.NewFloat(min(max(v, d.Low), d.High))
}

func (d *Dimension) choice(u float64) int {
	return min(int(u*float64(len(d.Choices))), len(d.Choices)-1)
}

// holds reports whether dimension i is searched, given the places of those before it.
func (c *Config) holds(i int, p Point) bool {
	for _, w := range c.Space[i].When {
		at := slices.IndexFunc(c.Space[:i], func(d Dimension) bool { return d.Path == w.Path })
		if math.IsNaN(p[at]) {
			return false
		}
		value := string(spec.CanonicalJSON(c.Space[at].at(p[at])))
		if !slices.ContainsFunc(w.Values, func(n *spec.Node) bool { return string(spec.CanonicalJSON(n)) == value }) {
			return false
		}
	}
	return true
}

// settle takes away places whose condition does not hold.
func (c *Config) settle(p Point) Point {
	for i := range p {
		if !c.holds(i, p) {
			p[i] = math.NaN()
		}
	}
	return p
}
