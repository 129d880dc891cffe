package evaluate

import (
	"math"

	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/tensor"
)

// A Value is one metric of an evaluation.
type Value struct {
	Name      string
	Value     float64
	Low, High float64 // 95 % confidence interval; NaN where there is none
	Baseline  float64 // what always answering the training majority, or mean, gives; NaN where it means nothing
	Goal      metric.Goal
}

// newValue reads a metric to which all rows were added.
func newValue(x model.Metric) Value {
	return Value{Name: x.Name, Value: x.Value(), Low: math.NaN(), High: math.NaN(), Baseline: math.NaN(), Goal: x.Goal()}
}

// valueOf is a metric of the rows of p whose outputs, or answers, are pred.
func valueOf(x model.Metric, pred tensor.Mat, p *model.Part) Value {
	x.Reset()
	if r, ok := x.Metric.(metric.Reserver); ok {
		r.Reserve(pred.Rows)
	}
	x.UpdateRows(pred, p.Truth, p.Weight)
	return newValue(x)
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

// A Result is what a model is worth on some rows.
type Result struct {
	Rows      int
	Dropped   int     // rows of the table that are not among them, for they have no target
	Known     bool    // the rows stand in the table of training
	Trained   int     // then: of them, those that the weights were learned from
	Loss      float64 // mean over the rows, penalties included
	LossNote  string  // in what it differs from log_loss; "" if it does not, or only one of them is told
	Values    []Value
	Unseen    []UnseenLabel // labels of rows that are not among them, which training never saw
	Labels    []string
	Confusion *Confusion // nil where labels do not exclude each other, and in regression
	Decision  Decision
	Gates     []GateResult
	Failed    []string // why gates failed, one line each

	// Of a thorough evaluation.
	Classes   []Class        // nil in regression
	Bins      []metric.Bin   // of the calibration error; nil without probabilities
	Residuals []Residuals    // nil but in regression
	Targets   []TargetValues // nil but of several numbers
}

// A Decision is the threshold that separated the labels.
type Decision struct {
	metric.Threshold      // its Value is 0 where nothing is compared with one
	Here             bool // chosen on the very rows that were measured
}

// NoteLoss fills in LossNote, of a model's result.
func (r *Result) NoteLoss(m *model.Model) {
	if told, both := r.Find("log_loss"); both {
		r.LossNote = lossNote(m, r.Loss, told.Value)
	}
}

// Find returns a value by name; "loss" is one of them.
func (r *Result) Find(name string) (Value, bool) {
	if name == "loss" {
		return Value{Name: name, Value: r.Loss, Low: math.NaN(), High: math.NaN(), Goal: metric.Lower}, true
	}
	for _, v := range r.Values {
		if v.Name == name {
			return v, true
		}
	}
	return Value{}, false
}
