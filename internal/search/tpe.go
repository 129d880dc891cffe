package search

import (
	"cmp"
	"math"
	"slices"

	"mlp/internal/rng"
)

// The tree-structured Parzen estimator (Bergstra, Bardenet, Bengio & Kégl 2011): of a few
// candidates drawn where good points were, the one is tried that is likeliest among the
// good beside the others. Each dimension is taken by itself. Kernels are triangles, not
// bells: their sums and ratios have no exponential, so that every machine proposes the
// same.
const (
	startup    = 2 * generation // trials before it, spread evenly
	candidates = 24             // as in the paper's code
	share      = 0.15           // of the trials that count as good: γ in the paper
)

// parzen proposes a point.
func (c *Config) parzen(draw rng.Stream, tried []Tried, p Point) {
	sorted := slices.Clone(tried)
	slices.SortStableFunc(sorted, func(a, b Tried) int { return cmp.Compare(a.Cost, b.Cost) })
	n := max(2, int(math.Ceil(share*float64(len(sorted)))))
	n = min(n, len(sorted))
	best, ratio := make(Point, len(p)), -1.0
	for k := range candidates {
		draw := draw.At(uint64(k))
		likely := 1.0
		for j := range p {
			if p[j] = 0; !c.holds(j, p) {
				p[j] = math.NaN()
				continue
			}
			good, bad := newDensity(&c.Space[j], sorted[:n], j), newDensity(&c.Space[j], sorted[n:], j)
			p[j] = good.draw(draw, uint64(4*j))
			likely *= good.at(p[j]) / bad.at(p[j])
		}
		if likely > ratio {
			ratio = likely
			copy(best, p)
		}
	}
	copy(p, best)
}

// A density is a mixture of kernels at places and, of the weight of one kernel, the even
// spread over [0, 1).
type density struct {
	places, widths []float64
	counts         []int // of choices; nil for a range
}

// newDensity is that of the places of dimension j among points.
func newDensity(d *Dimension, points []Tried, j int) density {
	var f density
	if d.Choices != nil {
		f.counts = make([]int, len(d.Choices))
	}
	for _, t := range points {
		if u := t.Point[j]; math.IsNaN(u) {
			continue
		} else if f.counts != nil {
			f.counts[d.choice(u)]++
		} else {
			f.places = append(f.places, u)
		}
	}
	slices.Sort(f.places)
	f.widths = make([]float64, len(f.places))
	// A kernel reaches to its farther neighbour, or to the edge, as in the paper; but no
	// nearer than a share of the range that shrinks as points become many.
	least := 1 / float64(1+min(100, len(f.places)))
	for i, u := range f.places {
		left, right := 0.0, 1.0
		if i > 0 {
			left = f.places[i-1]
		}
		if i+1 < len(f.places) {
			right = f.places[i+1]
		}
		f.widths[i] = min(max(u-left, right-u, least), 1)
	}
	return f
}

// total is the weight of the mixture.
func (f *density) total() float64 {
	n := 1 + len(f.places)
	for _, k := range f.counts {
		n += k
	}
	return float64(n)
}

// at is the density at a place.
func (f *density) at(u float64) float64 {
	if f.counts != nil {
		k := min(int(u*float64(len(f.counts))), len(f.counts)-1)
		return (float64(f.counts[k]*len(f.counts)) + 1) / f.total()
	}
	sum := 1.0
	for i, at := range f.places {
		for _, image := range []float64{u, -u, 2 - u} { // what would fall outside is turned back inside
			if far := math.Abs(image-at) / f.widths[i]; far < 1 {
				sum += (1 - far) / f.widths[i]
			}
		}
	}
	return sum / f.total()
}

// draw draws a place, with numbers i to i+3 of a stream.
func (f *density) draw(stream rng.Stream, i uint64) float64 {
	k := int(stream.Float64(i) * f.total())
	even := stream.Float64(i + 1)
	if f.counts != nil {
		for j, n := range f.counts {
			if k < n {
				return (float64(j) + even) / float64(len(f.counts))
			}
			k -= n
		}
		return even
	}
	if k >= len(f.places) {
		return even
	}
	u := f.places[k] + float64(f.widths[k]*(stream.Float64(i+2)+stream.Float64(i+3)-1))
	u = math.Abs(u)
	if u >= 1 {
		u = 2 - u
	}
	return min(max(u, 0), 1-0x1p-53)
}
