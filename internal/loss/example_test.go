package loss_test

import (
	"fmt"

	"mlp/internal/loss"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// The mean squared error of two rows with one output each, and its gradient by the
// predictions, 2·(p − t)/rows.
func Example() {
	mse, err := loss.Losses.Build(spec.NewString("mean_squared_error"))
	if err != nil {
		panic(err)
	}
	b := loss.Batch{
		Pred:   tensor.View(2, 1, []float32{1, 4}), // (batch, outputs)
		Target: tensor.View(2, 1, []float32{3, 3}),
		Grad:   tensor.New(2, 1),
	}
	fmt.Println("loss:", mse.Eval(&b))
	fmt.Println("gradient:", b.Grad.Data)
	// Output:
	// loss: 2.5
	// gradient: [-2 1]
}
