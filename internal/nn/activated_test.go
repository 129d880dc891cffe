package nn

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mlp/internal/oracle"
	"mlp/internal/spec"
)

// ofRows are the activations that act on a row as a whole, and the one that is nothing.
var ofRows = []string{"linear", "softmax", "log_softmax", "sparsemax", "ordered", "mean_sd"}

// Every activation may be parametric but those that act on a row as a whole, and the
// identity, of which every share is the identity.
func TestEveryElementwiseActivationMayBeParametric(t *testing.T) {
	k := engine(t)
	for _, name := range Activations.Names() {
		doc, _ := Activations.Describe(name)
		may := slices.ContainsFunc(doc.Fields, func(f spec.FieldDoc) bool { return f.Name == "parametric" })
		if never := slices.Contains(ofRows, name); may == never {
			t.Errorf("%s: parametric is offered: %v", name, may)
		}
		if !may {
			continue
		}
		settings, params := "", oracle.Params(nil)
		if name == "threshold" {
			settings, params = `, "threshold": 0.25, "default_value": -1.5`, activationCases[name][0]
		}
		againstOracle(t, k, &layerCase{in: 6, oracle: shareOf(name, params), spec: fmt.Sprintf(
			`{"type": "activation", "activation": {"type": %q, "parametric": true%s}}`, name, settings)})
	}
}

// α starts at 1, where a parametric activation is the activation, is not decayed, and
// moves at a tenth of the learning rate, times what the layer has.
func TestParametricActivationsStartAsTheyAre(t *testing.T) {
	k := engine(t)
	with := build(t, `[{"units": 5, "activation": {"type": "mish", "parametric": true}, "learning_rate_multiplier": 2}, {"units": 1}]`, 3)
	without := build(t, `[{"units": 5, "activation": "mish"}, {"units": 1}]`, 3)
	a, b := with.NewWorkspace(k, 4), without.NewWorkspace(k, 4)
	with.Init(a, 3)
	without.Init(b, 3)
	x := grid(rand.New(rand.NewPCG(1, 2)), 4, 3, 2)
	_, ya := with.Forward(a, x)
	_, yb := without.Forward(b, x)
	compare(t, "y", ya, wide(yb))
	i := slices.IndexFunc(with.Params, func(p Param) bool { return p.Name == "dense/alpha" })
	if i < 0 {
		t.Fatal("no parameter dense/alpha")
	}
	if p := with.Params[i]; p.Decay || p.Rate != float32(0.2) || !p.Vector || p.Cols != 5 {
		t.Errorf("α is %+v", p)
	}
}

// A loss may take the last activation away, so that one cannot learn; the way on that
// the complaint names is a way.
func TestLastActivationIsNotParametric(t *testing.T) {
	last := `{"units": 1, "activation": {"type": "tanh", "parametric": true}}`
	_, err := buildErr("["+last+"]", 3)
	if err == nil || !strings.Contains(err.Error(), "test: layers[0].activation: the last activation of a network cannot be parametric") {
		t.Errorf("%v", err)
	}
	n := build(t, "["+last+`, {"type": "activation", "activation": "linear"}]`, 3)
	if n.Last.Name != "linear" || len(n.Params) != 3 {
		t.Errorf("ends in %s with %d parameters", n.Last.Name, len(n.Params))
	}
	for layers, want := range map[string]string{
		`[{"units": 1, "activation": {"type": "tanh", "learning_rate_multiplier": 2}}]`: "test: layers[0].activation.learning_rate_multiplier: the activation learns nothing",
		`[{"units": 1, "activation": {"type": "softmax", "parametric": true}}]`:         `test: layers[0].activation: unknown key "parametric"`,
	} {
		if _, err := buildErr(layers, 3); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", layers, err, want)
		}
	}
}
