package evaluate

import (
	"strconv"

	"mlp/internal/data/schema"
	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// Usual is the threshold where nobody says otherwise.
const Usual = 0.5

// A Threshold is what the spec or the command line says about the probability
// above which the answer is the positive label: a number, or a rule. The zero
// Threshold is ½.
type Threshold struct {
	Number float64
	Rule   *metric.Rule // nil: it is the number
	Anew   bool         // choose by the rule on the rows that are measured, whatever the model remembers

	Pos  problem.Pos
	Path string

	Settled *model.Threshold // by somebody else: nothing is to be chosen any more
}

// ParseThreshold reads "0.3", "max_f1" or "recall>=0.9".
func ParseThreshold(text string) (Threshold, error) {
	if v, err := strconv.ParseFloat(text, 64); err == nil && v > 0 && v < 1 {
		return Threshold{Number: v}, nil
	}
	rule, err := metric.ParseRule(text)
	return Threshold{Rule: &rule}, err
}

// readThreshold reads the field of the spec.
func readThreshold(f *spec.Fields) Threshold {
	const hint = "write a number such as 0.3, or " + metric.Rules
	n := f.Any("threshold", spec.NewFloat(Usual), "probability above which the answer is the positive label, and so what accuracy, precision, recall, f1 and the like are measured at: "+
		"a number between 0 and 1, or a rule, "+metric.Rules+", by which fit chooses it on the validation rows, else on the training rows")
	if !n.IsScalar() {
		f.Problem("threshold", hint, "%s is neither a number between 0 and 1 nor a rule", n.Kind)
		return Threshold{}
	}
	t, err := ParseThreshold(n.Text)
	if err != nil {
		f.Problem("threshold", hint, "%v", err)
		return Threshold{}
	}
	t.Pos, t.Path = f.PosOf("threshold"), "evaluate.threshold"
	return t
}

// Text is how the threshold stands in a spec.
func (t Threshold) Text() string {
	if t.Rule != nil {
		return t.Rule.Text
	}
	return strconv.FormatFloat(t.number(), 'g', -1, 64)
}

func (t Threshold) number() float64 {
	if t.Number == 0 {
		return Usual
	}
	return t.Number
}

// Check refuses a threshold for outputs that are not compared with one, and a
// rule for several labels at once.
func (t Threshold) Check(m *model.Model) error {
	if t.Rule == nil && t.number() == Usual && !t.Anew {
		return nil
	}
	why, hint := "", "leave it out; it is for a target of two classes and one sigmoid unit"
	switch task := m.Pipeline.Task(); {
	case task == schema.Multiclass:
		why = "the target has more than two classes, and the answer is the most probable one"
	case task == schema.Regression:
		why = "the target is a number, and nothing is decided"
	case task == schema.Binary && m.Net.Out != 1:
		why = "the network has a unit for each of the two labels, and the answer is the more probable one"
	case task == schema.MultiLabel && t.Rule != nil:
		why, hint = "there are several labels, and a rule would want a threshold for each", "give a number, which is for all of them"
	default:
		return nil
	}
	p := problem.Usage("", hint, "%s", why)
	p.Pos, p.Path = t.Pos, t.Path
	return p
}

// Resolve returns the number to decide by without looking at any answer: the
// one given, or what the model remembers of the rule. It reports whether there
// is one.
func (t Threshold) Resolve(m *model.Model) (model.Threshold, bool) {
	switch {
	case t.Settled != nil:
		return *t.Settled, true
	case t.Rule == nil:
		return model.Threshold{Value: t.number()}, true
	case !t.Anew && m.Threshold != nil && m.Threshold.Rule == t.Rule.Text:
		return *m.Threshold, true
	}
	return model.Threshold{Value: Usual}, false
}

// on resolves the threshold, or chooses it on the rows whose outputs are given.
func (t Threshold) on(m *model.Model, pred tensor.Mat, p *model.Part, name string) (model.Threshold, error) {
	if at, ok := t.Resolve(m); ok {
		return at, nil
	}
	v, err := t.Rule.Choose(pred.Data, p.Truth.Data)
	if err != nil {
		problem := problem.Usage("", "choose a lower floor, or give a number", "%v", err)
		problem.Pos, problem.Path = t.Pos, t.Path
		return model.Threshold{Value: Usual}, problem
	}
	return model.Threshold{Value: v, Rule: t.Rule.Text, On: name, Rows: pred.Rows}, nil
}

// Settle chooses the threshold of a trained model by the rule, on the rows least
// seen that are not test rows.
func (t Threshold) Settle(m *model.Model, parts model.Parts) error {
	m.Threshold = nil
	if t.Rule == nil {
		return nil
	}
	p, name := Final(model.Parts{Train: parts.Train, Validation: parts.Validation})
	pred := tensor.New(p.X.Rows, m.Net.Out)
	m.Predict(p.X, pred)
	at, err := t.on(m, pred, p, name)
	if err == nil {
		m.Threshold = &at
	}
	return err
}

// Decided returns 1 for each output above the threshold, else 0.
func Decided(pred tensor.Mat, threshold float64) tensor.Mat {
	answers := tensor.New(pred.Rows, pred.Cols)
	for i, v := range pred.Data {
		if v > float32(threshold) {
			answers.Data[i] = 1
		}
	}
	return answers
}

// JudgedBy returns what a metric looks at: the answers at the threshold, if it
// decides at ½ and so sees only what is above it; else the outputs.
func JudgedBy(x model.Metric, pred, answers tensor.Mat) tensor.Mat {
	if metric.Decides(x.Metric) {
		return answers
	}
	return pred
}

// Answer returns the index of the label that a row of outputs stands for.
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

// Store makes the model answer by the threshold that the evaluation was made
// with from now on.
func (t Threshold) Store(m *model.Model, e *Result) {
	m.Threshold = nil
	value := spec.NewFloat(t.number())
	if t.Rule != nil {
		value = spec.NewString(t.Rule.Text)
		at := e.Decision.Threshold
		m.Threshold = &at
	}
	m.Spec.Get("evaluate").Put("threshold", value)
}
