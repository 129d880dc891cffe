package evaluate

import (
	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// CheckThreshold refuses a threshold for outputs that are not compared with one, and
// a rule for several labels at once.
func (c Config) CheckThreshold(m *model.Model) error {
	t := c.Threshold
	if t.Rule == "" && t.Number() == metric.DefaultThreshold && !c.ThresholdGiven || t.Rows > 0 {
		return nil
	}
	why, hint := "", "leave it out; it is for a target of two classes and one sigmoid unit"
	switch kind := m.Pipeline.Task(); {
	case kind == task.Multiclass:
		why = "the target has more than two classes, and the answer is the most probable one"
	case kind == task.Regression:
		why = "the target is a number, and nothing is decided"
	case kind == task.Binary && m.Net.Out != 1:
		why = "the network has a unit for each of the two labels, and the answer is the more probable one"
	case t.Rule == "" && m.Meaning() == task.Margin:
		why, hint = "a hinge loss makes margins, which have no probability, and are cut at 0", "leave it out, or let a rule such as max_f1 choose"
	case kind == task.MultiLabel && t.Rule != "":
		why, hint = "there are several labels, and a rule would want a threshold for each", "give a number, which is for all of them"
	default:
		return nil
	}
	return c.thresholdProblem(hint, why)
}

// thresholdProblem complains where the threshold was given.
func (c Config) thresholdProblem(hint, msg string) error {
	p := &problem.Problem{Msg: msg, Hint: hint}
	if c.ThresholdGiven {
		p.Option = "threshold"
	} else {
		p.Pos, p.Path = c.ThresholdPos, "evaluate.threshold"
	}
	return p
}

// ResolveThreshold returns the threshold to decide by without looking at any answer:
// the number given, or what the rule has chosen for the model. It reports whether
// there is one.
func (c Config) ResolveThreshold(m *model.Model) (metric.Threshold, bool) {
	t := c.Threshold
	switch {
	case t.Rule == "" && m.Meaning() == task.Margin:
		return metric.Threshold{}, true // what CheckThreshold leaves
	case t.Chosen():
		t.Value = t.Number()
		return t, true
	case !c.ThresholdGiven && m.Threshold != nil && m.Threshold.Rule == t.Rule:
		return *m.Threshold, true
	}
	return metric.Threshold{Value: m.Meaning().Cut()}, false
}

// threshold resolves the threshold, or chooses it on the rows whose outputs are
// given. It reports whether it was there before.
func (c Config) threshold(m *model.Model, pred tensor.Mat, p *model.Part, name string) (t metric.Threshold, before bool, err error) {
	if t, ok := c.ResolveThreshold(m); ok {
		return t, true, nil
	}
	v, err := c.Threshold.Choose(pred.Data, p.Truth.Data)
	if err != nil {
		return t, false, c.thresholdProblem("choose a lower floor, or give a number", err.Error())
	}
	return metric.Threshold{Value: v, Rule: c.Threshold.Rule, On: name, Rows: pred.Rows}, false, nil
}

// SettleThreshold lets the rule, if there is one, choose the threshold of a trained
// model: on the validation rows, or without any on the training rows.
func (c Config) SettleThreshold(m *model.Model, parts model.Parts) error {
	m.Threshold = nil
	if c.Threshold.Rule == "" {
		return nil
	}
	p, name := model.HeldOut(model.Parts{Train: parts.Train, Validation: parts.Validation})
	pred := tensor.New(p.X.Rows, m.Net.Out)
	m.Predict(p.X, pred)
	return c.SettleOn(m, pred, p, name)
}

// SettleOn does so on rows for which there are answers already.
func (c Config) SettleOn(m *model.Model, pred tensor.Mat, p *model.Part, name string) error {
	m.Threshold = nil
	if c.Threshold.Rule == "" {
		return nil
	}
	t, _, err := c.threshold(m, pred, p, name)
	if err == nil {
		m.Threshold = &t
	}
	return err
}

// StoreThreshold makes the model answer by the threshold of the evaluation from now
// on.
func (c Config) StoreThreshold(m *model.Model, r *Result) {
	m.Threshold = nil
	value := spec.NewFloat(c.Threshold.Number())
	if c.Threshold.Rule != "" {
		value = spec.NewString(c.Threshold.Rule)
		t := r.Decision.Threshold
		m.Threshold = &t
	}
	m.Spec.Get("evaluate").Put("threshold", value)
}

// decides reports whether outputs are compared with a threshold.
func decides(m *model.Model) bool {
	kind := m.Pipeline.Task()
	return kind == task.Binary && m.Net.Out == 1 || kind == task.MultiLabel
}

// decided returns 1 for each output above the threshold, else 0.
func decided(pred tensor.Mat, threshold float64) tensor.Mat {
	answers := tensor.New(pred.Rows, pred.Cols)
	for i, v := range pred.Data {
		if v > float32(threshold) {
			answers.Data[i] = 1
		}
	}
	return answers
}

// shownTo returns what is shown to a metric: the answers at the threshold, if it
// decides at ½ and so depends only on what is above it; else the outputs.
func shownTo(x model.Metric, pred, answers tensor.Mat) tensor.Mat {
	if metric.Decides(x.Metric) {
		return answers
	}
	return x.Shown(pred)
}

// Answer returns the index of the label that a row of outputs stands for: of one
// output 1 if it is above the threshold, else that of the largest.
func Answer(outputs []float32, threshold float64) int {
	if len(outputs) == 1 {
		if outputs[0] > float32(threshold) {
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

// answersOf returns the answer of each row. Of one output it is decided already.
func answersOf(pred tensor.Mat) []int {
	all := make([]int, pred.Rows)
	for i := range all {
		all[i] = Answer(pred.Row(i), metric.DefaultThreshold)
	}
	return all
}

// Answers returns 1 for each output above the threshold and 0 for the others, where
// outputs are compared with one; else the outputs.
func Answers(m *model.Model, pred tensor.Mat, threshold float64) tensor.Mat {
	if !decides(m) {
		return pred
	}
	return decided(pred, threshold)
}
