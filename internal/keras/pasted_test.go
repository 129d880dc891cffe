package keras_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"mlp/internal/config"
	"mlp/internal/evaluate"
	"mlp/internal/keras"
	"mlp/internal/nn"
	"mlp/internal/recipe"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/spec"
	"mlp/internal/train"
)

// A pasted network is one of those in testdata/models.json.
type pasted struct {
	Name, Kind  string
	Spec        string             // as it is typed from a page; "" for one that is drawn there
	Model       json.RawMessage    // model.to_json()
	ClassWeight map[string]float64 `json:"class_weight"`
	X           [][]float64
	Y           []float64
	Weights     map[string]any
	Float32     float64 // the loss after ten steps
	Float64     float64
	Turned      *float64 // as Float32, with the rows of each batch turned round; nil: not tried
}

// models is another file of networks, random ones: make networks.
var models = flag.String("models", "testdata/models.json", "networks to compare with Keras")

func networks(t testing.TB) []pasted {
	t.Helper()
	text, err := os.ReadFile(*models)
	if err != nil {
		t.Fatal(err)
	}
	var all struct{ Cases []pasted }
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all.Cases
}

// Networks from pages about Keras, typed line by line and as Keras's JSON, have Keras's
// loss after ten steps.
func TestPastedNetworksAreKeras(t *testing.T) {
	typed := 0
	for _, c := range networks(t) {
		tree, err := config.Parse(c.Model, c.Name+".json")
		if err != nil {
			t.Fatal(err)
		}
		if !keras.IsModel(tree) {
			t.Fatalf("%s: is no model", c.Name)
		}
		if tree, err = keras.Spec(tree); err != nil {
			t.Errorf("%s as JSON: %v", c.Name, err)
			continue
		}
		c.compare(t, "as JSON", tree)
		if c.Spec == "" {
			continue
		}
		typed++
		if tree, err = config.Parse([]byte(c.Spec), c.Name+".yaml"); err != nil {
			t.Fatal(err)
		}
		if keras.IsModel(tree) {
			t.Errorf("%s: a spec is taken for a model", c.Name)
		}
		c.compare(t, "typed", tree)
	}
	if typed < 24 && !strings.HasPrefix(networks(t)[0].Name, "random") {
		t.Errorf("only %d were typed", typed)
	}
}

// compare trains a spec from the weights that Keras had, on the same rows in the same order.
func (c pasted) compare(t *testing.T, how string, tree *spec.Node) {
	t.Helper()
	put := func(path string, v *spec.Node) {
		if err := tree.Set(path, v); err != nil {
			t.Fatal(err)
		}
	}
	put("data.target", spec.NewString("y"))
	put("data.task", spec.NewString(map[string]string{"binary": "binary", "class": "multiclass", "number": "regression", "count": "regression"}[c.Kind]))
	put("data.scale_target", spec.NewBool(false))
	put("data.numeric", spec.NewMap())
	put("data.numeric.scale", spec.NewString("none"))
	put("fit.epochs", spec.NewInt(1))
	put("fit.batch_size", spec.NewInt(16))
	put("fit.shuffle", spec.NewBool(false))
	for label, weight := range c.ClassWeight {
		put("fit.class_weight."+label, spec.NewFloat(weight))
	}
	s, err := recipe.Decode(tree)
	if err != nil {
		t.Errorf("%s %s: %v", c.Name, how, err)
		return
	}
	quiet(s.Tree)
	m, s, parts := recipetest.SetUp(t, string(spec.CanonicalJSON(s.Tree)), c.table(), 1)
	given := 0
	for i, p := range m.Net.Params {
		if values := flat(c.Weights[p.Name]); len(values) == p.Len() {
			for j, v := range values {
				m.Work.Param(nn.ParamID(i)).Data[j] = float32(v)
			}
			given++
		} else if !strings.HasSuffix(p.Name, "/mean") && !strings.HasSuffix(p.Name, "/variance") { // of the rows, as in Keras
			t.Errorf("%s %s: Keras has no weights %s, or %d of them", c.Name, how, p.Name, len(values))
		}
	}
	if given != len(c.Weights) {
		t.Errorf("%s %s: %d weights of Keras's %d have a place", c.Name, how, given, len(c.Weights))
	}
	if _, err := train.Fit(context.Background(), m, train.Options{Config: s.Fit, Parts: parts}); err != nil {
		t.Fatalf("%s %s: %v", c.Name, how, err)
	}
	rows := *parts.Train
	rows.Weight = nil
	e, err := evaluate.Model(m, &rows, evaluate.Config{Threshold: s.Evaluate.Threshold})
	if err != nil {
		t.Fatal(err)
	}
	// The promise is 1e-6 after ten steps, beyond which a few may be by as much as Keras in
	// float32 is from itself in float64, or from itself with the rows of a batch turned round.
	got, allowed := e.Result.Loss, 1e-6*math.Max(1, math.Abs(c.Float64))+math.Abs(c.Float32-c.Float64)
	if c.Turned != nil {
		allowed += math.Abs(*c.Turned - c.Float64)
	}
	if d := math.Abs(got - c.Float64); !(d <= allowed) {
		t.Errorf("%s %s: loss %.9g after ten steps, in Keras %.9g; %.1e apart, %.1e allowed", c.Name, how, got, c.Float64, d, allowed)
	}
}

func (c pasted) table() string {
	var b strings.Builder
	for j := range c.X[0] {
		fmt.Fprintf(&b, "x%d,", j)
	}
	b.WriteString("y\n")
	for i, row := range c.X {
		for _, v := range row {
			b.WriteString(strconv.FormatFloat(v, 'g', -1, 64) + ",")
		}
		b.WriteString(strconv.FormatFloat(c.Y[i], 'g', -1, 64) + "\n")
	}
	return b.String()
}

// quiet turns off what draws: every program draws other numbers.
func quiet(n *spec.Node) {
	off := map[string]string{"dropout": "rate", "alpha_dropout": "rate", "gaussian_noise": "stddev"}
	n.Walk("", func(_ string, n *spec.Node) {
		if kind := n.Get("type"); kind != nil && off[kind.Text] != "" {
			n.Put(off[kind.Text], spec.NewInt(0))
		}
	})
}

// flat returns the numbers in nested lists, in order.
func flat(v any) []float64 {
	switch v := v.(type) {
	case float64:
		return []float64{v}
	case []any:
		var all []float64
		for _, x := range v {
			all = append(all, flat(x)...)
		}
		return all
	}
	return nil
}
