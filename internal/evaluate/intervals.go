package evaluate

import (
	"math"
	"slices"

	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/stats"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// level is the probability with which an interval holds the true value.
const level = 0.95

// weightFor returns the weights of rows that apply to a metric.
func weightFor(x model.Metric, p *model.Part) []float32 {
	if !x.Weighted {
		return nil
	}
	return p.Weight
}

// withInterval adds the confidence interval and the baseline to a value of the rows of p.
func withInterval(v Value, in metric.Interval, x model.Metric, m *model.Model, p *model.Part) Value {
	v.Low, v.High = in.Low, in.High
	if v.Goal != metric.None && metric.Bins(x.Metric) == nil { // a count has no better or worse, and the share of each class is calibrated by itself
		v.Baseline = metric.Alike(x.Metric, simplest(m, p.Truth, x.OfPoint()), p.Truth, weightFor(x, p))
	}
	return v
}

// simplest returns the outputs of the best guess that looks at no column: the
// share of each class among the rows, or the mean of the target. What a metric
// makes of it is the baseline: the majority's share for accuracy, ½ for AUC, 0
// for R². Of a head of several numbers it is all of them, unless point says that one is
// wanted.
func simplest(m *model.Model, truth tensor.Mat, point bool) []float32 {
	guess := make([]float64, m.Net.Out)
	if h := m.Head(); h.Several() && point {
		guess = guess[:1]
	} else if h.Several() {
		return guessOf(h, truth)
	}
	for i := range truth.Rows {
		row := truth.Row(i)
		switch {
		case !m.Pipeline.Task().Classes() || len(guess) == 1:
			for j, v := range row {
				guess[j] += float64(v)
			}
		default:
			guess[int(row[0])]++
		}
	}
	out := make([]float32, len(guess))
	for j := range guess {
		if guess[j] /= float64(truth.Rows); m.Meaning() == task.Margin && len(guess) == truth.Cols {
			guess[j] = math.Copysign(1, guess[j]-0.5) // the margin with the least hinge
		}
		out[j] = float32(guess[j])
	}
	return out
}

// guessOf is what a head of several numbers best says of every row: the quantiles of the
// target, or its mean and standard deviation.
func guessOf(h task.Head, truth tensor.Mat) []float32 {
	values := make([]float64, truth.Rows)
	for i := range values {
		values[i] = float64(truth.At(i, 0))
	}
	if h.Form == task.MeanSD {
		mean, sd := stats.Moments(values)
		return []float32{float32(mean), float32(sd)}
	}
	slices.Sort(values)
	guess := make([]float32, len(h.Parts))
	for j, q := range h.Parts {
		guess[j] = float32(stats.Quantile(values, q))
	}
	return guess
}
