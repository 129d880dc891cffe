package kernel_test

import (
	"fmt"

	"mlp/internal/kernel"
)

// The forward product of a dense layer, y = x·W, and the two of its backward pass.
// Matrices are row-major: x (1, 2), W (2, 3), y (1, 3).
func ExampleEngine_Gemm() {
	e, err := kernel.New("native", 1)
	if err != nil {
		panic(err)
	}
	defer e.Close()
	x := []float32{1, 2}
	w := []float32{
		1, 2, 3,
		4, 5, 6,
	}
	y := make([]float32, 3)
	e.Gemm(kernel.NN, 1, 3, 2, x, w, 0, y) // (1, 2) · (2, 3)
	fmt.Println("y: ", y)

	dy := []float32{1, 0, -1}
	dw := make([]float32, 6)
	e.Gemm(kernel.TN, 2, 3, 1, x, dy, 0, dw) // xᵀ (2, 1) · dy (1, 3)
	fmt.Println("dW:", dw)

	dx := make([]float32, 2)
	e.Gemm(kernel.NT, 1, 2, 3, dy, w, 0, dx) // dy (1, 3) · Wᵀ (3, 2)
	fmt.Println("dx:", dx)
	// Output:
	// y:  [9 12 15]
	// dW: [1 0 -1 2 0 -2]
	// dx: [-2 -2]
}
