package preprocess

import (
	"math"
	"testing"
)

// A smooth clip is nearly the number in the middle, rises everywhere, and is bounded
// however large the number is.
func TestSmoothClip(t *testing.T) {
	c := Clip{Max: 3, Smooth: true}
	last := math.Inf(-1)
	for z := -math.MaxFloat64; z < 1e-300; z /= 3 {
		if v := c.apply(z); !(v >= last && v >= -3 && v <= 0) || c.apply(-z) != -v {
			t.Fatalf("%g becomes %g, and %g before it", z, v, last)
		} else {
			last = v
		}
		if z == 0 {
			break
		}
	}
	// 4/√(1 + 16/9) = 12/5, an exact case
	if got := c.apply(4); got != 2.4000000000000004 && got != 2.4 {
		t.Errorf("4 becomes %v, want 2.4", got)
	}
	if got := c.apply(1e-9); got != 1e-9 {
		t.Errorf("1e-9 becomes %v", got)
	}
	if got := (Clip{}).apply(1e300); got != 1e300 {
		t.Errorf("without a bound 1e300 becomes %v", got)
	}
}
