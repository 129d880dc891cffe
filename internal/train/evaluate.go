package train

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"mlp/internal/data"
	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// EvaluateConfig is the evaluate section, and what the command line adds.
type EvaluateConfig struct {
	Metrics   []model.Metric // beside those of the compile section
	Require   []Gate
	Threshold float64 // probability above which the answer is the positive label; 0: 0.5
	Intervals bool    // give each metric its confidence interval and baseline
}

func decodeEvaluate(f *spec.Fields) EvaluateConfig {
	c := EvaluateConfig{
		Metrics:   model.DecodeMetrics(f, "metrics", nil, "what is measured beside the compiled metrics"),
		Threshold: f.Float("threshold", 0.5, "probability above which the answer is the positive label", spec.Between(0, 1)),
	}
	if n := f.Table("require", "gates that travel with the model: metric, then >= or <= and a number"); n != nil {
		for _, k := range n.Keys {
			g, err := ParseRequirement(k.Name, k.Value.Text)
			if err != nil {
				f.Problem("require", `write, for example, {accuracy: ">= 0.74"}`, "%v", err)
				continue
			}
			g.Source = "evaluate.require"
			c.Require = append(c.Require, g)
		}
	}
	return c
}

// A Gate is a condition on a metric.
type Gate struct {
	Metric string
	Below  bool // the metric must be at most Limit, else at least
	Limit  float64
	Bound  bool   // judge the bound of the 95 % interval that is less favourable
	Source string // "--min accuracy=0.75"

	Drop bool    // Limit is how much worse than Was the metric may be
	Was  float64 // its value in an earlier evaluation
}

// ParseRequirement reads ">= 0.74" or "<= 0.5 @lower" for a metric.
func ParseRequirement(name, text string) (Gate, error) {
	g := Gate{Metric: name}
	rest := strings.TrimSpace(text)
	switch {
	case strings.HasPrefix(rest, ">="):
	case strings.HasPrefix(rest, "<="):
		g.Below = true
	default:
		return g, fmt.Errorf("%q begins with neither >= nor <=", text)
	}
	return g, g.setLimit(strings.TrimSpace(rest[2:]))
}

// ParseGate reads "accuracy=0.75" or "accuracy=0.75@lower", as --min and --max
// have it.
func ParseGate(text string, below bool) (Gate, error) {
	name, limit, ok := strings.Cut(text, "=")
	if !ok || name == "" {
		return Gate{}, fmt.Errorf("%q is not metric=number", text)
	}
	g := Gate{Metric: name, Below: below}
	return g, g.setLimit(limit)
}

func (g *Gate) setLimit(text string) error {
	for _, suffix := range []string{"@lower", "@upper", "@bound"} {
		if cut, ok := strings.CutSuffix(text, suffix); ok {
			text, g.Bound = strings.TrimSpace(cut), true
		}
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("%q is not a number", text)
	}
	g.Limit = v
	return nil
}

// A Value is one metric of an evaluation.
type Value struct {
	Name      string
	Value     float64
	Low, High float64 // 95 % confidence interval; NaN where there is none
	Baseline  float64 // what always answering the training majority, or mean, gives; NaN where it means nothing
	Goal      metric.Goal
}

// An Evaluation is what a model is worth on some rows.
type Evaluation struct {
	Rows      int
	Loss      float64
	Values    []Value
	Labels    []string
	Confusion [][]int // [true label][answer]; nil in regression
	Failed    []string
}

// Final returns the rows that a run is finally judged on, the ones it has seen
// least: test rows if there are any, else validation, else training rows.
func Final(p Parts) (part *model.Part, name string) {
	switch {
	case p.Test != nil:
		return p.Test, "test"
	case p.Validation != nil:
		return p.Validation, "validation"
	}
	return p.Train, "training"
}

// BestEpoch returns the epoch, from 1, with the lowest val_loss, or the lowest
// loss if nothing was validated, and the name of what was compared.
func BestEpoch(h *model.History) (epoch int, by string) {
	by = "val_loss"
	column := h.Column(by)
	if column == nil {
		by = "loss"
		column = h.Column(by)
	}
	best := math.Inf(1)
	for i, v := range column {
		if v < best {
			best, epoch = v, i+1
		}
	}
	return epoch, by
}

