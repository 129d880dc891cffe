package model

import (
	"fmt"
	"slices"

	"mlp/internal/metric"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// chooseMetrics prepares the metrics of the compile section and gives each a
// name of its own.
func (m *Model) chooseMetrics() error {
	c := &m.Config.Compile
	if len(c.Metrics) == 1 && c.Metrics[0].Name == "auto" {
		name := "accuracy"
		if m.Pipeline.Task() == task.Regression {
			name = "root_mean_squared_error"
		}
		built, resolved, err := metric.Metrics.Resolve(spec.NewString(name))
		if err != nil {
			return err
		}
		c.Metrics = []Metric{{Metric: built, Name: name, Path: "compile.metrics[0]"}}
		m.decide("metrics", spec.NewList(resolved))
	}
	m.Metrics = append([]Metric{}, c.Metrics...)
	for _, w := range c.WeightedMetrics {
		w.Weighted = true
		m.Metrics = append(m.Metrics, w)
	}
	return m.PrepareMetrics(m.Metrics)
}

// PrepareMetrics prepares metrics for the outputs, complains about those that
// mean nothing for them, and makes their names unique as Keras does: a second
// auc is auc_1.
func (m *Model) PrepareMetrics(metrics []Metric) error {
	var problems problem.Problems
	taken := map[string]int{}
	for i := range metrics {
		x := &metrics[i]
		shown := m.Outputs()
		if x.point = nil; shown.Head.Several() && !metric.OfHead(x.Metric) {
			x.point, shown.Columns = &point{at: shown.Head.Point()}, 1
		}
		if p := x.Prepare(shown); p != nil {
			p.Pos, p.Path = x.Pos, x.Path
			problems = append(problems, p)
		}
		if taken[x.Name] > 0 && x.Weighted {
			x.Name = "weighted_" + x.Name
		}
		if k := taken[x.Name]; k > 0 {
			taken[x.Name]++
			x.Name = fmt.Sprintf("%s_%d", x.Name, k)
		}
		taken[x.Name]++
	}
	return problems.Err()
}

// UpdateMetrics adds rows to metrics, in the target's own units: pred, which the
// network has given, is brought to them in place.
func (m *Model) UpdateMetrics(metrics []Metric, pred, truth tensor.Mat, weight []float32) {
	m.Unscale(pred)
	for i := range metrics {
		metrics[i].UpdateRows(pred, truth, weight)
	}
}

// MetricNamed returns the metric that is logged under name.
func (m *Model) MetricNamed(name string) (Metric, bool) {
	i := slices.IndexFunc(m.Metrics, func(x Metric) bool { return x.Name == name })
	if i < 0 {
		return Metric{}, false
	}
	return m.Metrics[i], true
}
