package evaluate_test

import (
	"math"
	"testing"

	"mlp/internal/evaluate"
	"mlp/internal/recipe/recipetest"
)

// Each of several targets has the figures of its own column, in its own units, beside
// those of its mean; one target has none apart.
func TestEachTarget(t *testing.T) {
	spec := `{"data":{"target":["height","width"],"columns":[{"name":"height","type":"numeric"},{"name":"width","type":"numeric"}]},"layers":[{"units":4,"activation":"tanh"},{"units":2}],"compile":{"loss":"mse"},"fit":{"epochs":3}}`
	m, s, p := recipetest.SetUp(t, spec, recipetest.Flowers(), 1)
	recipetest.MustFit(t, m, s, p)
	found, err := evaluate.Measure(m, p.Train, evaluate.Config{Thorough: true})
	if err != nil {
		t.Fatal(err)
	}
	pred, truth := found.Outputs(), p.Train.Truth
	for j, got := range found.Targets {
		if want := []string{"height", "width"}[j]; got.Target != want {
			t.Errorf("target %d is %q, not %q", j, got.Target, want)
		}
		var mean, absolute, square, around float64
		for i := range truth.Rows {
			mean += float64(truth.At(i, j)) / float64(truth.Rows)
		}
		for i := range truth.Rows {
			d := float64(truth.At(i, j)) - float64(pred.At(i, j))
			absolute, square = absolute+math.Abs(d), square+d*d
			around += math.Pow(float64(truth.At(i, j))-mean, 2)
		}
		n := float64(truth.Rows)
		for k, want := range []struct{ value, baseline float64 }{
			{absolute / n, math.NaN()}, {math.Sqrt(square / n), math.Sqrt(around / n)}, {1 - square/around, 0},
		} {
			v := got.Values[k]
			// The metrics subtract in float32, as Keras does.
			if math.Abs(v.Value-want.value) > 1e-5*(1+math.Abs(want.value)) || !(v.Low <= v.Value && v.Value <= v.High) {
				t.Errorf("%s of %s: %v within %v and %v, want %v", v.Name, got.Target, v.Value, v.Low, v.High, want.value)
			}
			if want.baseline == want.baseline && math.Abs(v.Baseline-want.baseline) > 1e-5*(1+want.baseline) {
				t.Errorf("%s of %s: baseline %v, want %v", v.Name, got.Target, v.Baseline, want.baseline)
			}
		}
	}
	if len(found.Targets) != 2 {
		t.Errorf("%d targets", len(found.Targets))
	}
	m, _, p = recipetest.SetUp(t, recipetest.Kinds["regression"], recipetest.Flowers(), 1)
	one, err := evaluate.Model(m, p.Train, evaluate.Config{Thorough: true})
	if err != nil || one.Targets != nil {
		t.Errorf("of one target: %v, %v", one.Targets, err)
	}
}
