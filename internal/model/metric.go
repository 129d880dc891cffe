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

	point *point // nil: all outputs are shown to it
}

// A point is the one output that a metric is shown which measures answers of one number.
type point struct {
	at   int
	room []float32
}

// Shown is what is shown to the metric of outputs (rows, outputs); it lives until the next
// call.
func (x Metric) Shown(outputs tensor.Mat) tensor.Mat {
	if x.point == nil || outputs.Cols == 1 {
		return outputs
	}
	one := outputs.Column(x.point.at, x.point.room)
	x.point.room = one.Data
	return one
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

// OfPoint reports whether the metric is shown one of several outputs.
func (x Metric) OfPoint() bool { return x.point != nil }

// UpdateRows is Update for a metric to which weights may not apply.
func (x Metric) UpdateRows(pred, truth tensor.Mat, weight []float32) {
	if !x.Weighted {
		weight = nil
	}
	x.Update(x.Shown(pred), truth, weight)
}
