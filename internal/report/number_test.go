package report

import (
	"math"
	"testing"
)

// Five digits, at most four decimals, and a price to its unit.
func TestNumbersAreReadable(t *testing.T) {
	for _, c := range []struct {
		value float64
		want  string
	}{
		{0, "0.0000"}, {-1e-13, "0.0000"}, {3.6563e-5, "3.6563e-05"}, {0.00101, "0.0010"}, {0.75261, "0.7526"}, {-0.5, "-0.5000"},
		{9.99994, "9.9999"}, {9.99996, "10.000"}, {14.34661, "14.347"}, {99.9996, "100.00"}, {123.456, "123.46"}, {-1234.56, "-1234.6"}, {9999.96, "10000"},
		{814047.5965, "814048"}, {-2428733.375, "-2428733"}, {999_999_999, "999999999"}, {4.51234e9, "4.5123e+09"}, {math.Inf(1), "+Inf"}, {math.NaN(), "NaN"},
	} {
		if got := number(c.value); got != c.want {
			t.Errorf("%v is written %q, not %q", c.value, got, c.want)
		}
	}
}
