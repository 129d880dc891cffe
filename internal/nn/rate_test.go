package nn

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"mlp/internal/problem"
	"mlp/internal/schedule"
	"mlp/internal/tensor"
)

// Factors reach the parameters of a layer, the bias has one more, and a block passes
// its own on to the layers within it.
func TestLearningRateFactors(t *testing.T) {
	n, err := Build(elements(t, `[
		{"type": "dense", "units": 3, "learning_rate_multiplier": 0.5, "bias_learning_rate_multiplier": 0.1},
		{"type": "residual", "learning_rate_multiplier": 4, "layers": [
			{"type": "dense", "units": 3, "learning_rate_multiplier": 2, "bias_learning_rate_multiplier": 8},
			{"type": "batch_normalization"}]},
		{"type": "dense", "units": 1}]`), 2)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]float32{"dense/kernel": 0.5, "dense/bias": 0.05, "dense_1/kernel": 8, "dense_1/bias": 64,
		"batch_normalization/gamma": 4, "batch_normalization/beta": 4, "dense_2/kernel": 1, "dense_2/bias": 1}
	for _, p := range n.Params {
		if w, ok := want[p.Name]; ok && p.Rate != w {
			t.Errorf("%s has factor %v, want %v", p.Name, p.Rate, w)
		}
		delete(want, p.Name)
	}
	if len(want) > 0 {
		t.Errorf("not declared: %v", want)
	}
}

func TestFactorsOfNothing(t *testing.T) {
	for layer, want := range map[string]string{
		`{"type": "dropout", "learning_rate_multiplier": 2}`:                                                            "the layer has no parameters, so it has no learning rate",
		`{"type": "dense", "units": 2, "use_bias": false, "bias_learning_rate_multiplier": 2}`:                          "the layer has no bias",
		`{"type": "residual", "layers": [{"type": "activation", "activation": "relu", "learning_rate_multiplier": 3}]}`: "the layer has no parameters",
	} {
		_, err := Build(elements(t, fmt.Sprintf(`[%s, {"type": "dense", "units": 1}]`, layer)), 2)
		if problems, _ := err.(problem.Problems); len(problems) != 1 || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", layer, err, want)
		}
	}
}

// The layer scale moves six times as fast as the rest, and decays by the square of its
// factor, unless told otherwise.
func TestScaleHasItsOwnRate(t *testing.T) {
	for layer, want := range map[string][2]float32{
		`"scale"`: {6, 6},
		`{"type": "scale", "learning_rate_multiplier": 2}`:                         {2, 2},
		`{"type": "residual", "learning_rate_multiplier": 3, "layers": ["scale"]}`: {18, 6},
	} {
		n := build(t, "["+layer+"]", 2)
		p := n.Params[0]
		if p.Rate != want[0] || p.DecayRate != want[1] || !p.Decay {
			t.Errorf("%s: factors %v and %v, decay %v, want %v", layer, p.Rate, p.DecayRate, p.Decay, want)
		}
	}
}

// The rate of dropout is that of the moment, forward and backward, and none at the end.
func TestDropoutFollowsTheRun(t *testing.T) {
	n := build(t, `[{"type": "dropout", "rate": {"flat_cosine": {"initial": 0.5}}}, {"type": "dense", "units": 1}]`, 1000)
	w := n.NewWorkspace(engine(t), 1)
	w.Training, w.Time = true, schedule.Time{First: 50, Length: 100}
	x, dy := tensor.New(1, 1000), tensor.New(1, 1000)
	for i := range x.Data {
		x.Data[i] = 1
	}
	for step, rate := range map[int64]float64{0: 0.5, 50: 0.5, 75: 0.25, 100: 0} {
		w.Time.Step = 50 + step
		y := n.Elements[0].Forward(w, x)
		copy(dy.Data, x.Data)
		dx := n.Elements[0].Backward(w, dy)
		dropped := 0.0
		for i, v := range y.Data {
			if dx.Data[i] != v {
				t.Fatalf("step %d: output %v, gradient %v", step, v, dx.Data[i])
			}
			switch v {
			case 0:
				dropped++
			case float32(1 / (1 - rate)):
			default:
				t.Fatalf("step %d: %v is neither 0 nor 1/(1 − %v)", step, v, rate)
			}
		}
		// Five standard deviations of 1000 draws: 0.08.
		if math.Abs(dropped/1000-rate) > 0.08 {
			t.Errorf("step %d: %v of the inputs are dropped, want %v", step, dropped/1000, rate)
		}
	}
	if !n.OverRun() {
		t.Error("the network does not depend on the run")
	}
}
