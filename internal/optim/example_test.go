package optim_test

import (
	"fmt"

	"mlp/internal/kernel"
	"mlp/internal/optim"
	"mlp/internal/spec"
)

// Three steps of gradient descent on f(w) = w², whose gradient is 2w: with a learning
// rate of 0.25 every step halves w.
func Example() {
	config := spec.NewMap()
	config.Put("type", spec.NewString("sgd"))
	config.Put("learning_rate", spec.NewFloat(0.25))
	sgd, err := optim.Optimizers.Build(config)
	if err != nil {
		panic(err)
	}
	engine, err := kernel.New("native", 1)
	if err != nil {
		panic(err)
	}
	defer engine.Close()
	sgd.Init([]optim.Span{{Name: "w", Rows: 1, Cols: 1, Vector: true}})
	w, g := []float32{8}, make([]float32, 1)
	for range 3 {
		g[0] = 2 * w[0]
		sgd.Step(engine, w, g)
		fmt.Println(w)
	}
	// Output:
	// [4]
	// [2]
	// [1]
}
