// Package recipetest builds and trains small models from specs written as JSON, for
// the tests of the packages that work on them.
package recipetest

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"mlp/internal/data/source"
	"mlp/internal/model"
	"mlp/internal/recipe"
	"mlp/internal/spec"
	"mlp/internal/train"
)

// Flowers is a small table with three classes, one category and a number.
func Flowers() string {
	var b strings.Builder
	b.WriteString("length,width,colour,kind,height\n")
	for i := range 60 {
		k := i % 3
		fmt.Fprintf(&b, "%.3f,%.3f,%s,%s,%.3f\n", float64(k)+float64(i%7)/9, float64(i%5)/5-float64(k), []string{"red", "blue"}[i%2],
			[]string{"rose", "lily", "iris"}[k], 3*float64(k)+float64(i%4))
	}
	return b.String()
}

// SetUp decodes a spec written as JSON and builds and compiles a model on a table.
func SetUp(t testing.TB, text, table string, threads int) (*model.Model, *recipe.Spec, model.Parts) {
	t.Helper()
	m, s, p, err := TrySetUp(text, table, threads)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m, s, p
}

// TrySetUp is SetUp that returns what went wrong. The model is to be closed.
func TrySetUp(text, tab string, threads int) (*model.Model, *recipe.Spec, model.Parts, error) {
	tree, err := spec.ParseJSON([]byte(text), "spec", "spec")
	if err != nil {
		return nil, nil, model.Parts{}, err
	}
	s, err := recipe.Decode(tree)
	if err != nil {
		return nil, nil, model.Parts{}, err
	}
	src := source.Bytes("table.csv", []byte(tab))
	m, sets, err := model.Build(s.Model, s.Tree, model.Sources{Train: &src}, threads)
	if err != nil {
		return nil, nil, model.Parts{}, err
	}
	if err := m.Compile(); err != nil {
		m.Close()
		return nil, nil, model.Parts{}, err
	}
	return m, s, m.Parts(sets), nil
}

// MustFit trains a model as its spec says.
func MustFit(t testing.TB, m *model.Model, s *recipe.Spec, p model.Parts) *train.Result {
	t.Helper()
	r, err := train.Fit(context.Background(), m, train.Options{Config: s.Fit, Evaluate: s.Evaluate, Parts: p})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Written returns the bytes of a model's file.
func Written(t testing.TB, m *model.Model) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Kinds are specs that together use what a step can consist of.
var Kinds = map[string]string{
	"classes": `{"data":{"target":"kind","split":{"validation":0.2}},"layers":[{"units":8,"activation":"relu","kernel_regularizer":"l2"},"batch_normalization",{"dropout":0.3},{"units":3,"activation":"softmax"}],
		"compile":{"optimizer":{"type":"adam","learning_rate":0.01},"metrics":["accuracy","auc"]},"fit":{"epochs":4,"batch_size":7,"class_weight":"balanced"}}`,
	"one-hot": `{"data":{"target":"kind"},"layers":[{"units":6,"activation":"tanh"},{"units":3,"activation":"softmax"}],
		"compile":{"optimizer":{"type":"sgd","learning_rate":0.1,"momentum":0.9,"nesterov":true},"loss":{"type":"categorical_crossentropy","label_smoothing":0.1}},"fit":{"epochs":4,"batch_size":16}}`,
	"binary": `{"data":{"target":"colour"},"layers":[{"units":6,"activation":"elu","kernel_constraint":"max_norm"},{"units":1,"activation":"sigmoid"}],
		"compile":{"optimizer":{"type":"rmsprop","clipnorm":1},"metrics":["accuracy","f1"]},"fit":{"epochs":4,"batch_size":10,"shuffle":false}}`,
	"categories": `{"data":{"target":"height","categorical":{"encode":"embedding"},"columns":[{"name":"kind","encode":{"embedding":5}}]},"layers":[{"units":6,"activation":"relu"},{"units":1}],
		"compile":{"optimizer":{"type":"adam","learning_rate":0.01},"loss":"mse","metrics":["mae"]},"fit":{"epochs":4,"batch_size":11}}`,
	"members": `{"data":{"target":"kind","split":{"validation":0.2}},"layers":["scale",{"units":8,"activation":{"type":"selu","parametric":true},"parameterization":"ntk","kernel_initializer":"data_dependent","bias_initializer":"he_plus"},{"dropout":0.2},{"units":6,"activation":"relu"},{"units":3,"activation":"softmax"}],
		"ensemble":{"type":"batch","members":3,"share_batches":false},"compile":{"optimizer":{"type":"adamw","learning_rate":0.01}},"fit":{"epochs":4,"batch_size":7,"class_weight":"balanced"}}`,
	"few factors": `{"data":{"target":"height","task":"regression","split":{"validation":0.2},"numeric":{"encode":"periodic"}},"layers":[{"units":6,"activation":"mish"},{"residual":[{"units":6,"activation":"relu"}]},{"units":1}],
		"ensemble":{"type":"mini","members":5},"compile":{"optimizer":{"type":"muon","learning_rate":0.01}},"fit":{"epochs":4,"batch_size":9,"drop_remainder":true}}`,
	"regression": `{"data":{"target":"height","split":{"validation":0.2,"test":0.2,"by":"last"}},"layers":[{"units":6,"activation":"softplus"},{"units":1}],
		"compile":{"optimizer":{"type":"adamw","learning_rate":0.01},"loss":"huber","metrics":["rmse","mae","r2"]},"fit":{"epochs":4,"batch_size":9}}`,
	"quantiles": `{"data":{"target":"height","task":"regression","split":{"validation":0.2}},"layers":[{"units":6,"activation":"tanh"},{"units":3,"activation":"ordered"}],
		"compile":{"optimizer":{"type":"adam","learning_rate":0.01},"loss":{"type":"quantile","quantiles":[0.1,0.5,0.9]},"metrics":["mae","mean_pinball","coverage","interval_width"]},"fit":{"epochs":4,"batch_size":9}}`,
	"mean and spread": `{"data":{"target":"height","task":"regression","split":{"validation":0.2}},"layers":[{"units":6,"activation":"tanh"},{"units":2,"activation":"mean_sd"}],
		"compile":{"optimizer":{"type":"adam","learning_rate":0.01},"loss":"gaussian_nll","metrics":["gaussian_nll","r2","coverage"]},"fit":{"epochs":4,"batch_size":9}}`,
}
