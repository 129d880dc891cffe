package optim

import (
	"math"
	"testing"
)

func TestMovingAverage(t *testing.T) {
	o := build(t, `{"type": "adam", "learning_rate": 0.1, "use_ema": true, "ema_momentum": 0.9}`)
	w := three(t, o)
	trained := append([]float32(nil), w...)
	want := []float64{.8883599, -1.8883595, .38836056, .1383594, -.01163739, -.18836091}
	for range 2 { // finishing twice changes nothing more
		o.Finish(w)
		for i := range want {
			if math.Abs(float64(w[i])-want[i]) > 5e-7 { // as in TestGoldens
				t.Errorf("average %d is %.8g, want %.8g", i, w[i], want[i])
			}
		}
	}
	o.Begin(w)
	for i := range w {
		if w[i] != trained[i] {
			t.Errorf("weight %d is %v after Begin, want the trained %v", i, w[i], trained[i])
		}
	}
}

// Until an update is complete the average is the weights; Keras writes it over
// the weights by its own count.
func TestAverageOverwrites(t *testing.T) {
	k := engine(t)
	o := build(t, `{"type": "sgd", "learning_rate": 1, "use_ema": true, "ema_momentum": 0.5, "ema_overwrite_frequency": 2}`)
	o.Init([]Span{{Name: "w", Rows: 1, Cols: 1}})
	w := []float32{0}
	o.Swap(w) // nothing to swap with yet
	// Averages −1, (−1 − 2)/2 written over −2, (−1.5 − 2.5)/2, (−2 − 3.5)/2 written over −3.5.
	for i, want := range []float32{-1, -1.5, -2.5, -2.75} {
		o.Step(k, w, []float32{1})
		if w[0] != want {
			t.Errorf("step %d: %v, want %v", i, w[0], want)
		}
	}
}
