package metric_test

import (
	"fmt"

	"mlp/internal/metric"
	"mlp/internal/spec"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// Accuracy over two batches: Prepare once, Update for each batch, Value at the end.
func Example() {
	accuracy, err := metric.Metrics.Build(spec.NewString("accuracy"))
	if err != nil {
		panic(err)
	}
	if p := accuracy.Prepare(metric.Outputs{Task: task.Binary, Columns: 1}); p != nil {
		panic(p)
	}
	accuracy.Update(tensor.View(2, 1, []float32{0.9, 0.4}), tensor.View(2, 1, []float32{1, 0}), nil)
	accuracy.Update(tensor.View(2, 1, []float32{0.7, 0.2}), tensor.View(2, 1, []float32{0, 0}), nil)
	fmt.Println(accuracy.Value())
	// Output: 0.75
}

// The 95 % interval of an accuracy of 8 in 10.
func ExampleWilson() {
	low, high := metric.Wilson(8, 10, 0.95)
	fmt.Printf("%.3f to %.3f\n", low, high)
	// Output: 0.490 to 0.943
}

// The threshold that maximises F1 on four rows.
func ExampleThreshold_Choose() {
	rule, err := metric.ParseThreshold("max_f1")
	if err != nil {
		panic(err)
	}
	value, err := rule.Choose([]float32{0.1, 0.3, 0.4, 0.8}, []float32{0, 0, 1, 1})
	fmt.Println(value, err)
	// Output: 0.35 <nil>
}
