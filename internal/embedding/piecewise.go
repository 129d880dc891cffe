package embedding

import (
	"math"
	"slices"

	"mlp/internal/form"
	"mlp/internal/spec"
	"mlp/internal/stats"
)

// PiecewiseLinear are pieces of a number's range, each a component that rises from 0 to
// 1 within its piece.
type PiecewiseLinear struct {
	Bins int
	Dim  int // numbers that are learned of the components; 0: these themselves are used
}

// ReadPiecewiseLinear reads the settings.
func ReadPiecewiseLinear(f *spec.Fields) PiecewiseLinear {
	e := PiecewiseLinear{Bins: f.Int("bins", 48, "pieces of a column at most: those that are empty are left out", spec.In(1, 4096))}
	f.Enum("by", "quantile", "where the pieces end: so that each holds equally many training rows", "quantile")
	e.Dim = f.IntOrNull("dim", 16, "how many numbers are learned of the pieces of a column; null: the pieces themselves are the inputs, and nothing is learned", spec.In(1, 4096))
	return e
}

// Ends returns where the pieces of a training column begin and end, ascending, each
// once: its quantiles 0, 1/bins, … 1. sorted holds at least one number. A column of one
// value has one end, and no piece.
func (e PiecewiseLinear) Ends(sorted []float64) []float32 {
	ends := make([]float32, 0, e.Bins+1)
	for i := range e.Bins + 1 {
		ends = append(ends, float32(stats.Quantile(sorted, float64(i)/float64(e.Bins))))
	}
	slices.Sort(ends) // interpolation may round down
	return slices.Compact(ends)
}

// Component returns the component t of z: how far it is through the piece between two
// ends, below the first and above the last piece going on as within, else 0 before and 1
// behind; and its slope.
func Component(ends []float32, t int, z float32) (v, slope float32) {
	slope = 1 / (ends[t+1] - ends[t])
	v = (z - ends[t]) * slope
	switch {
	case v < 0 && t > 0:
		return 0, 0
	case v > 1 && t < len(ends)-2:
		return 1, 0
	}
	return v, slope
}

// Express writes down the components of z, one for each piece.
func Express(b *form.Builder, ends []float32, z form.Value) form.Value {
	inf := float32(math.Inf(1))
	var from, slope, low, high []float32
	for t := range len(ends) - 1 {
		from, slope = append(from, ends[t]), append(slope, 1/(ends[t+1]-ends[t]))
		low, high = append(low, 0), append(high, 1)
	}
	low[0], high[len(high)-1] = -inf, inf
	v := b.Mul(b.Sub(z, b.Const32(from...)), b.Const32(slope...))
	return b.AtMost(b.AtLeast(v, b.Const32(low...)), b.Const32(high...))
}
