package nn_test

import (
	"fmt"

	"mlp/internal/kernel"
	"mlp/internal/nn"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// dense reads a dense layer with the given weights, (inputs, units), and biases of 0.
func dense(weights [][]float64, activation string) nn.Element {
	rows := spec.NewList()
	for _, row := range weights {
		r := spec.NewList()
		for _, w := range row {
			r.Items = append(r.Items, spec.NewFloat(w))
		}
		rows.Items = append(rows.Items, r)
	}
	layer := spec.NewMap()
	layer.Put("type", spec.NewString("dense"))
	layer.Put("units", spec.NewInt(int64(len(weights[0]))))
	layer.Put("kernel", rows)
	layer.Put("activation", spec.NewString(activation))
	e, err := nn.Layers.Build(layer)
	if err != nil {
		panic(err)
	}
	return e
}

// A network drawn on paper: two inputs, two hidden units, one output. Forward gives
// the hidden values 5 and 1 and the output 2·5 − 1·1 = 9; Backward the gradients of
// the output by every weight.
func Example() {
	net, err := nn.Build([]nn.Element{
		dense([][]float64{{1, -1}, {1, 1}}, "relu"), // W1 (2, 2), columns are units
		dense([][]float64{{2}, {-1}}, "linear"),     // W2 (2, 1)
	}, 2)
	if err != nil {
		panic(err)
	}
	engine, err := kernel.New("native", 1)
	if err != nil {
		panic(err)
	}
	defer engine.Close()
	w := net.NewWorkspace(engine, 1) // all memory, for batches of one row
	net.Init(w, 0)                   // the literal weights; others would be drawn from the seed

	x := tensor.View(1, 2, []float32{2, 3}) // (batch, in)
	_, pred := net.Forward(w, x)            // (batch, out)
	fmt.Println("output:", pred.Data)

	net.Backward(w, tensor.View(1, 1, []float32{1})) // ∂output/∂output
	for i, p := range net.Params {
		fmt.Println(p.Name, p.Shape(), w.Grad(nn.ParamID(i)).Data)
	}
	// Output:
	// output: [9]
	// dense/kernel [2 2] [4 -2 6 -3]
	// dense/bias [2] [2 -1]
	// dense_1/kernel [2 1] [5 1]
	// dense_1/bias [1] [1]
}
