package train_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"

	"mlp/internal/evaluate"
	"mlp/internal/recipe/recipetest"
)

// The tutorial's network on the real table, as configs/pima.yaml has it, ends
// where Keras ends. testdata/keras/pima_range.json has Keras's own 20 runs.
func TestPimaEndsWhereKerasDoes(t *testing.T) {
	table, err := os.ReadFile("../../data/pima.csv")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/keras/pima_range.json")
	if err != nil {
		t.Fatal(err)
	}
	var keras struct {
		Accuracy, Loss struct{ Min, Median, Max float64 }
		Runs           []struct{ Seed int }
	}
	if err := json.Unmarshal(text, &keras); err != nil || len(keras.Runs) != 20 {
		t.Fatalf("%d runs of Keras: %v", len(keras.Runs), err)
	}
	var accuracies, losses []float64
	for seed := 1; seed <= 20; seed++ {
		m, s, p := recipetest.SetUp(t, fmt.Sprintf(`{"seed":%d,"data":{"target":"diabetes","numeric":{"scale":"none"}},
			"layers":[{"units":12,"init":"uniform","activation":"relu"},{"units":8,"init":"uniform","activation":"relu"},{"units":1,"init":"uniform","activation":"sigmoid"}],
			"compile":{"optimizer":"adam","loss":"binary_crossentropy","metrics":["accuracy"]},"fit":{"epochs":150,"batch_size":10}}`, seed), string(table), 1)
		recipetest.MustFit(t, m, s, p)
		e, err := evaluate.Model(m, p.Train, evaluate.Config{})
		if err != nil {
			t.Fatal(err)
		}
		accuracies, losses = append(accuracies, e.Values[0].Value), append(losses, e.Loss)
	}
	slices.Sort(accuracies)
	slices.Sort(losses)
	median := func(v []float64) float64 { return (v[9] + v[10]) / 2 }
	t.Logf("accuracy %.4f to %.4f, median %.4f; Keras %.4f to %.4f, median %.4f", accuracies[0], accuracies[19], median(accuracies),
		keras.Accuracy.Min, keras.Accuracy.Max, keras.Accuracy.Median)
	t.Logf("loss %.4f to %.4f, median %.4f; Keras %.4f to %.4f, median %.4f", losses[0], losses[19], median(losses), keras.Loss.Min, keras.Loss.Max, keras.Loss.Median)
	if m := median(accuracies); m < 0.76 || m < keras.Accuracy.Min || m > keras.Accuracy.Max {
		t.Errorf("median accuracy %.4f: want at least 0.76 and within Keras's %.4f to %.4f", m, keras.Accuracy.Min, keras.Accuracy.Max)
	}
	if m := median(losses); m < keras.Loss.Min || m > keras.Loss.Max {
		t.Errorf("median loss %.4f is outside Keras's %.4f to %.4f", m, keras.Loss.Min, keras.Loss.Max)
	}
}
