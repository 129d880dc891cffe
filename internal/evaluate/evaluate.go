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

	answers []int // by row, of labels that exclude each other
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
	out := &outputs{m: m, part: p, held: true, pred: a.Pred.Clone(), penalties: make([]float64, (a.Pred.Rows+model.EvalRows-1)/model.EvalRows)}
	if m.TakesLogits() {
		out.logits = a.Logits
	}
	if m.Pipeline.Task() == task.Regression {
		out.scaled = a.Pred
		m.Unscale(out.pred)
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
func (e *Evaluation) Outputs() tensor.Mat {
	if e.out.held {
		return e.out.pred
	}
	all := tensor.New(e.Rows, e.m.Net.Out)
	e.out.each(func(b block) { copy(all.Slice(b.lo, b.hi).Data, b.pred.Data) })
	return all
}

// EachOutput hands on what Outputs returns, some rows at a time: pred lives until f
// returns, and first is the number of its first row, from 0.
func (e *Evaluation) EachOutput(f func(first int, pred tensor.Mat)) {
	if e.out.held {
		f(0, e.out.pred)
		return
	}
	e.out.each(func(b block) { f(b.lo, b.pred) })
}

// measure measures the rows by their outputs.
func (e *Evaluation) measure(metrics []model.Metric) (*Result, error) {
	m, p, out := e.m, e.part, e.out
	r := &Result{Rows: p.Truth.Rows, Labels: m.Pipeline.Labels()}
	if !out.held {
		e.measureInPassing(r, metrics)
		r.NoteLoss(m)
		r.unseen(m, e.config.Unseen)
		return r, nil
	}
	r.Loss = out.update(metrics, func(block) {})
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
		e.answers = answersOf(answers)
		r.Confusion = newConfusion(e.answers, p.Truth, len(r.Labels))
	}
	if e.config.Thorough {
		for i, x := range metrics {
			shown := shownTo(x, out.pred, answers)
			weight := weightFor(x, p)
			in := metric.Confidence(x.Metric, shown, p.Truth, weight, level, m.Config.Seed)
			r.Values[i] = withInterval(r.Values[i], in, x, m, p)
		}
		e.addDetails(r, metrics, answers)
	}
	r.NoteLoss(m)
	r.unseen(m, e.config.Unseen)
	return r, nil
}

// measureInPassing measures rows whose outputs are not held: which of several classes each
// is, from the one pass that there is.
func (e *Evaluation) measureInPassing(r *Result, metrics []model.Metric) {
	p := e.part
	samples := make([]*metric.Sample, len(metrics))
	given := metrics
	if e.config.Thorough {
		given = nil
		for i, x := range metrics {
			samples[i] = metric.Gather(x.Metric)
		}
	}
	r.Loss = e.out.update(given, func(b block) {
		for i, s := range samples {
			if s != nil {
				s.Add(b.pred, p.Truth.Slice(b.lo, b.hi), part(weightFor(metrics[i], p), b.lo, b.hi))
			}
		}
		e.answers = append(e.answers, answersOf(b.pred)...)
	})
	for i, x := range metrics {
		v := newValue(x)
		if samples[i] != nil {
			v = withInterval(v, samples[i].Interval(level, e.m.Config.Seed), x, e.m, p)
		}
		r.Values = append(r.Values, v)
	}
	r.Confusion = newConfusion(e.answers, p.Truth, len(r.Labels))
	if e.config.Thorough {
		e.addDetails(r, metrics, tensor.Mat{})
	}
}

// addDetails adds what takes longer, or more room, than the values.
func (e *Evaluation) addDetails(r *Result, metrics []model.Metric, answers tensor.Mat) {
	m, p, pred := e.m, e.part, e.out.pred
	for _, x := range metrics {
		if bins := metric.Bins(x.Metric); bins != nil && !x.Weighted {
			r.Bins = bins
		}
	}
	switch m.Pipeline.Task() {
	case task.Regression:
		r.Residuals, r.Targets = residuals(m.Pipeline.Targets(), m.Point(pred), p.Truth), e.eachTarget()
	case task.MultiLabel:
		r.Classes = labelClasses(m.Pipeline.Targets(), answers, p.Truth)
	default:
		r.Classes = ConfusionClasses(r.Labels, r.Confusion)
	}
}
