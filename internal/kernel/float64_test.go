package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestFloat64Functions compares with package math, which errs by less than an
// ulp itself where it says so: the bounds allow for both.
func TestFloat64Functions(t *testing.T) {
	for _, c := range []struct {
		name      string
		got, want func(float64) float64
		lo, hi    float64
		ulp       float64
	}{
		{"Exp64", Exp64, math.Exp, -708, 709, 2},
		{"Exp64 near 0", Exp64, math.Exp, -1, 1, 2},
		{"Expm164", Expm164, math.Expm1, -40, 700, 2},
		{"Expm164 near 0", Expm164, math.Expm1, -1, 1, 2},
		{"Log64", Log64, math.Log, 0, 3, 2},
		{"Log64 near 1", Log64, math.Log, 0.999, 1.001, 2},
		{"Log1p64", Log1p64, math.Log1p, -1, 3, 2},
		{"Log1p64 near 0", Log1p64, math.Log1p, -1e-4, 1e-4, 2},
		{"Tanh64", Tanh64, math.Tanh, -3, 3, 3},
		{"Tanh64 near 0", Tanh64, math.Tanh, -0.01, 0.01, 3},
		{"erf64", erf64, math.Erf, -6.5, 6.5, 4},
		{"erf64 near 0", erf64, math.Erf, -0.01, 0.01, 3},
		{"Cos64", Cos64, math.Cos, -10, 10, 2},
		{"Cos64 of large angles", Cos64, math.Cos, -1e6, 1e6, 2},
	} {
		r := rand.New(rand.NewPCG(9, 9))
		worst, at := 0.0, 0.0
		for range 20000 {
			x := c.lo + (c.hi-c.lo)*r.Float64()
			want := c.want(x)
			d := math.Abs(c.got(x)-want) / (math.Nextafter(math.Abs(want), math.Inf(1)) - math.Abs(want))
			if !(d <= worst) {
				worst, at = d, x
			}
		}
		t.Logf("%s: %.2f ulp from math, at %v", c.name, worst, at)
		if !(worst <= c.ulp) {
			t.Errorf("%s: %.2f ulp from math at %v: %v, want %v", c.name, worst, at, c.got(at), c.want(at))
		}
	}
}
