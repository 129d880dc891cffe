package tune

import (
	"errors"
	"fmt"
	"math"

	"mlp/internal/crossval"
	"mlp/internal/metric"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// facts are what all trials have in common: the rows and how they are measured.
type facts struct {
	name    string
	outputs metric.Outputs
	goal    metric.Goal
	truth   tensor.Mat
	data    string // SHA-256 of the table
}

func newFacts(name string, cv *crossval.Result, truth tensor.Mat) (*facts, error) {
	if name == "auto" {
		switch {
		case !cv.Outputs.Task.Classes():
			name = "root_mean_squared_error"
			if cv.Outputs.Task == task.MultiLabel {
				name = "log_loss"
			}
		case cv.Meaning == task.Margin:
			name = "accuracy"
		default:
			name = "log_loss"
		}
	}
	f := &facts{name: name, outputs: cv.Outputs, truth: truth, data: cv.SHA256}
	m, err := judging(name)
	if err != nil {
		return nil, err
	}
	if p := m.Prepare(f.outputs); p != nil {
		p.Path = "tune.metric"
		return nil, p
	}
	f.goal = m.Goal()
	return f, nil
}

// judging builds a metric by which trials can be told apart.
func judging(name string) (metric.Metric, error) {
	m, err := metric.Metrics.Build(spec.NewString(name))
	if err != nil {
		var p *problem.Problem
		if errors.As(err, &p) {
			p.Path = "tune.metric"
		}
		return nil, err
	}
	if m.Goal() == metric.None {
		return nil, &problem.Problem{Path: "tune.metric", Msg: fmt.Sprintf("%q is a count, of which neither more nor less is better", name), Hint: "choose another"}
	}
	return m, nil
}

// metric is a fresh one, prepared.
func (f *facts) metric() metric.Metric {
	m, err := metric.Metrics.Build(spec.NewString(f.name))
	if err != nil {
		panic("tune: " + err.Error()) // it was built before
	}
	m.Prepare(f.outputs)
	return m
}

// score is the metric of all rows.
func (f *facts) score(shown tensor.Mat) float64 { return value(f.metric(), shown, f.truth) }

// value is a metric of some rows.
func value(m metric.Metric, shown, truth tensor.Mat) float64 {
	m.Reset()
	if reserver, ok := m.(metric.Reserver); ok {
		reserver.Reserve(shown.Rows)
	}
	m.Update(shown, truth, nil)
	return m.Value()
}

// cost is a score of which less is better; +Inf for one that is not determined.
func (f *facts) cost(score float64) float64 {
	switch {
	case math.IsNaN(score):
		return math.Inf(1)
	case f.goal == metric.Higher:
		return -score
	}
	return score
}
