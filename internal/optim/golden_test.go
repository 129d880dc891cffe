package optim

import (
	"math"
	"testing"

	"mlp/internal/kernel"
	"mlp/internal/spec"
)

// build makes an optimizer from a spec written as JSON.
func build(t testing.TB, text string) *Optimizer {
	t.Helper()
	n, err := spec.ParseJSON([]byte(text), "test", "test")
	if err != nil {
		t.Fatal(err)
	}
	o, err := Optimizers.Build(n)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return o
}

func engine(t testing.TB) *kernel.Engine {
	t.Helper()
	k, err := kernel.New("native", 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	return k
}

// spans are a 2 × 2 kernel and its bias of 2.
func spans() []Span {
	return []Span{
		{Name: "dense/kernel", Off: 0, Rows: 2, Cols: 2, Decay: true},
		{Name: "dense/bias", Off: 4, Rows: 1, Cols: 2},
	}
}

// three runs the three updates of the golden values.
func three(t *testing.T, o *Optimizer) []float32 {
	t.Helper()
	k := engine(t)
	o.Init(spans())
	w := []float32{1, -2, .5, .25, .1, -.3}
	for _, s := range []float32{1, -0.5, 2} {
		g := []float32{.5, -1, .25, 2, .1, -.2}
		for i := range g {
			g[i] *= s
		}
		o.Step(k, w, g)
	}
	return w
}

// Weights after three updates with learning rate 0.1, computed by Keras 3 in
// float32 (torch backend). Keras decays biases too.
func TestGoldens(t *testing.T) {
	for _, c := range goldens {
		got := three(t, build(t, c.spec))
		for i, want := range c.want {
			// Three updates of numbers up to 2, each a handful of operations in
			// float32: units of 2⁻²³. The goldens have eight digits.
			if math.Abs(float64(got[i])-want) > 5e-7 {
				t.Errorf("%s: weight %d is %.8g, want %.8g", c.spec, i, got[i], want)
			}
		}
	}
}

var goldens = []struct {
	spec string
	want []float64
}{
	{`{"type": "sgd", "learning_rate": 0.1}`, []float64{.87499994, -1.7499999, .43749997, -.25, .075, -.24999999}},
	{`{"type": "sgd", "learning_rate": 0.1, "momentum": 0.9}`, []float64{.81200004, -1.6240001, .40600002, -.502, .0624, -.22480002}},
	{`{"type": "sgd", "learning_rate": 0.1, "momentum": 0.9, "nesterov": true}`, []float64{.70579994, -1.4115999, .35289997, -.92679995, .04116, -.18231997}},
	{`{"type": "sgd", "learning_rate": 0.1, "weight_decay": 0.1, "decay_all": true}`, []float64{.84604394, -1.6920879, .42302197, -.25444525, .0721789, -.24138768}},
	{`{"type": "sgd", "learning_rate": 0.1, "clipnorm": 1}`, []float64{.97830695, -1.9566139, .48915347, .16322781, .075, -.24999999}},
	{`{"type": "sgd", "learning_rate": 0.1, "clipvalue": 0.3}`, []float64{.9649999, -1.97, .45749998, .22, .075, -.26}},
	{`{"type": "sgd", "learning_rate": 0.1, "global_clipnorm": 1}`, []float64{.97840834, -1.9568167, .48920417, .16363329, .09568167, -.29136333}},
	{`{"type": "sgd", "learning_rate": 0.1, "gradient_accumulation_steps": 2}`, []float64{.9875, -1.975, .49375, .2, .0975, -.29500002}},
	{`{"type": "rmsprop", "learning_rate": 0.1}`, []float64{.5493567, -1.5493562, .04935822, -.20064372, -.35063154, .15064067}},
	{`{"type": "rmsprop", "learning_rate": 0.1, "momentum": 0.9}`, []float64{.14130583, -1.1413049, -.35869005, -.6086954, -.758662, .5586871}},
	{`{"type": "rmsprop", "learning_rate": 0.1, "centered": true}`, []float64{.5162732, -1.5162728, .01627502, -.23372735, -.3837121, .18372354}},
	{`{"type": "adam", "learning_rate": 0.1}`, []float64{.8075573, -1.8075569, .30755824, .05755655, -.09243888, -.10755873}},
	{`{"type": "adam", "learning_rate": 0.1, "amsgrad": true}`, []float64{.8075573, -1.8075569, .30755824, .05755655, -.09243888, -.10755873}},
	{`{"type": "adamw", "learning_rate": 0.1, "decay_all": true}`, []float64{.8064484, -1.8052483, .30704907, .05734731, -.09246819, -.10728949}},
}

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
