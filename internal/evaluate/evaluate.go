package evaluate

import (
	"mlp/internal/average"
	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// An Evaluation is the result of a model on some rows, with the outputs it was
// computed from.
type Evaluation struct {
	*Result
	m      *model.Model
	part   *model.Part
	config Config
	out    *outputs
}

// Model measures m on the rows of p, and judges the gates. Gates that fail are listed
// in the result, not an error.
func Model(m *model.Model, p *model.Part, c Config) (*Evaluation, error) {
	e, err := Measure(m, p, c)
	if err == nil {
		e.Gates, e.Failed = Judge(c.Require, e.Find, "")
	}
	return e, err
}

// Measure is Model without a judgement: gates only say what is to be measured.
func Measure(m *model.Model, p *model.Part, c Config) (*Evaluation, error) {
	if err := c.CheckThreshold(m); err != nil {
		return nil, err
	}
	metrics, err := c.MetricsFor(m)
	if err != nil {
		return nil, err
	}
	e := &Evaluation{m: m, part: p, config: c, out: run(m, p)}
	e.Result, err = e.measure(metrics)
	return e, err
}

// Given measures rows by answers that are there, each from networks that were not
// trained on its row; the loss has no penalties.
func Given(m *model.Model, p *model.Part, a average.Answered, c Config) (*Evaluation, error) {
	if err := c.CheckThreshold(m); err != nil {
		return nil, err
	}
	metrics, err := c.MetricsFor(m)
	if err != nil {
		return nil, err
	}
	out := &outputs{pred: a.Pred.Clone(), penalties: make([]float64, (a.Pred.Rows+model.EvalRows-1)/model.EvalRows)}
	if m.TakesLogits() {
		out.logits = a.Logits
	}
	if m.Pipeline.Task() == task.Regression {
		out.scaled = a.Pred
		m.Pipeline.Unscale(out.pred)
	}
	if m.Calibration != nil {
		out.logits = out.logits.Clone()
		m.Calibration.Apply(out.pred)
		m.Calibration.Divide(out.logits)
	}
	m.Reserve(0) // the loss has its room from there
	e := &Evaluation{m: m, part: p, config: c, out: out}
	e.Result, err = e.measure(metrics)
	return e, err
}

// Outputs returns what the model predicts for the rows, (rows, outputs): the last
// activation applied, regression targets in their own units.
func (e *Evaluation) Outputs() tensor.Mat { return e.out.pred }

// measure measures the rows by their outputs.
func (e *Evaluation) measure(metrics []model.Metric) (*Result, error) {
	m, p, out := e.m, e.part, e.out
	r := &Result{Rows: p.X.Rows, Labels: m.Pipeline.Labels(), Loss: out.update(m, p, metrics)}
	answers := out.pred
	if decides(m) {
		at, before, err := e.config.threshold(m, out.pred, p, "given")
		if err != nil {
			return nil, err
		}
		r.Decision = Decision{at, !before}
		answers = decided(out.pred, at.Value)
	}
	for _, x := range metrics {
		v := newValue(x)
		if r.Decision.Value != metric.DefaultThreshold && metric.Decides(x.Metric) {
			v = valueOf(x, answers, p)
		}
		r.Values = append(r.Values, v)
	}
	if m.Pipeline.Task().Classes() {
		r.Confusion = confusion(answers, p.Truth, len(r.Labels))
	}
	if e.config.Thorough {
		e.addDetails(r, metrics, answers)
	}
	r.unseen(m, e.config.Unseen)
	return r, nil
}

// addDetails adds what takes longer, or more room, than the values.
func (e *Evaluation) addDetails(r *Result, metrics []model.Metric, answers tensor.Mat) {
	m, p, pred := e.m, e.part, e.out.pred
	for i, x := range metrics {
		if bins := metric.Bins(x.Metric); bins != nil && !x.Weighted {
			r.Bins = bins
		}
		r.Values[i] = withInterval(r.Values[i], x, m, shownTo(x, pred, answers), p)
	}
	switch m.Pipeline.Task() {
	case task.Regression:
		r.Residuals, r.Targets = residuals(m.Pipeline.Targets(), pred, p.Truth), e.eachTarget()
	case task.MultiLabel:
		r.Classes = labelClasses(m.Pipeline.Targets(), answers, p.Truth)
	default:
		r.Classes = ConfusionClasses(r.Labels, r.Confusion)
	}
}

// confusion counts rows by true label and answer. Of one output the answer is
// decided already.
func confusion(answers, truth tensor.Mat, classes int) [][]int {
	table := make([][]int, classes)
	for i := range table {
		table[i] = make([]int, classes)
	}
	for i := range answers.Rows {
		table[int(truth.At(i, 0))][Answer(answers.Row(i), metric.DefaultThreshold)]++
	}
	return table
}
