package train_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"mlp/internal/nn"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/train"
)

// Something that is not finite is planted in one place; the diagnosis names that
// place, and not one that it has spread to.
func TestFirstBadLayer(t *testing.T) {
	const text = `{"data":{"target":"height","numeric":{"scale":"none"},"scale_target":false},"layers":[
		{"units":4,"name":"one"},
		{"type":"batch_normalization","name":"two"},
		{"type":"residual","name":"three","layers":[{"units":4,"name":"inner","activation":"tanh"}]},
		{"type":"dropout","rate":0.2,"name":"four"},
		{"units":1,"name":"five"%s}],"compile":{"optimizer":"sgd","loss":"mse"},"fit":{"epochs":1,"batch_size":60}}`
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, c := range []struct {
		param       string // what is planted where
		value       float32
		layer, what string
	}{
		{"one/kernel", nan, "one", "weights"},
		{"one/bias", inf, "one", "weights"},
		{"one/kernel", 3e38, "one", "output"},
		{"two/gamma", nan, "two", "weights"},
		{"two/gamma", 3e38, "two", "output"},
		{"inner/bias", nan, "inner", "weights"},
		{"five/kernel", inf, "five", "weights"},
		{"five/bias", nan, "five", "weights"},
	} {
		m, s, p := recipetest.SetUp(t, strings.Replace(text, "%s", "", 1), recipetest.Flowers(), 1)
		for i, q := range m.Net.Params {
			if q.Name == c.param {
				data := m.Work.Param(nn.ParamID(i)).Data
				for j := range data {
					data[j] = c.value
				}
			}
		}
		_, err := train.Fit(context.Background(), m, train.Options{Config: s.Fit, Parts: p})
		var d *train.Diverged
		if !errors.As(err, &d) {
			t.Errorf("%s = %v: got %v", c.param, c.value, err)
			continue
		}
		if d.Layer != c.layer || d.What != c.what || d.Epoch != 1 || d.Batch != 1 {
			t.Errorf("%s = %v: first bad is %s's %s in epoch %d, batch %d; want %s's %s", c.param, c.value, d.Layer, d.What, d.Epoch, d.Batch, c.layer, c.what)
		}
	}
}

// Numbers at the edge of float32 end in finite weights or in a diagnosis of what was
// too large; never in a model that is broken.
func TestOverflow(t *testing.T) {
	for _, c := range []struct {
		name, text, table string
		found             func(d *train.Diverged) bool // nil: the run ends well
	}{
		{"huge inputs", `{"data":{"target":"y","numeric":{"scale":"none"},"scale_target":false},"layers":[{"units":8,"name":"first"},{"units":1}],"compile":{"optimizer":"sgd","loss":"mse"},"fit":{"epochs":3}}`,
			"a,b,y\n1e38,3e38,1\n2e38,1e38,2\n3e38,2e38,1.5\n1e38,1e38,2.5\n", func(d *train.Diverged) bool { return d.Input == float64(float32(3e38)) }},
		{"huge inputs, scaled", `{"data":{"target":"y"},"layers":[{"units":8},{"units":1}],"compile":{"optimizer":"sgd","loss":"mse"},"fit":{"epochs":3}}`,
			"a,b,y\n1e30,3e30,1\n2e30,1e30,2\n3e30,2e30,1.5\n1e30,1e30,2.5\n", nil},
		{"a huge rate", `{"data":{"target":"y"},"layers":[{"units":8},{"units":1}],"compile":{"optimizer":{"type":"sgd","learning_rate":1e10},"loss":"mse"},"fit":{"epochs":3,"batch_size":2}}`,
			"a,b,y\n1,3,1\n2,1,2\n3,2,1.5\n1,1,2.5\n", func(d *train.Diverged) bool { return d.LearningRate == 1e10 && !d.Scheduled && d.Input < 10 }},
		{"a huge rate on a schedule", `{"data":{"target":"y"},"layers":[{"units":8},{"units":1}],"compile":{"optimizer":{"type":"sgd","learning_rate":{"type":"exponential_decay","initial_learning_rate":1e10,"decay_rate":1,"decay_steps":1}},"loss":"mse"},"fit":{"epochs":3,"batch_size":2}}`,
			"a,b,y\n1,3,1\n2,1,2\n3,2,1.5\n1,1,2.5\n", func(d *train.Diverged) bool { return d.Scheduled && d.Input < 10 }},
		{"large logits", `{"data":{"target":"y","numeric":{"scale":"none"}},"layers":[{"units":1,"activation":"sigmoid","kernel_initializer":{"type":"constant","value":1e4}}],"compile":{"optimizer":"sgd"},"fit":{"epochs":3}}`,
			"a,b,y\n1,3,no\n-2,1,yes\n3,-2,no\n1,1,yes\n", nil},
		{"columns of zeros", `{"data":{"target":"y"},"layers":[{"units":4,"activation":"relu"},"batch_normalization",{"units":1,"activation":"sigmoid"}],"compile":{"optimizer":"adam"},"fit":{"epochs":3}}`,
			"a,b,y\n0,0,no\n0,0,yes\n0,0,no\n0,0,yes\n", nil},
	} {
		m, s, p := recipetest.SetUp(t, c.text, c.table, 1)
		_, err := train.Fit(context.Background(), m, train.Options{Config: s.Fit, Parts: p})
		if !m.Finite() {
			t.Errorf("%s: the weights left behind are not finite", c.name)
		}
		var d *train.Diverged
		switch {
		case c.found == nil && err == nil:
		case c.found == nil || !errors.As(err, &d):
			t.Errorf("%s: got %v", c.name, err)
		case !c.found(d):
			t.Errorf("%s: the diagnosis is %+v", c.name, *d)
		}
	}
}

// A step that breaks the weights at the end of an epoch does not count as a good
// epoch, though its loss was a number.
func TestBrokenWeightsAreNotKept(t *testing.T) {
	const text = `{"data":{"target":"height"},"layers":[{"units":1}],"compile":{"optimizer":"sgd","loss":"mse"},"fit":{"epochs":3}}`
	m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
	plant := &train.Hooks{BatchEnd: func(r *train.Run) error {
		if done, all := r.Batch(); r.Epoch() == 2 && done == all {
			m.Work.Params[0] = float32(math.Inf(-1))
		}
		return nil
	}}
	_, err := train.Fit(context.Background(), m, train.Options{Config: s.Fit, Parts: p, Observers: []*train.Hooks{plant}})
	var d *train.Diverged
	if !errors.As(err, &d) || d.Epoch != 2 || !strings.Contains(err.Error(), "weights are not finite") {
		t.Fatalf("got %v", err)
	}
	if m.Run.Epoch != 1 || !m.Finite() {
		t.Errorf("the model is at epoch %d, finite: %t", m.Run.Epoch, m.Finite())
	}
}
