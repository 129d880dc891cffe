package predict_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"mlp/internal/data/source"
	"mlp/internal/predict"
	"mlp/internal/recipe/recipetest"
)

// A step of training on the first row of the tutorial's table is Keras's: its loss, the
// gradient at every weight, and where Adam puts it.
func TestTracedStepIsKeras(t *testing.T) {
	text, err := os.ReadFile("testdata/gradient.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Row        []float64
		Kernels    [][][]float32
		Biases     [][]float32
		Loss       float64
		Parameters []struct {
			Name          string
			Gradient, New []float64
		}
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	var layers []string
	for i, activation := range []string{"relu", "relu", "sigmoid"} {
		kernel, _ := json.Marshal(want.Kernels[i])
		bias, _ := json.Marshal(want.Biases[i])
		layers = append(layers, fmt.Sprintf(`{"units": %d, "activation": %q, "kernel": %s, "bias": %s}`, len(want.Biases[i]), activation, kernel, bias))
	}
	cells := strings.Trim(strings.ReplaceAll(fmt.Sprint(want.Row), " ", ","), "[]")
	table := "a,b,c,d,e,f,g,h,y\n" + cells + ",pos\n" + strings.ReplaceAll(cells, "148", "85") + ",neg\n"
	m, _, _ := recipetest.SetUp(t, `{"data": {"target": "y", "numeric": {"scale": "none"}}, "layers": [`+strings.Join(layers, ",")+
		`], "compile": {"optimizer": "adam", "loss": "binary_crossentropy"}, "fit": {"epochs": 1}}`, table, 1)
	got, err := predict.TraceRow(m, source.Bytes("rows.csv", []byte(table)), 1, 0, true)
	if err != nil {
		t.Fatal(err)
	}
	// Three products of at most 12 terms forward and two back, each term and sum rounded to
	// 24 bits: 64 roundings of the largest number that stands in them.
	const rounding = 64.0 / (1 << 24)
	if d := math.Abs(got.Step.Loss - want.Loss); d > rounding*want.Loss {
		t.Errorf("the loss is %v, Keras's %v", got.Step.Loss, want.Loss)
	}
	if len(got.Step.Params) != len(want.Parameters) {
		t.Fatalf("%d parameters have a step, not %d", len(got.Step.Params), len(want.Parameters))
	}
	moved := 0
	for i, w := range want.Parameters {
		p := got.Step.Params[i]
		if p.Name != w.Name || len(p.Gradient) != len(w.Gradient) {
			t.Fatalf("parameter %d is %s with %d weights, Keras's %s with %d", i, p.Name, len(p.Gradient), w.Name, len(w.Gradient))
		}
		largest := 0.0
		for _, g := range w.Gradient {
			largest = max(largest, math.Abs(g))
		}
		for k, g := range w.Gradient {
			if d := math.Abs(float64(p.Gradient[k]) - g); d > rounding*largest {
				t.Errorf("%s[%d]: the gradient is %v, Keras's %v", w.Name, k, p.Gradient[k], g)
			}
			// Adam's first step divides by √(1−β₂) = √(1−0.999), which single precision knows to
			// 2⁻²⁴ of 0.001: of a step of the size of the rate, 0.001, that is 2⁻²⁴.
			if d := math.Abs(float64(p.New[k]) - w.New[k]); d > rounding*math.Abs(w.New[k])+1.0/(1<<24) {
				t.Errorf("%s[%d]: the new weight is %v, Keras's %v", w.Name, k, p.New[k], w.New[k])
			}
			if p.New[k] != p.Before[k] {
				moved++
			}
		}
	}
	if moved < 50 {
		t.Errorf("the step moves %d weights: the row does not reach the network", moved)
	}
}
