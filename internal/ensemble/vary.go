package ensemble

import (
	"math"
	"strconv"

	"mlp/internal/kernel"
	"mlp/internal/model"
	"mlp/internal/rng"
	"mlp/internal/spec"
)

// settings returns in what a variant, from 0, differs from the spec: nothing in the
// first; in each further one choices in turn, and draws that depend on seed, path and
// variant alone.
func settings(e *model.Ensemble, seed uint64, variant int) (all []model.Setting) {
	if variant == 0 {
		return nil
	}
	for _, v := range e.Vary {
		s := model.Setting{Path: v.Path}
		if v.Choices != nil {
			s.Value = v.Choices[(variant-1)%len(v.Choices)].Clone()
		} else {
			s.Value = draw(v, rng.New(seed, "vary "+v.Path).At(uint64(variant)).Float64(0))
		}
		all = append(all, s)
	}
	return all
}

// draw turns u, evenly drawn from [0, 1), into a value. Four digits are enough of it
// for a person who reads it.
func draw(v model.Vary, u float64) *spec.Node {
	low, high := v.Range[0], v.Range[1]
	x := low + float64(u*(high-low))
	if v.Log {
		a, b := kernel.Log64(low), kernel.Log64(high)
		x = kernel.Exp64(a + float64(u*(b-a)))
	}
	if v.Whole {
		return spec.NewInt(int64(math.Round(x)))
	}
	x, _ = strconv.ParseFloat(strconv.FormatFloat(x, 'g', 4, 64), 64) // of its own text
	return spec.NewFloat(x)
}
