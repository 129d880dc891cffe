package model

import (
	"mlp/internal/metric"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// A Metric is a metric under the name it has in the output.
type Metric struct {
	metric.Metric
	Name     string
	Weighted bool // sample and class weights apply
	Pos      problem.Pos
	Path     string
}

// DecodeMetrics reads a list of metrics. The word "auto" in the place of a list
// stays as a Metric of that name.
func DecodeMetrics(f *spec.Fields, name string, def []string, doc string) []Metric {
	var all []Metric
	for _, c := range spec.Many(f, name, metric.Metrics, def, doc) {
		all = append(all, Metric{Metric: c.Value, Name: c.Name, Path: c.Path, Pos: c.Pos})
	}
	return all
}

// UpdateRows is Update for a metric to which weights may not apply.
func (x Metric) UpdateRows(pred, truth tensor.Mat, weight []float32) {
	if !x.Weighted {
		weight = nil
	}
	x.Update(pred, truth, weight)
}
