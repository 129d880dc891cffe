package task_test

import (
	"math"
	"slices"
	"testing"

	"mlp/internal/task"
)

// The ends of Poisson intervals against probabilities from their logarithms, which
// math.Lgamma gives.
func TestPoissonInterval(t *testing.T) {
	h := task.Head{Form: task.Rate}
	for _, rate := range []float32{0.01, 0.3, 1, 2.5, 7, 40, 333, 9000} {
		for _, share := range []float64{0.5, 0.8, 0.9, 0.99} {
			low, high := h.Interval([]float32{rate}, share)
			tail, sum := (1-share)/2, 0.0
			wantLow, wantHigh := -1.0, -1.0
			for k := 0.0; wantHigh < 0; k++ {
				of, _ := math.Lgamma(k + 1)
				sum += math.Exp(k*math.Log(float64(rate)) - float64(rate) - of)
				if wantLow < 0 && sum >= tail {
					wantLow = k
				}
				if sum >= 1-tail {
					wantHigh = k
				}
			}
			if low != wantLow || high != wantHigh {
				t.Errorf("rate %g, %g: %g to %g, want %g to %g", rate, share, low, high, wantLow, wantHigh)
			}
		}
	}
	if low, high := h.Interval([]float32{4e6}, 0.9); math.Abs(low-3996710) > 20 || math.Abs(high-4003290) > 20 { // ± 1.645·2000, and 1 % of 2000
		t.Errorf("of a large rate %g to %g", low, high)
	}
	if low, high := h.Interval([]float32{0}, 0.9); low != 0 || high != 0 {
		t.Errorf("of no rate %g to %g", low, high)
	}
	if low, _ := h.Interval([]float32{float32(math.NaN())}, 0.9); low == low {
		t.Errorf("of NaN %g", low)
	}
}

func TestQuantilesOfAHead(t *testing.T) {
	h := task.Head{Form: task.Quantiles, Parts: []float64{0.025, 0.1, 0.25, 0.5, 0.9, 0.975}}
	if names := h.Names([]string{"y"}); !slices.Equal(names, []string{"y_q2.5", "y_q10", "y_q25", "y_q50", "y_q90", "y_q97.5"}) {
		t.Error(names)
	}
	if s := h.Shares(); !slices.Equal(s, []float64{0.8, 0.95}) {
		t.Error(s)
	}
	if h.Point() != 3 || h.Outputs(1) != 6 || !h.Several() {
		t.Error(h.Point(), h.Outputs(1))
	}
	for share, gives := range map[float64]bool{0.8: true, 0.95: true, 0.5: false, 0.9: false} {
		if h.Gives(share) != gives {
			t.Errorf("%g: %v", share, !gives)
		}
	}
	if low, high := h.Interval([]float32{1, 2, 3, 4, 5, 6}, 0.8); low != 2 || high != 5 {
		t.Errorf("%g to %g", low, high)
	}
}
