package optim

import (
	"strings"
	"testing"
)

// A schedule counts batches, also those that only add to the gradient, and
// cannot be overruled.
func TestScheduleDrivesTheOptimizer(t *testing.T) {
	o := build(t, `{"type": "sgd", "learning_rate": {"type": "piecewise_constant", "boundaries": [1], "values": [1, 0.5]}, "gradient_accumulation_steps": 2}`)
	k := engine(t)
	o.Init([]Span{{Name: "w", Rows: 1, Cols: 1}})
	w := []float32{0}
	for i, want := range []struct {
		rate float64
		w    float32
	}{{1, 0}, {1, -1}, {0.5, -1}, {0.5, -1.5}} {
		if got := o.LearningRate(); got != want.rate {
			t.Errorf("batch %d: learning rate %v, want %v", i, got, want.rate)
		}
		o.Step(k, w, []float32{1})
		if w[0] != want.w {
			t.Errorf("batch %d: w = %v, want %v", i, w[0], want.w)
		}
	}
	if err := o.SetLearningRate(0.1); err == nil || !strings.Contains(err.Error(), "schedule") {
		t.Errorf("setting a scheduled learning rate gives %v", err)
	}
}
