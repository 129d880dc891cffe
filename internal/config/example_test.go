package config_test

import (
	"fmt"

	"mlp/internal/config"
	"mlp/internal/spec"
)

// A tree is written with the comments it carries, and read without them.
func ExampleRender() {
	epochs := spec.NewInt(150)
	epochs.Note = "the tutorial's"
	fit := spec.NewMap()
	fit.Above = []string{"How long to train."}
	fit.Put("epochs", epochs)
	fit.Put("metrics", spec.NewStrings("accuracy", "auc"))
	tree := spec.NewMap()
	tree.Put("fit", fit)

	text := config.Render(tree)
	fmt.Printf("%s", text)
	again, err := config.Parse(text, "fit.yaml")
	fmt.Println(again.Get("fit").Get("epochs").Pos, err)
	// Output:
	// # How long to train.
	// fit:
	//   epochs: 150  # the tutorial's
	//   metrics: [accuracy, auc]
	// fit.yaml:3:11 <nil>
}

// Each value of a spec knows the line it stands on.
func ExampleOrigins() {
	tree, err := config.Parse([]byte("seed: 7\nlayers:\n  - {type: dense, units: 12}\n"), "s.yaml")
	fmt.Printf("%s%v", config.Render(config.Origins(tree)), err)
	// Output:
	// seed: 7                       # s.yaml:1
	// layers:
	//   - {type: dense, units: 12}  # s.yaml:3
	// <nil>
}