// Evaluate measures a model on rows with a known target. The weights are not
// changed. Gates that fail are listed in the result, not an error.
func Evaluate(m *model.Model, p *model.Part, c EvaluateConfig) (*Evaluation, error) {
	metrics := append(append([]model.Metric{}, m.Metrics...), c.Metrics...)
	if err := m.PrepareMetrics(metrics[len(m.Metrics):]); err != nil {
		return nil, err
	}
	e := &Evaluation{Rows: p.X.Rows, Labels: m.Pipeline.Labels()}
	e.Loss = m.Evaluate(p, metrics)
	pred := tensor.New(p.X.Rows, m.Net.Out)
	m.Predict(p.X, pred)
	e.Values = values(metrics)
	if c.Intervals {
		for i, x := range metrics {
			e.Values[i] = surround(e.Values[i], x, m, pred, p)
		}
	}
	if m.Pipeline.Task() != data.Regression {
		e.Confusion = confusion(pred, p.Truth, len(e.Labels), c.Threshold)
	}
	e.judge(c.Require)
	return e, nil
}

// values reads metrics that have seen all rows.
func values(metrics []model.Metric) []Value {
	var all []Value
	for _, x := range metrics {
		all = append(all, Value{Name: x.Name, Value: x.Value(), Low: math.NaN(), High: math.NaN(), Baseline: math.NaN(), Goal: x.Goal()})
	}
	return all
}

// confusion counts rows by true label and answer.
func confusion(pred, truth tensor.Mat, classes int, threshold float64) [][]int {
	if threshold == 0 {
		threshold = 0.5
	}
	table := make([][]int, classes)
	for i := range table {
		table[i] = make([]int, classes)
	}
	for i := range pred.Rows {
		table[int(truth.At(i, 0))][Answer(pred.Row(i), threshold)]++
	}
	return table
}

// Answer returns the index of the label that a row of outputs stands for.
func Answer(outputs []float32, threshold float64) int {
	if len(outputs) == 1 {
		if float64(outputs[0]) > threshold {
			return 1
		}
		return 0
	}
	best := 0
	for j, v := range outputs {
		if v > outputs[best] {
			best = j
		}
	}
	return best
}

// judge checks every gate.
func (e *Evaluation) judge(gates []Gate) {
	for _, g := range gates {
		if text := e.fails(g); text != "" {
			e.Failed = append(e.Failed, text)
		}
	}
}

// fails returns why a gate fails, or "".
func (e *Evaluation) fails(g Gate) string {
	v, ok := e.Find(g.Metric)
	if !ok {
		return fmt.Sprintf("%s: %q was not measured", g.Source, g.Metric)
	}
	if g.Drop {
		return g.dropped(v)
	}
	value, what := v.Value, g.Metric
	if g.Bound {
		value, what = v.Low, "the lower bound of "+g.Metric
		if g.Below {
			value, what = v.High, "the upper bound of "+g.Metric
		}
	}
	switch {
	case math.IsNaN(value):
		return fmt.Sprintf("%s: %s is not defined on these rows", g.Source, what)
	case g.Below && value > g.Limit:
		return fmt.Sprintf("%s: %s is %.6g, %.6g more than %.6g", g.Source, what, value, value-g.Limit, g.Limit)
	case !g.Below && value < g.Limit:
		return fmt.Sprintf("%s: %s is %.6g, %.6g less than %.6g", g.Source, what, value, g.Limit-value, g.Limit)
	}
	return ""
}

// dropped judges a metric against an earlier value of it.
func (g Gate) dropped(v Value) string {
	drop := g.Was - v.Value
	if v.Goal == metric.Lower {
		drop = -drop
	}
	if drop <= g.Limit {
		return ""
	}
	return fmt.Sprintf("%s: %s was %.6g and is %.6g: %.6g worse, %.6g allowed", g.Source, g.Metric, g.Was, v.Value, drop, g.Limit)
}

// BeatsBaseline reports whether the value is better than its baseline; true where
// there is none.
func (v Value) BeatsBaseline() bool {
	switch {
	case math.IsNaN(v.Baseline) || math.IsNaN(v.Value) || v.Goal == metric.None:
		return true
	case v.Goal == metric.Lower:
		return v.Value < v.Baseline
	}
	return v.Value > v.Baseline
}

// Find returns a value by name; "loss" is one of them.
func (e *Evaluation) Find(name string) (Value, bool) {
	if name == "loss" {
		return Value{Name: name, Value: e.Loss, Low: math.NaN(), High: math.NaN(), Goal: metric.Lower}, true
	}
	for _, v := range e.Values {
		if v.Name == name {
			return v, true
		}
	}
	return Value{}, false
}
