package crossval

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/tensor"
)

// A Score is one metric, or the loss, over all folds.
type Score struct {
	Name  string
	Folds []float64 // one a fold, in their order; NaN where its rows do not determine it
	Mean  float64   // over the folds that determine it
	SD    float64   // of the sample: the divisor is one less than those folds
	Known int       // how many they are
}

// newScore summarises values of one name.
func newScore(name string, values []float64) Score {
	s := Score{Name: name, Folds: values, Mean: math.NaN(), SD: math.NaN()}
	sum, squares := 0.0, 0.0
	for _, v := range values {
		if v == v {
			sum += v
			s.Known++
		}
	}
	if s.Known == 0 {
		return s
	}
	s.Mean = sum / float64(s.Known)
	for _, v := range values {
		if v == v {
			squares += float64((v - s.Mean) * (v - s.Mean))
		}
	}
	if s.Known > 1 {
		s.SD = math.Sqrt(squares / float64(s.Known-1))
	}
	return s
}

// summarize joins the folds, and judges the gates: a limit by the mean over the
// folds, a bound by the interval of the pooled rows.
func (v *crossing) summarize(ctx context.Context, cv *Result) error {
	pooled, err := v.pool(ctx, cv)
	if err != nil {
		return err
	}
	cv.Pooled, cv.Curves = pooled, v.curves(cv)
	each := func(value func(f Fold) float64) []float64 {
		values := make([]float64, len(v.folds))
		for i, f := range v.folds {
			values[i] = value(f)
		}
		return values
	}
	loss := newScore("loss", each(func(f Fold) float64 { return f.Loss }))
	cv.Scores = append(cv.Scores, loss)
	means := &evaluate.Result{Loss: loss.Mean}
	for k, p := range pooled.Values {
		s := newScore(p.Name, each(func(f Fold) float64 { return f.Values[k].Value }))
		cv.Scores = append(cv.Scores, s)
		means.Values = append(means.Values, evaluate.Value{Name: p.Name, Value: s.Mean, Low: p.Low, High: p.High, Goal: p.Goal})
	}
	cv.Gates, cv.Failed = evaluate.Judge(v.gates, means.Find, "the mean of ")
	v.noteUnset()
	return nil
}

// curves are those of the out-of-fold answers of the first repeat.
func (v *crossing) curves(cv *Result) *evaluate.Curves {
	p, pred, _, _ := cv.Held(0)
	low, high, _ := cv.Thresholds()
	if low != high { // each fold decides by a threshold of its own
		low = math.NaN()
	}
	return evaluate.PooledCurves(v.first, p.Truth, pred, low)
}

// pool measures the out-of-fold predictions of all rows together. Of several
// repeats, each of which has every row once, it gives the means: rows that are
// counted several times would make the intervals too narrow. Only the counts of
// the confusion matrix are added up.
func (v *crossing) pool(ctx context.Context, cv *Result) (*evaluate.Result, error) {
	m, n := v.first, float64(v.o.Repeats)
	metrics, err := v.config(v.spec).MetricsFor(m)
	if err != nil {
		return nil, err
	}
	all := &evaluate.Result{Rows: len(v.held), Labels: v.schema.Labels}
	for repeat := range v.o.Repeats {
		part, pred, answers, loss := cv.Held(repeat)
		one, err := evaluate.Pooled(ctx, m, part, pred, answers, metrics)
		if err != nil {
			return nil, err
		}
		all.Loss += loss / n
		for k, x := range one.Values {
			if repeat == 0 {
				all.Values = append(all.Values, evaluate.Value{Name: x.Name, Goal: x.Goal})
			}
			sum := &all.Values[k]
			sum.Value += x.Value / n
			sum.Low += x.Low / n
			sum.High += x.High / n
			sum.Baseline += x.Baseline / n
		}
		all.Confusion = all.Confusion.Plus(one.Confusion)
	}
	if v.schema.Task.Classes() {
		all.Classes = evaluate.ConfusionClasses(all.Labels, all.Confusion)
	}
	all.NoteLoss(m)
	return all, nil
}

// Held returns the rows that were held out in a repeat, from 0, with the outputs of the
// model that has not trained on them, in file order, the answers at the threshold of each
// fold, and the mean loss.
func (c *Result) Held(repeat int) (p *model.Part, pred, answers tensor.Mat, loss float64) {
	rows, n := len(c.held), len(c.Folds)/c.Repeats
	folds := c.Folds[repeat*n:][:n]
	pred = tensor.New(rows, folds[0].pred.Cols)
	answers = tensor.New(rows, pred.Cols)
	p = &model.Part{Truth: tensor.New(rows, folds[0].truth.Cols)}
	if folds[0].weight != nil {
		p.Weight = make([]float32, rows)
	}
	for _, f := range folds {
		for i, row := range f.rows {
			row, _ := slices.BinarySearch(c.held, row)
			copy(pred.Row(row), f.pred.Row(i))
			copy(answers.Row(row), f.shown.Row(i))
			copy(p.Truth.Row(row), f.truth.Row(i))
			if p.Weight != nil {
				p.Weight[row] = f.weight[i]
			}
		}
		loss += float64(f.Loss * (float64(len(f.rows)) / float64(rows)))
	}
	return p, pred, answers, loss
}

// noteUnset notes folds in which the rule for the threshold has chosen none.
func (v *crossing) noteUnset() {
	for _, f := range v.folds {
		if f.unset != nil && v.o.Note != nil {
			v.o.Note(fmt.Sprintf("%s: %v; it is judged at %g", v.name(f), f.unset, v.first.Meaning().Cut()))
		}
	}
}

// Thresholds returns the lowest and the highest threshold of the folds, and the
// rule that has led to them, "" for a number.
func (c *Result) Thresholds() (low, high float64, rule string) {
	low, high = c.Folds[0].at.Value, c.Folds[0].at.Value
	for _, f := range c.Folds {
		low, high = min(low, f.at.Value), max(high, f.at.Value)
		rule = cmp.Or(rule, f.at.Rule)
	}
	return low, high, rule
}

// An OutOfFold is the answer for one row by the model that was not trained on it.
type OutOfFold struct {
	Line           int // in the table
	Repeat, Fold   int // from 1
	Truth, Outputs []float32
	Threshold      float64 // of the fold
}

// OutOfFold returns every row that was held out once a repeat, in file order.
func (c *Result) OutOfFold() []OutOfFold {
	all := make([]OutOfFold, len(c.held)*c.Repeats)
	for _, f := range c.Folds {
		for i, row := range f.rows {
			at, _ := slices.BinarySearch(c.held, row)
			all[at*c.Repeats+f.Repeat-1] = OutOfFold{Line: c.lines[row], Repeat: f.Repeat, Fold: f.Fold, Truth: f.truth.Row(i), Outputs: f.pred.Row(i), Threshold: f.at.Value}
		}
	}
	return all
}
