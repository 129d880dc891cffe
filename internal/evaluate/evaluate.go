// Package evaluate measures a model on rows whose target is known: in go a model,
// rows and what the evaluate section asks for; out come the loss, metrics with
// intervals and baselines, the threshold that was used, the confusion matrix, and
// which gates failed. It changes no weights.
package evaluate

import (
	"math"
	"slices"

	"mlp/internal/data/schema"
	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// Config is the evaluate section, and what the command line adds.
type Config struct {
	Metrics   []model.Metric // beside those of the compile section
	Require   []Gate
	Threshold Threshold // above which the answer is the positive label
	Thorough  bool      // intervals and baselines, calibration or errors, each class
}

// Decode reads the section.
func Decode(f *spec.Fields) Config {
	c := Config{
		Metrics:   model.DecodeMetrics(f, "metrics", nil, "what is measured beside the compiled metrics"),
		Threshold: readThreshold(f),
	}
	if n := f.Table("require", "gates that travel with the model: metric, then >= or <= and a number"); n != nil {
		for _, k := range n.Keys {
			g, err := ParseRequirement(k.Name, k.Value.Text)
			if err != nil {
				f.Problem("require", `write, for example, {accuracy: ">= 0.74"}`, "%v", err)
				continue
			}
			g.Source, g.Pos = "evaluate.require", k.Pos
			c.Require = append(c.Require, g)
		}
	}
	return c
}

// A Value is one metric of an evaluation.
type Value struct {
	Name      string
	Value     float64
	Low, High float64 // 95 % confidence interval; NaN where there is none
	Baseline  float64 // what always answering the training majority, or mean, gives; NaN where it means nothing
	Goal      metric.Goal
}

// A Result is what a model is worth on some rows.
type Result struct {
	Rows      int
	Loss      float64
	Values    []Value
	Labels    []string
	Confusion [][]int // [true label][answer]; nil where labels do not exclude each other, and in regression
	Decision  Decision
	Gates     []GateResult
	Failed    []string // what is to be said of the gates that failed

	// Of a thorough evaluation.
	Classes   []Class      // nil in regression
	Bins      []metric.Bin // of the calibration error; nil without probabilities
	Residuals []Residuals  // nil but in regression

	Of string // what the values are of each metric, where a gate that fails has to say it: "the mean of "
}

// A Decision is the threshold by which yes was told from no.
type Decision struct {
	model.Threshold      // its Value is 0 where nothing is compared with one
	Here            bool // chosen on the very rows that were measured
}

// Final returns the rows that a run is finally judged on, the ones it has seen
// least: test rows if there are any, else validation, else training rows.
func Final(p model.Parts) (part *model.Part, name string) {
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

// Model measures a model on rows with a known target. The weights are not
// changed. Gates that fail are listed in the result, not an error.
func Model(m *model.Model, p *model.Part, c Config) (*Result, error) {
	e, err := Measure(m, p, c)
	if err == nil {
		e.Judge(c.Require)
	}
	return e, err
}

// Measured returns what the compile section names, then what the evaluate section
// adds, then what only a gate asks for, then what nobody had to ask for, prepared
// for the model.
func (c Config) Measured(m *model.Model) ([]model.Metric, error) {
	metrics := append([]model.Metric{}, m.Metrics...)
	for _, x := range c.Metrics {
		if !measures(metrics, x.Name) {
			metrics = append(metrics, x)
		}
	}
	metrics, err := withGateMetrics(metrics, c.Require)
	if err != nil {
		return nil, err
	}
	if c.Thorough {
		metrics = withStandard(metrics, m)
	}
	return metrics, m.PrepareMetrics(metrics[len(m.Metrics):])
}

// withStandard adds the metrics that an evaluation is not without: how well
// probabilities are calibrated, or how large errors are.
func withStandard(all []model.Metric, m *model.Model) []model.Metric {
	var names []string
	switch last := m.Net.Last.Name; {
	case m.Pipeline.Task() == schema.Regression:
		names = []string{"mae", "rmse", "r2"}
	case last == "sigmoid" || last == "softmax":
		names = []string{"log_loss", "brier", "ece"}
	}
	canonical := func(name string) string {
		doc, _ := metric.Metrics.Describe(name)
		return doc.Name
	}
	for _, name := range names {
		built, err := metric.Metrics.Build(spec.NewString(name))
		if err != nil {
			panic("train: " + err.Error()) // the names are those of this function
		}
		if !slices.ContainsFunc(all, func(x model.Metric) bool { return !x.Weighted && canonical(x.Name) == canonical(name) }) {
			all = append(all, model.Metric{Metric: built, Name: name})
		}
	}
	return all
}

// Measure measures the rows, and judges nothing.
func Measure(m *model.Model, p *model.Part, c Config) (*Result, error) {
	if err := c.Threshold.Check(m); err != nil {
		return nil, err
	}
	metrics, err := c.Measured(m)
	if err != nil {
		return nil, err
	}
	e := &Result{Rows: p.X.Rows, Labels: m.Pipeline.Labels()}
	e.Loss = m.Evaluate(p, metrics)
	pred := tensor.New(p.X.Rows, m.Net.Out)
	m.Predict(p.X, pred)
	answers := pred
	if Decides(m) {
		at, err := c.Threshold.on(m, pred, p, "given")
		if err != nil {
			return nil, err
		}
		_, before := c.Threshold.Resolve(m)
		e.Decision = Decision{at, !before}
		answers = Decided(pred, at.Value)
	}
	e.Values = Values(metrics)
	for i, x := range metrics {
		if e.Decision.Value != Usual && metric.Decides(x.Metric) {
			e.Values[i] = PooledValue(x, answers, p)
		}
	}
	if m.Pipeline.Task().Classes() {
		e.Confusion = Confusion(answers, p.Truth, len(e.Labels))
	}
	if c.Thorough {
		e.look(m, p, metrics, pred, answers)
	}
	return e, nil
}

// Decides reports whether outputs are compared with a threshold.
func Decides(m *model.Model) bool {
	task := m.Pipeline.Task()
	return task == schema.Binary && m.Net.Out == 1 || task == schema.MultiLabel
}

// look adds what takes longer, or more room, than the values.
func (e *Result) look(m *model.Model, p *model.Part, metrics []model.Metric, pred, answers tensor.Mat) {
	for i, x := range metrics {
		if bins := metric.Bins(x.Metric); bins != nil && !x.Weighted {
			e.Bins = bins
		}
		e.Values[i] = Surround(e.Values[i], x, m, JudgedBy(x, pred, answers), p)
	}
	switch m.Pipeline.Task() {
	case schema.Regression:
		e.Residuals = residuals(m.Pipeline.Targets(), pred, p.Truth)
	case schema.MultiLabel:
		e.Classes = labelClasses(m.Pipeline.Targets(), answers, p.Truth)
	default:
		e.Classes = MatrixClasses(e.Labels, e.Confusion)
	}
}

// Values reads metrics that have seen all rows.
func Values(metrics []model.Metric) []Value {
	var all []Value
	for _, x := range metrics {
		all = append(all, Value{Name: x.Name, Value: x.Value(), Low: math.NaN(), High: math.NaN(), Baseline: math.NaN(), Goal: x.Goal()})
	}
	return all
}

// Confusion counts rows by true label and answer. Of one output the answer is
// decided already.
func Confusion(answers, truth tensor.Mat, classes int) [][]int {
	table := make([][]int, classes)
	for i := range table {
		table[i] = make([]int, classes)
	}
	for i := range answers.Rows {
		table[int(truth.At(i, 0))][Answer(answers.Row(i), Usual)]++
	}
	return table
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
func (e *Result) Find(name string) (Value, bool) {
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

// PooledValue is a metric of stored predictions.
func PooledValue(x model.Metric, pred tensor.Mat, p *model.Part) Value {
	weight := p.Weight
	if !x.Weighted {
		weight = nil
	}
	x.Reset()
	if r, ok := x.Metric.(metric.Reserver); ok {
		r.Reserve(pred.Rows)
	}
	x.Update(pred, p.Truth, weight)
	return Value{Name: x.Name, Value: x.Value(), Low: math.NaN(), High: math.NaN(), Baseline: math.NaN(), Goal: x.Goal()}
}

func (e *Result) AddConfusion(counts [][]int) {
	if e.Confusion == nil {
		e.Confusion = counts
		return
	}
	for i, row := range counts {
		for j, n := range row {
			e.Confusion[i][j] += n
		}
	}
}
