package evaluate

import (
	"fmt"
	"math"
	"slices"

	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/spec"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// fewest is how many rows say something about all others, and not about themselves.
const fewest = 20

// Findings are what somebody should know of a trained model before it is used, a line
// each: that it answers every row alike, that units of it do nothing, that it is no better
// than the simplest guess, that it became worse on validation rows while it went on to learn its training rows.
// There are none where all is well. name is what the measured rows are called.
func (e *Evaluation) Findings(name string) (all []string) {
	if e.Rows < fewest {
		return nil
	}
	for _, found := range []string{e.sameAnswer(name), e.deadUnits(name), e.noBetter(name), parting(e.m)} {
		if found != "" {
			all = append(all, found)
		}
	}
	return all
}

// sameAnswer says that every row is answered alike, where the truth differs.
func (e *Evaluation) sameAnswer(name string) string {
	truth := e.part.Truth
	if e.m.Pipeline.Task() == task.MultiLabel || constant(truth.Cols, 0, func(f func(int, tensor.Mat)) { f(0, truth) }) {
		return ""
	}
	if !e.m.Pipeline.Task().Classes() {
		if constant(e.m.Net.Out, 1e-6, e.EachOutput) {
			return fmt.Sprintf("the answer is the same for every one of the %d %s rows: the network tells no row from another; try another initializer, or a lower learning rate", e.Rows, name)
		}
		return ""
	}
	first := e.answers[0]
	if slices.ContainsFunc(e.answers, func(answer int) bool { return answer != first }) {
		return ""
	}
	text := fmt.Sprintf("the answer is %q for every one of the %d %s rows", e.Labels[first], e.Rows, name)
	one, many := "probability", "probabilities"
	if meaning := e.m.Meaning(); meaning != task.Probability {
		one, many = meaning.String(), meaning.String()+"s"
	}
	switch {
	case constant(e.m.Net.Out, 1e-6, e.EachOutput):
		return text + ", with one " + one + ": the network tells no row from another; try another initializer, or a lower learning rate"
	case e.m.Net.Out == 1:
		return text + "; their " + many + " differ, and a threshold that suits them tells labels apart: evaluate.threshold: max_f1"
	}
	return text + "; their " + many + " differ"
}

// constant reports whether all rows of so many columns, which each hands on some at a
// time, are alike, up to a share of the largest number.
func constant(columns int, share float64, each func(func(first int, m tensor.Mat))) bool {
	low, high := make([]float64, columns), make([]float64, columns)
	for j := range low {
		low[j], high[j] = math.Inf(1), math.Inf(-1)
	}
	each(func(_ int, m tensor.Mat) {
		for i := range m.Rows {
			for j, v := range m.Row(i) {
				low[j], high[j] = min(low[j], float64(v)), max(high[j], float64(v))
			}
		}
	})
	for j := range low {
		if high[j]-low[j] > share*max(math.Abs(low[j]), math.Abs(high[j])) {
			return false
		}
	}
	return true
}

// noBetter compares with the best answer that looks at no column: the shares of the
// labels, or the mean. Weights move probabilities away from the shares on purpose.
func (e *Evaluation) noBetter(name string) string {
	_, probabilities := e.m.Probabilities()
	measure, guess := "rmse", "the mean for every row"
	switch {
	case e.m.Pipeline.Task() == task.Regression:
	case probabilities && e.m.Pipeline.Task().Classes() && weightless(e.m, e.part):
		measure, guess = "log_loss", "the shares of the labels for every row"
	default:
		return ""
	}
	built, err := metric.Metrics.Build(spec.NewString(measure))
	if err != nil {
		panic("evaluate: " + err.Error()) // the names are those above
	}
	one := []model.Metric{{Metric: built, Name: measure}}
	if e.m.PrepareMetrics(one) != nil {
		return ""
	}
	x := one[0]
	x.Reset()
	e.EachOutput(func(first int, pred tensor.Mat) {
		x.UpdateRows(pred, e.part.Truth.Slice(first, first+pred.Rows), nil)
	})
	value, base := x.Value(), metric.Alike(x.Metric, simplest(e.m, e.part.Truth, x.OfPoint()), e.part.Truth, nil)
	if !(value >= base) {
		return ""
	}
	return fmt.Sprintf("%s %.4g on the %s rows is no better than %.4g, which answering %s gives", measure, value, name, base, guess)
}

// weightless reports whether every row counted the same in training.
func weightless(m *model.Model, p *model.Part) bool {
	classes := m.Spec.Get("fit").Get("class_weight")
	return p.Weight == nil && (classes == nil || classes.Kind == spec.Null)
}

// parting says that the validation loss has grown by a tenth since its best epoch, which
// no noise does to the loss of the same rows, while the training loss fell on.
func parting(m *model.Model) string {
	if m.Run.BestEpoch > 0 || m.Data.Validation < fewest {
		return "" // the weights of the best epoch are those that are kept
	}
	val, loss := m.History.Column("val_loss"), m.History.Column("loss")
	last := len(loss) - 1
	if last < 1 || val == nil {
		return ""
	}
	best, _ := m.History.Best()
	if best == 0 || !(val[last] > 1.1*val[best-1]) || !(val[last] > 1.25*loss[last]) || !(loss[last] < loss[best-1]) {
		return ""
	}
	return fmt.Sprintf("the weights are those of epoch %d, with val_loss %.4g; after epoch %d it was %.4g, and since then only the training loss fell, to %.4g: "+
		"early_stopping with restore_best_weights keeps the better ones; dropout, or fewer units, also help", last+1, val[last], best, val[best-1], loss[last])
}
