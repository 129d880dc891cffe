package config_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mlp/internal/config"
	"mlp/internal/problem"
	"mlp/internal/recipe"
	"mlp/internal/spec"
)

var loader = config.Loader{Paths: spec.Paths(recipe.Describe())}

// mustBeProblems demands that an error says where.
func mustBeProblems(t *testing.T, err error) {
	t.Helper()
	var problems problem.Problems
	var one *problem.Problem
	if !errors.As(err, &problems) && !errors.As(err, &one) {
		t.Fatalf("%v is no problem of a spec", err)
	}
}

// mustSettle demands that a spec with its defaults written out says the same when
// it is written, as YAML or as JSON, and read again.
func mustSettle(t *testing.T, s *recipe.Spec) {
	t.Helper()
	want := spec.CanonicalJSON(s.Tree)
	fromYAML, err := config.Parse(config.Render(config.Origins(s.Tree)), "again")
	if err != nil {
		t.Fatalf("what is rendered is refused: %v", err)
	}
	fromJSON, err := spec.ParseJSON(want, "again", "again")
	if err != nil {
		t.Fatalf("what is saved is refused: %v", err)
	}
	for _, tree := range []*spec.Node{fromYAML, fromJSON} {
		again, err := recipe.Decode(tree)
		if err != nil {
			t.Fatalf("%s\nis refused: %v", want, err)
		}
		if got := spec.CanonicalJSON(again.Tree); !bytes.Equal(got, want) {
			t.Fatalf("it says\n%s\nnot\n%s", got, want)
		}
	}
}

// addSpecs adds the specs of configs/ as seeds.
func addSpecs(f *testing.F) (texts []string) {
	paths, err := filepath.Glob(filepath.Join("..", "..", "configs", "*.yaml"))
	if err != nil || len(paths) == 0 {
		f.Fatal("no specs: ", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	return append(texts, "layers: [{units: 3, activation: {type: elu, alpha: .5}, kernel_regularizer: l2}, dropout: 0.2, {residual: [dense: 3]}]\n",
		"compile: {optimizer: {type: sgd, learning_rate: {type: piecewise_constant_decay, boundaries: [3, 5], values: [1, .1, .01]}}, metrics: [auc, f1]}\n",
		"fit: {class_weight: [{label: a, weight: 2}], callbacks: [{type: early_stopping, patience: 3}, terminate_on_nan]}\nevaluate: {require: {accuracy: '>= 0.7'}}\n",
		"data: {target: [a, 2], columns: [{name: x, scale: none, na_values: [0]}], split: {validation: .2}, na_values: ['', '?']}\nseed: 0x10\n")
}

// FuzzSpec reads a spec as far as no table is needed.
func FuzzSpec(f *testing.F) {
	for _, text := range addSpecs(f) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		tree, err := config.Parse(text, "x.yaml")
		if err != nil {
			mustBeProblems(t, err)
			return
		}
		s, err := recipe.Decode(tree)
		if err != nil {
			mustBeProblems(t, err)
			return
		}
		mustSettle(t, s)
	})
}

// FuzzOverrides lays --set expressions, a flag and variables over a spec.
func FuzzOverrides(f *testing.F) {
	f.Add("fit.epochs=20", "compile.optimizer={type: sgd, momentum: 0.9}", "3", "0.2")
	f.Add("layers[0].units=7", "layers.1.activation=tanh", "x", "[1, 2")
	f.Add("data.columns[0]={name: x, scale: none}", "evaluate.require.accuracy=>= 0.7", "''", "{a: &a [*a]}")
	f.Add("layers=[]", "layers[99999999].units=1", "-1", "1e999")
	const base = "seed: 1\ndata: {target: y}\nlayers: [{units: 8, activation: relu}, {units: 1}]\nfit: {epochs: 3}\n"
	f.Fuzz(func(t *testing.T, first, second, flag, variable string) {
		tree, err := config.Parse([]byte(base), "x.yaml")
		if err != nil {
			t.Fatal(err)
		}
		before := spec.CanonicalJSON(tree)
		o := config.Overrides{Sets: []string{first, second}, Flags: []config.Flag{{Name: "--batch-size", Path: "fit.batch_size", Value: flag}},
			Env: []string{"MLP_DATA_SPLIT_VALIDATION=" + variable, strings.ToUpper("MLP_" + first)}}
		laid, _, err := loader.Apply(tree, o)
		if !bytes.Equal(spec.CanonicalJSON(tree), before) {
			t.Fatal("what is laid over a spec has changed it")
		}
		if err != nil {
			mustBeProblems(t, err)
			return
		}
		s, err := recipe.Decode(laid)
		if err != nil {
			mustBeProblems(t, err)
			return
		}
		mustSettle(t, s)
	})
}
