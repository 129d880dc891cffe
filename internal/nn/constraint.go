package nn

import (
	"math"

	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// A Constraint projects a parameter after each update.
type Constraint interface {
	// Apply projects w in place: a kernel (in, units), or a vector as one column.
	Apply(w tensor.Mat)
}

// Constraints are registered here.
var Constraints = spec.NewRegistry[Constraint]("constraint", "constraints")

type constrain func(w tensor.Mat)

func (c constrain) Apply(w tensor.Mat) { c(w) }

// normed makes a constraint that scales every column of w (axis 0: what reaches
// one unit) or every row (axis 1) from its norm n to the norm want(n). As in
// Keras it divides by 1e-7 + n, so that even a vector within the bounds is
// multiplied by a little less than 1.
func normed(f *spec.Fields, want func(n float64) float64) Constraint {
	axis := f.Int("axis", 0, "along which norms are taken; 0: one for each unit of a kernel", spec.In(0, 1))
	factor := func(square float64) float64 {
		n := math.Sqrt(square)
		return want(n) / (1e-7 + n)
	}
	if axis == 1 {
		return constrain(func(w tensor.Mat) { scaleRows(w, factor) })
	}
	return constrain(func(w tensor.Mat) { scaleColumns(w, factor) })
}

// scaleRows multiplies each row by factor(Σ row²).
func scaleRows(w tensor.Mat, factor func(square float64) float64) {
	for i := range w.Rows {
		row, square := w.Row(i), 0.0
		for _, v := range row {
			square += float64(v) * float64(v) // exact in float64, so fusing changes nothing
		}
		by := factor(square)
		for j, v := range row {
			row[j] = float32(float64(v) * by)
		}
	}
}

// scaleColumns multiplies each column by factor(Σ column²), a few columns at a
// time so that memory is read along the rows.
func scaleColumns(w tensor.Mat, factor func(square float64) float64) {
	const block = 16
	for lo := 0; lo < w.Cols; lo += block {
		hi := min(lo+block, w.Cols)
		var by [block]float64
		for i := range w.Rows {
			for j, v := range w.Row(i)[lo:hi] {
				by[j] += float64(v) * float64(v)
			}
		}
		for j, square := range by {
			by[j] = factor(square)
		}
		for i := range w.Rows {
			row := w.Row(i)[lo:hi]
			for j, v := range row {
				row[j] = float32(float64(v) * by[j])
			}
		}
	}
}

var (
	_ = Constraints.Add("non_neg", "max(w, 0)", func(*spec.Fields) Constraint {
		return constrain(func(w tensor.Mat) {
			for i, v := range w.Data {
				w.Data[i] = max(v, 0)
			}
		})
	})
	_ = Constraints.Add("max_norm", "norms of at most max_value", func(f *spec.Fields) Constraint {
		most := f.Float("max_value", 2, "the largest norm", spec.NonNegative)
		return normed(f, func(n float64) float64 { return min(n, most) })
	})
	_ = Constraints.Add("unit_norm", "norms of 1", func(f *spec.Fields) Constraint {
		return normed(f, func(float64) float64 { return 1 })
	})
	_ = Constraints.Add("min_max_norm",
		"norms between min_value and max_value, approached by rate",
		func(f *spec.Fields) Constraint {
			lo := f.Float("min_value", 0, "the smallest norm", spec.NonNegative)
			hi := f.Float("max_value", 1, "the largest norm", spec.NonNegative)
			rate := f.Float("rate", 1, "share of the way that one update goes", spec.In(0, 1))
			if lo > hi {
				f.Problem("max_value", "exchange min_value and max_value", "max_value %v is less than min_value %v", hi, lo)
			}
			return normed(f, func(n float64) float64 {
				return float64(rate*min(max(n, lo), hi)) + float64((1-rate)*n)
			})
		})
)
