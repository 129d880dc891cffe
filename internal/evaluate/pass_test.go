package evaluate_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/nn"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/spec"
	"mlp/internal/tensor"
	"mlp/internal/train"
)

// passed counts the rows that have gone through the layer "counting".
var passed int

type counting struct{}

func (counting) Plan(_ *nn.Plan, in int) int                        { return in }
func (counting) Forward(_ *nn.Workspace, x tensor.Mat) tensor.Mat   { passed += x.Rows; return x }
func (counting) Backward(_ *nn.Workspace, dy tensor.Mat) tensor.Mat { return dy }

var _ = nn.Layers.Add("counting", "counts the rows that go through it, in this test", func(f *spec.Fields) nn.Element {
	return nn.Element{Layer: counting{}, Type: "counting", Class: "Counting", Path: f.Path(), Pos: f.Pos(), Trainable: true}
})

// counted is a kind of spec with the counting layer in front.
func counted(kind string) string {
	return strings.Replace(recipetest.Kinds[kind], `"layers":[`, `"layers":["counting",`, 1)
}

// An evaluation runs the network once over its rows, however much it reports: details,
// a threshold that a rule chooses, outputs, and each group of the rows.
func TestTheNetworkRunsOnce(t *testing.T) {
	for kind := range recipetest.Kinds {
		text := counted(kind)
		if kind == "binary" {
			text = strings.Replace(text, `"data":{`, `"evaluate":{"threshold":"max_f1"},"data":{`, 1)
		}
		m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
		recipetest.MustFit(t, m, s, p)
		c := s.Evaluate
		c.Thorough, c.ThresholdGiven = true, kind == "binary"
		passed = 0
		e, err := evaluate.Model(m, p.Train, c)
		if err != nil {
			t.Fatal(err)
		}
		e.Outputs()
		if _, err := e.Subgroups(thirds(p.Train.X.Rows)); err != nil {
			t.Fatal(err)
		}
		if passed != p.Train.X.Rows {
			t.Errorf("%s: %d rows went through the network, of %d", kind, passed, p.Train.X.Rows)
		}
	}
}

// thirds are groups that rows take in turn.
func thirds(rows int) []string {
	groups := make([]string, rows)
	for i := range groups {
		groups[i] = fmt.Sprint(i % 3)
	}
	return groups
}

// From stored outputs come the bits that come from running the network on the rows:
// the loss, penalties included, and each metric, of all rows and of groups of them.
func TestStoredOutputsGiveTheSameValues(t *testing.T) {
	kinds := map[string]string{"activities": strings.Replace(recipetest.Kinds["regression"], `"activation":"softplus"`, `"activation":"softplus","activity_regularizer":"l2"`, 1)}
	for kind, text := range recipetest.Kinds {
		kinds[kind] = text
	}
	for kind, text := range kinds {
		m, s, p := recipetest.SetUp(t, text, table(t), 1)
		recipetest.MustFit(t, m, s, p)
		e, err := evaluate.Model(m, p.Train, evaluate.Config{})
		if err != nil {
			t.Fatal(err)
		}
		same(t, kind, m, p.Train, e.Result)
		groups := thirds(p.Train.X.Rows)
		all, err := e.Subgroups(groups)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range all {
			part := &model.Part{}
			for i, value := range groups {
				if value == g.Value {
					appendRow(part, p.Train, i)
				}
			}
			same(t, kind+", group "+g.Value, m, part, g.Result)
		}
	}
}

// table has more rows than an evaluation runs at a time, in each of three groups too.
func table(t *testing.T) string {
	t.Helper()
	header, rows, _ := strings.Cut(recipetest.Flowers(), "\n")
	return header + "\n" + strings.Repeat(rows, 1+3*model.EvalRows/50)
}

func appendRow(to, from *model.Part, i int) {
	add := func(to *tensor.Mat, from tensor.Mat) {
		*to = tensor.View(to.Rows+1, from.Cols, slices.Concat(to.Data, from.Row(i)))
	}
	add(&to.X, from.X)
	add(&to.Target, from.Target)
	add(&to.Truth, from.Truth)
	if from.Weight != nil {
		to.Weight = append(to.Weight, from.Weight[i])
	}
}

func same(t *testing.T, what string, m *model.Model, p *model.Part, r *evaluate.Result) {
	t.Helper()
	loss := evaluate.Update(m, p, m.Metrics)
	if math.Float64bits(loss) != math.Float64bits(r.Loss) {
		t.Errorf("%s: loss %v, of the rows by themselves %v", what, r.Loss, loss)
	}
	for i, x := range m.Metrics {
		if v := x.Value(); math.Float64bits(v) != math.Float64bits(r.Values[i].Value) {
			t.Errorf("%s: %s %v, of the rows by themselves %v", what, x.Name, r.Values[i].Value, v)
		}
	}
}

// Validation within a run, which stores no outputs, is one pass too.
func TestValidationIsOnePass(t *testing.T) {
	m, s, p := recipetest.SetUp(t, counted("classes"), recipetest.Flowers(), 1)
	o := train.Options{Config: s.Fit, Parts: p}
	before := 0
	o.Observers = []*train.Hooks{{
		TestBegin: func(*train.Run) error { before = passed; return nil },
		TestEnd: func(*train.Run) error {
			if n := passed - before; n != p.Validation.X.Rows {
				t.Errorf("%d rows went through the network, of %d", n, p.Validation.X.Rows)
			}
			return nil
		},
	}}
	if _, err := train.Fit(t.Context(), m, o); err != nil {
		t.Fatal(err)
	}
}
