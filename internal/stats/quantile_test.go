package stats

import "testing"

// The values are NumPy's: numpy.quantile([1, 2, 4, 8], q).
func TestQuantile(t *testing.T) {
	for _, c := range []struct {
		sorted  []float64
		q, want float64
	}{
		{[]float64{1, 2, 4, 8}, 0, 1},
		{[]float64{1, 2, 4, 8}, 0.25, 1.75},
		{[]float64{1, 2, 4, 8}, 0.5, 3},
		{[]float64{1, 2, 4, 8}, 0.75, 5},
		{[]float64{1, 2, 4, 8}, 1, 8},
		{[]float64{5}, 0.3, 5},
		{[]float64{0.1, 0.7}, 1, 0.7}, // exactly the largest, whatever 0.1 + (0.7 − 0.1) rounds to
	} {
		if got := Quantile(c.sorted, c.q); got != c.want {
			t.Errorf("the %v-quantile of %v is %v, want %v", c.q, c.sorted, got, c.want)
		}
	}
	if got := Quantile([]float32{1, 2, 4, 8}, 0.5); got != 3 {
		t.Errorf("the median of float32 is %v, want 3", got)
	}
}
