package predict

import (
	"errors"
	"strconv"
	"strings"

	"mlp/internal/conformal"
	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/task"
)

// UsualLevel is the share of rows whose truth an interval holds, where none is given.
const UsualLevel = 0.9

// Promise adds to each answer an interval, or a set of labels, that holds the truth for
// a share of rows.
func (a *Answer) Promise(m *model.Model, level float64) error {
	if !(level > 0 && level < 1) {
		return problem.InOption("interval", "0.9 promises that nine of ten hold the truth", "%g is no share between 0 and 1", level)
	}
	if m.Scores == nil && a.head.Form != task.Numbers {
		return a.promiseOwn(m, level)
	}
	if m.Scores == nil {
		return problem.InOption("interval", "write `intervals: true` under fit, and `validation: 0.2` under data.split, and train the model anew",
			"the model has kept nothing to make intervals from")
	}
	l, err := m.Scores.At(level)
	var high *conformal.TooHigh
	if errors.As(err, &high) {
		return problem.InOption("interval", "choose a lower one, or hold more rows out in training", "%v", err)
	}
	a.level = l
	return nil
}

// promiseOwn takes the interval of the distribution that the outputs describe.
func (a *Answer) promiseOwn(m *model.Model, level float64) error {
	if !a.head.Gives(level) {
		var shares []string
		for _, s := range a.head.Shares() {
			shares = append(shares, strconv.FormatFloat(s, 'g', -1, 64))
		}
		hint := "train the model with two quantiles that leave as much out at both ends"
		if shares != nil {
			hint = "choose " + strings.Join(shares, " or ")
		}
		return problem.InOption("interval", hint, "no two quantiles of the model have the middle %g of rows between them", level)
	}
	if a.head.Form == task.Rate && m.Pipeline.Scaled() {
		return problem.InOption("interval", "train the model with `scale_target: none` under data", "the model counts in other units than the target's")
	}
	a.own = level
	return nil
}

// Own reports whether the intervals are those of the distribution that the model itself
// describes, which no rows vouch for.
func (a *Answer) Own() bool { return a.own > 0 }

// promised names the cells that Promise adds.
func (a *Answer) promised() (names []string) {
	if a.own > 0 {
		for _, t := range a.targets {
			names = append(names, t+".model_lower", t+".model_upper")
		}
		return names
	}
	if a.level == nil {
		return nil
	}
	switch {
	case a.task.Classes():
		return []string{"set"}
	case a.task == task.MultiLabel:
		for _, t := range a.targets {
			names = append(names, t+".set")
		}
	default:
		for _, t := range a.targets {
			names = append(names, t+".lower", t+".upper")
		}
	}
	return names
}

// Groups returns how many averages of members Write takes besides the outputs; 0 for none.
func (a *Answer) Groups() int { return len(a.groups()) }

// groups are the members of an ensemble whose averages the intervals rest on; nil where
// the model's own answer is all that they need.
func (a *Answer) groups() [][]int {
	if a.level == nil {
		return nil
	}
	return a.level.Members()
}

// writePromised hands those cells on. answers are the outputs of each model that has
// scores: of a single network, the ones it gives.
func (a *Answer) writePromised(w CellWriter, answers [][]float32) {
	if a.own > 0 {
		a.writeOwn(w, answers[0])
		return
	}
	if a.level == nil {
		return
	}
	of := make([]float64, len(answers))
	each := func(value func(outputs []float32) float32) []float64 {
		for k, outputs := range answers {
			of[k] = float64(value(outputs))
		}
		return of
	}
	switch {
	case a.task.Classes():
		w.Words(a.set(0, a.labels, func(class int) []float64 {
			return each(func(outputs []float32) float32 { return a.of(outputs, class) })
		}))
	case a.task == task.MultiLabel:
		for j := range a.targets {
			w.Words(a.set(j, []string{"0", "1"}, func(class int) []float64 {
				return each(func(outputs []float32) float32 { return a.of(outputs[j:j+1], class) })
			}))
		}
	default:
		for j := range a.targets {
			low, high := a.level.Interval(j, each(func(outputs []float32) float32 { return outputs[j+a.head.Point()] }))
			w.Number(float32(low))
			w.Number(float32(high))
		}
	}
}

// writeOwn hands on the ends that the outputs of a row give themselves.
func (a *Answer) writeOwn(w CellWriter, outputs []float32) {
	for j := range a.targets {
		low, high := a.head.Interval(outputs[j:], a.own)
		w.Number(float32(low))
		w.Number(float32(high))
	}
}

// set collects the labels that belong to the set of target j.
func (a *Answer) set(j int, labels []string, of func(class int) []float64) (set []string) {
	for class, label := range labels {
		if a.level.Holds(j, of(class)) {
			set = append(set, label)
		}
	}
	return set
}
