package model

import (
	"fmt"

	"mlp/internal/data"
	"mlp/internal/loss"
	"mlp/internal/optim"
	"mlp/internal/spec"
)

// Compile attaches loss, metrics and optimizer, and checks that the target, the
// output layer and the loss fit together. What was left to the program ("auto")
// is decided here and written into the spec.
func (m *Model) Compile() error {
	c := &m.Config.Compile
	m.Loss, m.Optimizer = c.Loss, c.Optimizer
	if m.Loss == nil {
		name := map[data.Task]string{data.Binary: "binary_crossentropy", data.Multiclass: "sparse_categorical_crossentropy", data.Regression: "mean_squared_error"}[m.Pipeline.Task()]
		if m.Pipeline.Task() == data.Binary && m.Net.Out == 2 {
			name = "sparse_categorical_crossentropy"
		}
		l, err := loss.Losses.Build(spec.NewString(name))
		if err != nil {
			return err
		}
		m.Loss = l
		m.decide("loss", spec.NewString(name))
	}
	if err := m.checkOutput(); err != nil {
		return err
	}
	if err := m.chooseMetrics(); err != nil {
		return err
	}
	absorber, ok := m.Loss.(loss.LogitLoss)
	m.absorbs = ok && (absorber.Absorbs() == m.Net.Last.Name || absorber.Absorbs() == "" && m.Net.Last.Name == "linear")
	m.Optimizer.Init(m.spans())
	m.Stage = Compiled
	return nil
}

// decide writes a choice into the compile section of the spec.
func (m *Model) decide(key string, v *spec.Node) {
	v.Origin = "auto, from the target"
	m.Spec.Get("compile").Put(key, v)
}

// spans says where the trainable parameters lie.
func (m *Model) spans() []optim.Span {
	var spans []optim.Span
	for _, p := range m.Net.Params {
		if p.Trainable {
			spans = append(spans, optim.Span{Name: p.Name, Off: p.Off, Rows: p.Rows, Cols: p.Cols, Vector: p.Vector, Decay: p.Decay})
		}
	}
	return spans
}

// checkOutput refuses networks whose last layer cannot learn the target.
func (m *Model) checkOutput() error {
	task, classes, out, last := m.Pipeline.Task(), len(m.Pipeline.Labels()), m.Net.Out, m.Net.Last.Name
	element := m.Net.Elements[len(m.Net.Elements)-1]
	lossName := m.Spec.Get("compile").Get("loss")
	name := lossName.Text
	if lossName.Kind == spec.Map {
		name = lossName.Get("type").Text
	}
	atLayer := func(hint, format string, args ...any) error {
		return spec.Problems{{Pos: element.Pos, Path: element.Path, Hint: hint, Msg: fmt.Sprintf(format, args...)}}
	}
	atLoss := func(hint, format string, args ...any) error {
		return spec.Problems{{Pos: m.Config.Compile.LossPos, Path: "compile.loss", Hint: hint, Msg: fmt.Sprintf(format, args...)}}
	}
	wants := m.Loss.Wants()
	suited := map[data.Task]string{data.Binary: "binary_crossentropy", data.Multiclass: "sparse_categorical_crossentropy", data.Regression: "mean_squared_error"}[task]
	if last == "softmax" && out == 1 {
		return atLayer("use `activation: sigmoid` for two classes, or one unit for each class", "softmax over one unit is always 1, so nothing can be learned")
	}
	switch task {
	case data.Regression:
		n := len(m.Pipeline.Targets())
		if wants == loss.Class || wants == loss.OneHot && n == 1 {
			return atLoss(fmt.Sprintf("use `loss: %s`, or `task: multiclass` under data if the numbers are labels", suited), "%s is for classes, and the target is a number", name)
		}
		if out != n {
			return atLayer(fmt.Sprintf("use `units: %d`", n), "%d outputs for %d target column(s)", out, n)
		}
		if wants != loss.Real && m.Pipeline.ScalesTarget() {
			return atLoss("add `scale_target: false` under data", "%s takes targets as they are, and this one is standardised", name)
		}
		if needs := activationFor[wants]; needs != "" && last != needs && !m.takesScores() {
			return atLayer(fmt.Sprintf("use `activation: %s`", needs), "%s needs probabilities, and %s does not give them", name, last)
		}
		if wants == loss.Real && (last == "softmax" || last == "sigmoid") {
			return atLayer("use `activation: linear`", "%s gives only values between 0 and 1, and the target is a number of any size", last)
		}
	case data.Binary:
		switch {
		case wants == loss.Class || wants == loss.OneHot:
			if out != 2 || last != "softmax" {
				return atLoss("use `loss: binary_crossentropy` with one sigmoid unit, or two softmax units", "%s needs one softmax unit a class; the network ends in %d unit(s) with %s", name, out, last)
			}
		case out != 1:
			return atLayer("use `units: 1` and `activation: sigmoid`", "%d outputs for a target of two classes under %s", out, name)
		case wants == loss.Binary && last != "sigmoid" && !m.takesScores():
			return atLayer("use `activation: sigmoid`", "%s needs a probability, and %s does not end in one", name, last)
		}
	case data.Multiclass:
		if wants == loss.Binary || wants == loss.Real {
			return atLoss(fmt.Sprintf("use `loss: %s`", suited), "%s does not fit a target of %d classes", name, classes)
		}
		if out == 1 && classes == 2 {
			return atLoss("use `loss: binary_crossentropy`, or two softmax units", "%s needs one softmax unit a class; the network ends in one unit with %s", name, last)
		}
		if out != classes {
			return atLayer(fmt.Sprintf("use `units: %d`", classes), "%d outputs for a target of %d classes", out, classes)
		}
		if last == "sigmoid" || last == "linear" && !m.takesScores() {
			return atLayer("use `activation: softmax`", "%s needs probabilities that add up to 1, and %s does not give them", name, last)
		}
	}
	return nil
}

// activationFor gives what a loss demands its last activation, unless it takes
// scores. With several number columns as targets, zeros and ones are labels that
// do not exclude each other, and columns that add up to 1 a distribution.
var activationFor = map[loss.Target]string{loss.Binary: "sigmoid", loss.OneHot: "softmax"}

// takesScores reports whether the loss is computed from logits that the network
// itself puts out (from_logits).
func (m *Model) takesScores() bool {
	l, ok := m.Loss.(loss.LogitLoss)
	return !ok || l.Absorbs() == ""
}
