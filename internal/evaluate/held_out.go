package evaluate

import (
	"math"

	"mlp/internal/calibrate"
	"mlp/internal/conformal"
	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// HeldOut says what a trained model learns from rows that its weights were not learned
// from.
type HeldOut struct {
	Calibrate    string // None or Temperature
	Intervals    bool
	calibratePos problem.Pos
	intervalsPos problem.Pos
}

// What fit.calibrate may say.
const (
	None        = "none"
	Temperature = "temperature"
)

// DecodeHeldOut reads the fields of the fit section.
func DecodeHeldOut(f *spec.Fields) HeldOut {
	h := HeldOut{
		Calibrate: f.Enum("calibrate", None, "temperature: what probabilities are to be divided by to mean what they say, as logits, is fitted on the validation rows after training", None, Temperature),
		Intervals: f.Bool("intervals", false, "whether the model keeps how far it was from the truth on the validation rows, an ensemble on those that its members left out, for intervals of numbers and sets of labels with a promise"),
	}
	h.calibratePos, h.intervalsPos = f.PosOf("calibrate"), f.PosOf("intervals")
	f.Unsaid("calibrate", "intervals")
	return h
}

// Check refuses what the model has no rows or no probabilities for.
func (h HeldOut) Check(m *model.Model, parts model.Parts) error {
	const hint = "keep rows for it: `validation: 0.2` under data.split"
	if h.Calibrate == Temperature {
		at := func(hint, msg string) error {
			return &problem.Problem{Pos: h.calibratePos, Path: "fit.calibrate", Hint: hint, Msg: msg}
		}
		if _, ok := m.Probabilities(); !ok {
			return at("leave it out; it is for a last activation sigmoid or softmax", "there are no probabilities to calibrate")
		}
		if parts.Validation == nil {
			return at(hint, "a temperature is fitted on validation rows, and there are none; on training rows every net is too sure of itself")
		}
	}
	if h.Intervals {
		at := func(hint, msg string) error {
			return &problem.Problem{Pos: h.intervalsPos, Path: "fit.intervals", Hint: hint, Msg: msg}
		}
		if _, ok := m.Probabilities(); !ok && m.Pipeline.Task() != task.Regression {
			return at("leave it out; for labels it takes a last activation sigmoid or softmax", "there are no probabilities to make sets of labels by")
		}
		if parts.Validation == nil {
			return at(hint, "intervals are learned from validation rows, and there are none; on training rows every net is nearer to the truth than elsewhere")
		}
	}
	return nil
}

// Settle lets the trained model learn from the validation rows what is asked for: the
// temperature first, for the sets of labels are those of what is answered then.
func (h HeldOut) Settle(m *model.Model, parts model.Parts) error {
	if h.Calibrate != Temperature && !h.Intervals {
		return nil
	}
	p := parts.Validation
	pred := tensor.New(p.X.Rows, m.Net.Out)
	m.Predict(p.X, pred)
	return h.Learn(m, p, pred, Answerers{}, "validation")
}

// Answerers say which of several models answered each row: those are averages of
// members of an ensemble, by number. The zero value says that one model answered all.
type Answerers struct {
	Fold    []int
	Members [][]int // by fold
}

// Learn is Settle with the answers (rows, outputs) of models that were not trained on
// the rows of p, which on names. pred is calibrated on the way.
func (h HeldOut) Learn(m *model.Model, p *model.Part, pred tensor.Mat, by Answerers, on string) error {
	exclusive, probabilities := m.Probabilities()
	if h.Calibrate == Temperature && probabilities {
		c, err := calibrate.Fit(calibrate.Held{Outputs: pred, Truth: p.Truth, Weight: p.Weight, Softmax: exclusive})
		if err != nil {
			return &problem.Problem{Domain: problem.InData, Pos: h.calibratePos, Path: "fit.calibrate", Msg: err.Error()}
		}
		c.On, c.Before = on, figures(m, p, pred)
		c.Apply(pred)
		c.After = figures(m, p, pred)
		m.Calibration = &c
	}
	if h.Intervals {
		kind := m.Pipeline.Task()
		s, err := conformal.Fit(conformal.Held{Outputs: m.Point(pred), Truth: p.Truth, Fold: by.Fold, Members: by.Members, Classes: kind.Classes(), Labels: kind == task.MultiLabel})
		if err != nil {
			return &problem.Problem{Domain: problem.InData, Pos: h.intervalsPos, Path: "fit.intervals", Msg: err.Error()}
		}
		s.On = on
		m.Scores = s
	}
	return nil
}

// figures measures probabilities, without weights.
func figures(m *model.Model, p *model.Part, pred tensor.Mat) calibrate.Figures {
	value := func(name string) float64 {
		built, err := metric.Metrics.Build(spec.NewString(name))
		if err != nil {
			panic("evaluate: " + err.Error()) // the names are those below
		}
		x := []model.Metric{{Metric: built, Name: name}}
		if m.PrepareMetrics(x) != nil {
			return -1 // it means nothing for these outputs
		}
		v := valueOf(x[0], pred, p).Value
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return -1
		}
		return v
	}
	return calibrate.Figures{LogLoss: value("log_loss"), ECE: value("ece"), Brier: value("brier")}
}
