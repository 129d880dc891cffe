package evaluate_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/tensor"
)

// signs is a table of two numbers with three yes-or-no answers about them, and the
// three shares of a fourth thing.
func signs() string {
	var b strings.Builder
	b.WriteString("a,b,left,low,both,r,g,t\n")
	for i := range 80 {
		a, c := float64(i%9)/4-1, float64(i*7%11)/5-1
		bit := func(yes bool) int {
			if yes {
				return 1
			}
			return 0
		}
		r, g := float64(i%5)/8, float64(i%3)/8
		fmt.Fprintf(&b, "%.3f,%.3f,%d,%d,%d,%v,%v,%v\n", a, c, bit(a < 0), bit(c < 0), bit(a < 0 && c < 0), r, g, 1-r-g)
	}
	return b.String()
}

// Several columns of zeros and ones are labels that do not exclude each other:
// they are not standardised, the words "auto" and "accuracy" mean each label's
// (pitfall 4), and a model that is read again predicts the same.
func TestSeveralLabels(t *testing.T) {
	m, s, p := recipetest.SetUp(t, `{"data":{"target":["left","low","both"],"ignore":["r","g","t"],"numeric":{"scale":"none"}},
		"layers":[{"units":12,"activation":"relu"},{"units":3,"activation":"sigmoid"}],
		"compile":{"optimizer":{"type":"adam","learning_rate":0.05},"loss":"binary_crossentropy"},"fit":{"epochs":60,"batch_size":16}}`, signs(), 1)
	recipetest.MustFit(t, m, s, p)
	e, err := evaluate.Model(m, p.Train, evaluate.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if e.Values[0].Name != "accuracy" || e.Values[0].Value < 0.97 {
		t.Errorf("%s is %v, want an accuracy near 1", e.Values[0].Name, e.Values[0].Value)
	}
	path := t.TempDir() + "/labels.bin"
	if err := os.WriteFile(path, recipetest.Written(t, m), 0o644); err != nil {
		t.Fatal(err)
	}
	back, err := model.Read(path, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	before, after := tensor.New(p.Train.X.Rows, 3), tensor.New(p.Train.X.Rows, 3)
	m.Predict(p.Train.X, before)
	back.Predict(p.Train.X, after)
	for i, v := range before.Data {
		if v < 0 || v > 1 || v != after.Data[i] {
			t.Fatalf("prediction %d is %v, %v after reading", i, v, after.Data[i])
		}
	}
}

func TestTargetsOfProbabilitiesAreChecked(t *testing.T) {
	const labels, shares = `"left","low","both"`, `"r","g","t"`
	for _, c := range []struct{ targets, activation, loss, scale, want string }{
		{labels, "sigmoid", "binary_crossentropy", "auto", ""},
		{labels, "sigmoid", "dice", "auto", ""},
		{labels, "linear", "hinge", "auto", ""},
		{labels, "softmax", "binary_crossentropy", "auto", "needs a probability for each label"},
		{labels, "sigmoid", "binary_crossentropy", "true", "takes targets as they stand"},
		{labels, "sigmoid", "sparse_categorical_crossentropy", "auto", "takes the number of a class"},
		{labels, "sigmoid", "mse", "auto", ""}, // all of them lie between 0 and 1
		{shares, "softmax", "kl_divergence", "auto", ""},
		{shares, "softmax", "categorical_crossentropy", "auto", ""},
		{shares, "sigmoid", "categorical_crossentropy", "auto", "needs probabilities"},
	} {
		text := fmt.Sprintf(`{"data":{"target":[%s],"ignore":[],"scale_target":%q},"layers":[{"units":3,"activation":%q}],"compile":{"loss":%q}}`,
			c.targets, c.scale, c.activation, c.loss)
		m, s, p, err := recipetest.TrySetUp(text, signs(), 1)
		if err == nil {
			recipetest.MustFit(t, m, s, p)
			m.Close()
		}
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%+v: %v", c, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%+v: got %v", c, err)
		}
	}
}
