package nn

import (
	"math"
	"slices"
	"testing"

	"mlp/internal/tensor"
)

// TestRanges holds the declared range of every activation against its values: none
// lies outside, and each end is approached, an infinite one by values beyond ±5.
func TestRanges(t *testing.T) {
	k := engine(t)
	const steps = 4001
	x := tensor.New(steps, 3)
	for i := range steps {
		v := float32(i-steps/2) / 40 // −50 … 50
		copy(x.Row(i), []float32{v, -v, v / 10})
	}
	for _, name := range Activations.Names() {
		for _, p := range append(slices.Clone(activationCases[name]), nil) {
			if p == nil && name == "threshold" {
				continue
			}
			a := makeActivation(t, name, p)
			y := tensor.New(x.Rows, x.Cols)
			a.Forward(k, y, x)
			low, high := math.Inf(1), math.Inf(-1)
			for _, v := range y.Data {
				low, high = min(low, float64(v)), max(high, float64(v))
			}
			want := a.Range
			if want.All() {
				want.Low, want.High = math.Inf(-1), math.Inf(1)
			}
			for _, end := range []struct {
				name           string
				found, declare float64
			}{{"low", -low, -want.Low}, {"high", high, want.High}} {
				// A float32 may round a value to just beyond its end; and silu's lowest
				// point lies between two steps.
				if end.found > end.declare+1e-6 {
					t.Errorf("%s %v: a value beyond the %s end: %g, declared %g", name, p, end.name, end.found, end.declare)
				}
				if math.IsInf(end.declare, 1) && end.found < 4.9 || !math.IsInf(end.declare, 1) && end.found < end.declare-0.03 {
					t.Errorf("%s %v: the %s end is not approached: %g, declared %g", name, p, end.name, end.found, end.declare)
				}
			}
		}
	}
}
