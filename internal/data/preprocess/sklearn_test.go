package preprocess

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"mlp/internal/spec"
)

// The scalers give scikit-learn's numbers: testdata/sklearn holds them with the
// script that made them.
func TestScalersAgreeWithScikitLearn(t *testing.T) {
	plain, err := os.ReadFile("testdata/sklearn/scalers.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Columns map[string]struct{ Train, X []string }
		Cases   []struct {
			Column, Scaler string
			Want           []string
		}
	}
	if err := json.Unmarshal(plain, &file); err != nil {
		t.Fatal(err)
	}
	worst := 0.0
	for _, c := range file.Cases {
		n, err := spec.ParseJSON([]byte(c.Scaler), "case", "case")
		if err != nil {
			t.Fatal(err)
		}
		scaler, err := Scalers.Build(n)
		if err != nil {
			t.Fatal(err)
		}
		train, x, want := floats(t, file.Columns[c.Column].Train), floats(t, file.Columns[c.Column].X), floats(t, c.Want)
		if len(x) != len(want) || len(x) == 0 {
			t.Fatalf("%s: %d numbers, %d wanted", c.Column, len(x), len(want))
		}
		stats := scaler.Fit(train)
		for i := range x {
			got := scaler.Scale(stats, x[i])
			// Both work in float64 on the same values, and a network reads float32:
			// 1e-10 of the result is far below its 6e-8. What separates them are the
			// order of sums, the interpolation of quantiles, and the slope of the normal
			// quantile, which multiplies a share's rounding by up to 2e6 at its ends.
			gap := math.Abs(got-want[i]) / max(1, math.Abs(want[i]))
			if worst = max(worst, gap); !(gap <= 1e-10) {
				t.Errorf("%s of %s: %v becomes %v, scikit-learn has %v", c.Scaler, c.Column, x[i], got, want[i])
			}
		}
	}
	t.Logf("%d cases, worst %.2g", len(file.Cases), worst)
	if len(file.Cases) < 60 {
		t.Errorf("only %d cases", len(file.Cases))
	}
}

func floats(t *testing.T, words []string) []float64 {
	t.Helper()
	all := make([]float64, len(words))
	for i, w := range words {
		var err error
		if all[i], err = strconv.ParseFloat(w, 64); err != nil {
			t.Fatal(err)
		}
	}
	return all
}
