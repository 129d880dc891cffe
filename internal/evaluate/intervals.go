package evaluate

import (
	"math"

	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// level is the probability with which an interval holds the true value.
const level = 0.95

// withInterval adds the confidence interval and the baseline to a value. pred are
// the model's outputs for the rows of p.
func withInterval(v Value, x model.Metric, m *model.Model, pred tensor.Mat, p *model.Part) Value {
	weight := p.Weight
	if !x.Weighted {
		weight = nil
	}
	in := metric.Confidence(x.Metric, pred, p.Truth, weight, level, m.Config.Seed)
	v.Low, v.High = in.Low, in.High
	if v.Goal != metric.None && metric.Bins(x.Metric) == nil { // a count has no better or worse, and the share of each class is calibrated by itself
		x.Reset()
		x.UpdateRows(simplest(m, pred, p.Truth), p.Truth, p.Weight)
		v.Baseline = x.Value()
	}
	return v
}

// simplest returns the outputs of the best guess that looks at no column: the
// share of each class among the rows, or the mean of the target. What a metric
// makes of it is the baseline: the majority's share for accuracy, ½ for AUC, 0
// for R².
func simplest(m *model.Model, pred, truth tensor.Mat) tensor.Mat {
	guess := make([]float64, pred.Cols)
	for i := range truth.Rows {
		row := truth.Row(i)
		switch {
		case !m.Pipeline.Task().Classes() || pred.Cols == 1:
			for j, v := range row {
				guess[j] += float64(v)
			}
		default:
			guess[int(row[0])]++
		}
	}
	for j := range guess {
		if guess[j] /= float64(truth.Rows); m.Meaning() == task.Margin && pred.Cols == truth.Cols {
			guess[j] = math.Copysign(1, guess[j]-0.5) // the margin with the least hinge
		}
	}
	base := tensor.New(pred.Rows, pred.Cols)
	for i := range base.Rows {
		for j, g := range guess {
			base.Set(i, j, float32(g))
		}
	}
	return base
}
