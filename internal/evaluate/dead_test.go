package evaluate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mlp/internal/evaluate"
	"mlp/internal/recipe/recipetest"
)

// A layer is named once half of its units give 0 for every row, and not before; units of a
// branch are units of their layer, those of a layer that ends linearly are not looked at.
func TestDeadUnits(t *testing.T) {
	const spec = `{"data":{"target":"two","ignore":["three","number"],"numeric":{"scale":"none"}},"layers":[%s,{"units":1,"activation":"sigmoid"}],"fit":{"epochs":1},"compile":{"optimizer":{"type":"sgd","learning_rate":0}}}`
	const live, dead = `{"units":4,"activation":"tanh","name":"live"}`, `{"name":"some","units":4,"activation":"relu","init":"zeros","bias":[%d,1,%d,-1]}`
	for _, c := range []struct{ layers, want string }{
		{live, ""},
		{fmt.Sprintf(dead, 1, 1), ""},
		{fmt.Sprintf(dead, -1, 1), `2 of the 4 units of layer "some" give 0 for every one of the 300 training rows`},
		{live + "," + fmt.Sprintf(dead, -1, 0), `3 of the 4 units of layer "some" give 0`},
		{`{"type":"parallel","branches":[[{"units":2,"activation":"tanh"}],[` + fmt.Sprintf(dead, -1, 1) + `]]}`, `2 of the 4 units of layer "some" give 0`},
		{`{"name":"ends","units":4,"init":"zeros"}`, ""},
	} {
		m, _, p := recipetest.SetUp(t, fmt.Sprintf(spec, c.layers), noisy(300), 1)
		e, err := evaluate.Measure(m, p.Train, evaluate.Config{})
		if err != nil {
			t.Fatal(err)
		}
		found := slices.ContainsFunc(e.Findings("training"), func(text string) bool { return strings.Contains(text, "give 0 for every") })
		if found != (c.want != "") || !strings.Contains(strings.Join(e.Findings("training"), "\n"), c.want) {
			t.Errorf("%s: %q, want %q", c.layers, e.Findings("training"), c.want)
		}
	}
	// A unit that lives in one row only, the last of a later block, is none of them.
	m, _, p := recipetest.SetUp(t, fmt.Sprintf(spec, `{"units":1,"activation":"relu","kernel":[[1],[0],[0],[0],[0]],"bias":[0]}`), noisy(300), 1)
	for i := range p.Train.X.Rows {
		p.Train.X.Set(i, 0, -1)
	}
	e, err := evaluate.Measure(m, p.Train, evaluate.Config{})
	if err != nil || !strings.Contains(strings.Join(e.Findings("training"), "\n"), "1 of the 1 units") {
		t.Fatalf("%v, %v", e.Findings("training"), err)
	}
	p.Train.X.Set(299, 0, 1)
	if found := strings.Join(e.Findings("training"), "\n"); strings.Contains(found, "give 0") {
		t.Error(found)
	}
}
