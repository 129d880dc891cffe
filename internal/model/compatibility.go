package model

import (
	"fmt"
	"strconv"

	"mlp/internal/data/schema"
	"mlp/internal/loss"
	"mlp/internal/nn"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/task"
)

// suited is the loss for a task where the spec leaves it open.
var suited = map[task.Task]string{
	task.Binary:     "binary_crossentropy",
	task.Multiclass: "sparse_categorical_crossentropy",
	task.Regression: "mean_squared_error",
	task.MultiLabel: "binary_crossentropy",
}

// A compatibility checks that target, output layer and loss fit together. Keras trains
// on most combinations that cannot work without a word: a softmax over one unit, or a regression loss
// over classes.
type compatibility struct {
	m     *Model
	layer nn.Element // the last
	last  string     // the activation it ends in
	out   int
	name  string // of the loss, as the spec has it
	wants loss.Target
	// scores says that the loss takes outputs of any size, as hinge does and
	// cross-entropy from logits.
	scores, logits bool
}

func newCompatibility(m *Model) *compatibility {
	f := &compatibility{m: m, layer: m.Net.Elements[len(m.Net.Elements)-1], last: m.Net.Ends.Name, out: m.Net.Out, wants: m.Loss.Wants()}
	name := m.Spec.Get("compile").Get("loss")
	if name.Kind == spec.Map {
		name = name.Get("type")
	}
	f.name = name.Text
	l, ok := m.Loss.(loss.LogitLoss)
	f.logits = ok && l.FromLogits()
	f.scores = !ok || f.logits
	return f
}

// atLayer complains about the last layer, atLoss about the loss.
func (f *compatibility) atLayer(hint, format string, args ...any) error {
	return problem.Problems{{Pos: f.layer.Pos, Path: f.layer.Path, Hint: hint, Msg: fmt.Sprintf(format, args...)}}
}

func (f *compatibility) atLoss(hint, format string, args ...any) error {
	return problem.Problems{{Pos: f.m.Config.Compile.LossPos, Path: "compile.loss", Hint: hint, Msg: fmt.Sprintf(format, args...)}}
}

func (f *compatibility) check() error {
	switch {
	case f.logits && f.last != "linear":
		return f.atLoss("drop from_logits, or make the last layer linear", "%s is told to take logits, and the network ends in %s", f.name, f.last)
	case f.last == "softmax" && f.out == 1:
		return f.atLayer("use `activation: sigmoid` for two classes, or one unit for each class",
			"softmax over one unit is always 1, so nothing can be learned")
	}
	switch f.m.Pipeline.Task() {
	case task.Regression:
		return f.numbers()
	case task.MultiLabel:
		return f.labels()
	case task.Binary:
		return f.yesOrNo()
	}
	return f.classes()
}

// numbers lets a loss for classes have numbers only where the spec says that they
// are numbers: hinge over −1 and 1, for example, as Keras has them.
func (f *compatibility) numbers() error {
	targets := len(f.m.Pipeline.Targets())
	declared := f.m.Config.Data.Task == task.Regression && f.wants != loss.Class
	switch {
	case f.wants != loss.Real && !declared:
		return f.atLoss(fmt.Sprintf("use `loss: %s`, or `task: multiclass` under data if the numbers are labels", suited[task.Regression]),
			"%s is for classes, and the target is a number", f.name)
	case loss.HeadOf(f.m.Loss).Several():
		if err := f.head(targets); err != nil {
			return err
		}
	case f.last == "ordered" || f.last == "mean_sd":
		return f.atLayer(fmt.Sprintf("use `units: %d` and `activation: linear`, or %s as the loss", targets, map[string]string{"ordered": "quantile with quantiles", "mean_sd": "gaussian_nll"}[f.last]),
			"%s makes several numbers about one target, and %s is for one", f.last, f.name)
	case f.out != targets:
		return f.atLayer(fmt.Sprintf("use `units: %d`", targets), "%d outputs for %d target column(s)", f.out, targets)
	case f.wants != loss.Real:
		if err := f.unscaled(); err != nil {
			return err
		}
	}
	return f.targetsFit()
}

