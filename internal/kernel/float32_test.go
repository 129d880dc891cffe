package kernel

import (
	"math"
	"os"
	"strconv"
	"testing"
)

// TestScalarAccuracy sweeps each float32 function over all exponents and both
// signs. The bounds are the worst errors over every 17th float32 there is,
// rounded up; MLP_SWEEP=17 repeats that sweep (minutes), 1 takes them all.
func TestScalarAccuracy(t *testing.T) {
	sigmoid := func(x float64) float64 {
		if x < 0 {
			e := math.Exp(x)
			return e / (1 + e)
		}
		return 1 / (1 + math.Exp(-x))
	}
	softplus := func(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	negZero := float32(math.Copysign(0, -1))
	stride := uint64(4099)
	if s := os.Getenv("MLP_SWEEP"); s != "" {
		var err error
		if stride, err = strconv.ParseUint(s, 10, 32); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name     string
		f        func(float32) float32
		want     func(float64) float64
		ulp      float64
		monotone bool
		at       [5]float32 // at 0, −0, +Inf, −Inf, NaN
	}{
		{"Exp32", Exp32, math.Exp, 1.0, true, [5]float32{1, 1, inf, 0, nan}},
		{"Expm132", Expm132, math.Expm1, 1.5, true, [5]float32{0, negZero, inf, -1, nan}},
		{"Log32", Log32, math.Log, 0.9, true, [5]float32{-inf, -inf, inf, nan, nan}},
		{"Tanh32", Tanh32, math.Tanh, 1.4, true, [5]float32{0, negZero, 1, -1, nan}},
		{"Sigmoid32", Sigmoid32, sigmoid, 2.4, true, [5]float32{0.5, 0.5, 1, 0, nan}},
		{"Softplus32", Softplus32, softplus, 1.7, false, [5]float32{math.Ln2, math.Ln2, inf, 0, nan}},
		{"Erf32", Erf32, math.Erf, 1.3, true, [5]float32{0, negZero, 1, -1, nan}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i, x := range []float32{0, negZero, inf, -inf, nan} {
				if got := c.f(x); !same(got, c.at[i]) {
					t.Errorf("at %v it is %v, want %v", x, got, c.at[i])
				}
			}
			worst, at := 0.0, float32(0)
			for _, sign := range []uint32{0, 1 << 31} {
				last := c.f(math.Float32frombits(sign))
				for u := uint64(1); u < 0x7f800000; u += stride {
					x := math.Float32frombits(uint32(u) | sign)
					got, want := c.f(x), c.want(float64(x))
					if e := ulps(got, want); !(e <= worst) {
						worst, at = e, x
					}
					if c.monotone && (sign == 0 && got < last || sign != 0 && got > last) {
						t.Fatalf("not monotone: %v at %v, %v just before", got, x, last)
					}
					last = got
				}
			}
			t.Logf("worst error %.3f ulp, at %v", worst, at)
			if worst > c.ulp {
				t.Errorf("error of %.3f ulp at %v: %v, want %v; bound %v", worst, at, c.f(at), c.want(float64(at)), c.ulp)
			}
		})
	}
}

// ulps returns the error of got in units of the last place of want, of which
// there are 24 bits, or fewer for denormals.
func ulps(got float32, want float64) float64 {
	switch {
	case want != want && got != got:
		return 0
	case want != want || got != got:
		return math.Inf(1)
	case math.Abs(want) >= math.MaxFloat32*(1+0x1p-25): // rounds to Inf
		if float64(got) == math.Copysign(math.Inf(1), want) {
			return 0
		}
		return math.Inf(1)
	}
	_, e := math.Frexp(want)
	return math.Abs(float64(got)-want) / math.Ldexp(1, max(e-24, -149))
}