// head checks the layer that makes several numbers about one target.
func (f *compatibility) head(targets int) error {
	h := loss.HeadOf(f.m.Loss)
	units, last, what := h.Outputs(1), "ordered", "a unit for each quantile, in order"
	if h.Form == task.MeanSD {
		last, what = "mean_sd", "two units, a mean and a spread"
	}
	switch {
	case targets > 1:
		return f.atLoss("name one target, or use a loss of one number each", "%s is for one target, and there are %d", f.name, targets)
	case f.out != units || f.last != last:
		return f.atLayer(fmt.Sprintf("use `units: %d` and `activation: %s`", units, last), "%s takes %s; the network ends in %d unit(s) with %s", f.name, what, f.out, f.last)
	case h.Form == task.MeanSD && f.m.Config.Data.ScaleTarget == schema.ScaleLog1p:
		return f.atLoss("write `scale_target: standard` under data, or use quantiles", "the spread of a logarithm is not that of the target, and `scale_target: log1p` trains on it")
	}
	return nil
}

// unscaled refuses to scale a target that a loss wants as it stands.
func (f *compatibility) unscaled() error {
	switch how := f.m.Config.Data.ScaleTarget; how {
	case schema.ScaleAuto, schema.ScaleNone:
		return nil
	default:
		return f.atLoss("drop `scale_target` under data", "%s takes targets as they stand, and `scale_target: %s` would scale them", f.name, how)
	}
}

func (f *compatibility) labels() error {
	targets := len(f.m.Pipeline.Targets())
	switch {
	case f.wants == loss.Class:
		return f.atLoss(fmt.Sprintf("use `loss: %s` for labels, categorical_crossentropy for a distribution", suited[task.MultiLabel]),
			"%s takes the number of a class, and the target has a column for each", f.name)
	case f.out != targets:
		return f.atLayer(fmt.Sprintf("use `units: %d`", targets), "%d outputs for %d labels", f.out, targets)
	case f.wants == loss.Binary && f.last != "sigmoid" && !f.scores:
		return f.atLayer("use `activation: sigmoid`", "%s needs a probability for each label, and %s does not give them", f.name, f.last)
	case f.wants == loss.OneHot && f.last != "softmax" && !f.scores:
		return f.atLayer("use `activation: softmax`", "%s needs probabilities that add up to 1, and %s does not give them", f.name, f.last)
	}
	return f.unscaled()
}

func (f *compatibility) yesOrNo() error {
	switch {
	case f.wants == loss.Class || f.wants == loss.OneHot:
		if f.out != 2 || f.last != "softmax" && !f.scores {
			return f.atLoss("use `loss: binary_crossentropy` with one sigmoid unit, or two softmax units",
				"%s needs one softmax unit a class; the network ends in %d unit(s) with %s", f.name, f.out, f.last)
		}
	case f.out != 1:
		return f.atLayer("use `units: 1` and `activation: sigmoid`", "%d outputs for a target of two classes under %s", f.out, f.name)
	case f.wants == loss.Binary && f.last != "sigmoid" && !f.scores:
		return f.atLayer("use `activation: sigmoid`", "%s needs a probability, and %s does not end in one", f.name, f.last)
	}
	return nil
}

// classes lets a loss over outputs, such as mse, have its classes one-hot; but
// only where the spec says that they are classes.
func (f *compatibility) classes() error {
	classes := len(f.m.Pipeline.Labels())
	columns := f.wants == loss.Binary || f.wants == loss.Real
	switch {
	case columns && f.m.Config.Data.Task != task.Multiclass:
		return f.atLoss(fmt.Sprintf("use `loss: %s`, or `task: multiclass` under data to have the classes one-hot", suited[task.Multiclass]),
			"%s does not fit a target of %d classes", f.name, classes)
	case f.out == 1 && classes == 2:
		return f.atLoss("use `loss: binary_crossentropy`, or two softmax units", "%s needs one softmax unit a class; the network ends in one unit with %s", f.name, f.last)
	case f.out != classes:
		hint := fmt.Sprintf("use `units: %d`", classes)
		if _, err := strconv.ParseFloat(f.m.Pipeline.Labels()[0], 64); err == nil && f.out == 1 {
			hint += ", or `task: regression` under data if the target is an amount"
		}
		return f.atLayer(hint, "%d outputs for a target of %d classes", f.out, classes)
	case columns:
		return nil
	case f.last == "sigmoid" || f.last == "linear" && !f.scores:
		return f.atLayer("use `activation: softmax`", "%s needs probabilities that add up to 1, and %s does not give them", f.name, f.last)
	}
	return nil
}
