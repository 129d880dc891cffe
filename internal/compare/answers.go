// Package compare holds two models, or two lists of answers of any program, against each
// other on the same rows: in go the answers and the truth, out come each metric of both,
// their difference with its interval, and how likely so large a one is by chance. That
// the rows are the same makes the difference far more certain than the two values are.
package compare

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"mlp/internal/crossval"
	"mlp/internal/evaluate"
	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// Answers are what one model says of rows whose truth is known.
type Answers struct {
	Name    string
	Task    task.Task
	Labels  []string
	Meaning task.Meaning // of the outputs
	keys    []string     // of each row, by which it is found again; nil: by its place
	folds   []string     // that each row was held out in; nil: none
	pred    tensor.Mat   // (rows, outputs): of two labels the probability of the second
	decided tensor.Mat   // (rows, outputs): 1 for the answer, else 0; of numbers pred
	truth   tensor.Mat   // (rows, 1) of labels' indices, or of numbers
	scored  bool         // pred says more than decided

	// Of a cross-validation: how often every row was held out, repeat by repeat, and how
	// many rows a fold was trained on; 0: not known.
	repeats int
	trained float64
}

// OfModel takes the answers of a model that was measured; name is what it is called.
func OfModel(name string, m *model.Model, p *model.Part, outputs tensor.Mat, threshold float64) (*Answers, error) {
	a := &Answers{Name: name, Task: m.Pipeline.Task(), Labels: m.Pipeline.Labels(), Meaning: m.Meaning(), pred: m.Point(outputs), truth: p.Truth, scored: true}
	if a.Task == task.MultiLabel || a.Task == task.Regression && a.pred.Cols > 1 {
		return nil, problem.Model(name, "", "the model has several targets, which are not compared at once")
	}
	if a.Task == task.Binary && outputs.Cols == 2 {
		a.pred, threshold = outputs.Column(1, nil), metric.DefaultThreshold
	}
	for _, line := range p.Lines {
		a.keys = append(a.keys, strconv.Itoa(line))
	}
	a.decide(threshold)
	return a, nil
}

// OfFolds takes the out-of-fold answers of a cross-validation.
func OfFolds(name string, cv *crossval.Result) (*Answers, error) {
	a := &Answers{Name: name, Task: cv.Schema.Task, Labels: cv.Schema.Labels, Meaning: cv.Meaning, scored: true, repeats: cv.Repeats}
	if a.Task == task.MultiLabel || a.Task == task.Regression && len(cv.Schema.Targets) > 1 {
		return nil, problem.Model(name, "", "it has several targets, which are not compared at once")
	}
	for _, f := range cv.Folds {
		a.trained += float64(f.Train+f.Validation) / float64(len(cv.Folds))
	}
	all := cv.OutOfFold()
	slices.SortStableFunc(all, func(x, y crossval.OutOfFold) int { return cmp.Compare(x.Repeat, y.Repeat) })
	two := a.Task == task.Binary && len(all[0].Outputs) == 2
	cols := len(all[0].Outputs)
	from, h := 0, cv.Outputs.Head // of the first output that is compared
	switch {
	case two:
		from, cols = 1, 1
	case h.Several():
		from, cols = h.Point(), 1
	}
	a.pred, a.truth = tensor.New(len(all), cols), tensor.New(len(all), 1)
	a.decided = tensor.New(len(all), cols)
	for i, row := range all {
		a.keys = append(a.keys, fmt.Sprintf("%d of repeat %d", row.Line, row.Repeat))
		a.folds = append(a.folds, fmt.Sprintf("%d.%d", row.Repeat, row.Fold))
		a.truth.Data[i] = row.Truth[0]
		copy(a.pred.Row(i), row.Outputs[from:from+cols])
		if two {
			row.Threshold = metric.DefaultThreshold
		}
		a.decideRow(i, row.Threshold)
	}
	return a, nil
}

// decide makes the answers of the outputs.
func (a *Answers) decide(threshold float64) {
	if a.decided = a.pred; a.Task == task.Regression {
		return
	}
	a.decided = tensor.New(a.pred.Rows, a.pred.Cols)
	for i := range a.pred.Rows {
		a.decideRow(i, threshold)
	}
}

func (a *Answers) decideRow(i int, threshold float64) {
	if a.Task == task.Regression {
		copy(a.decided.Row(i), a.pred.Row(i))
	} else if at := evaluate.Answer(a.pred.Row(i), threshold); a.pred.Cols == 1 {
		a.decided.Data[i] = float32(at)
	} else {
		a.decided.Set(i, at, 1)
	}
}

// ReadAnswers reads answers that a program has written as CSV: a line for each row, with
// the truth under true and either p(LABEL) for each label, an answer, or a number. Rows
// are found again by line or id, if there is one, and fold is that of a
// cross-validation.
func ReadAnswers(name string, r io.Reader) (*Answers, error) {
	c := csv.NewReader(r)
	header, err := c.Read()
	if err != nil {
		return nil, problem.Data(problem.Pos{File: name}, "", "", "there is no table of answers: %v", err)
	}
	rows, err := c.ReadAll()
	var broken *csv.ParseError
	if errors.As(err, &broken) {
		return nil, problem.Data(problem.Pos{File: name, Line: broken.Line}, "", "", "%v", broken.Err)
	}
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, problem.Data(problem.Pos{File: name}, "", "", "there are no answers")
	}
	t := answerTable{name: name, header: header, rows: rows}
	return t.read()
}

// An answerTable is a file of answers.
type answerTable struct {
	name   string
	header []string
	rows   [][]string
}

// column returns the first column of these names; nil if there is none.
func (t answerTable) column(names ...string) []string {
	for _, name := range names {
		if j := slices.Index(t.header, name); j >= 0 {
			all := make([]string, len(t.rows))
			for i, row := range t.rows {
				all[i] = row[j]
			}
			return all
		}
	}
	return nil
}

func (t answerTable) read() (*Answers, error) {
	a := &Answers{Name: t.name, keys: t.column("line", "id"), folds: t.column("fold")}
	if repeats := t.column("repeat"); repeats != nil {
		return nil, problem.Data(problem.Pos{File: t.name, Line: 1}, "repeat", "compare one repeat", "rows that stand there several times are no independent ones")
	}
	truth := t.column("true", "truth", "y_true")
	if truth == nil {
		return nil, problem.Data(problem.Pos{File: t.name, Line: 1}, "", "name the column true", "there is no column with the truth among %s", problem.Clip(strings.Join(t.header, ", ")))
	}
	known := []string{"line", "id", "fold", "true", "truth", "y_true"}
	probabilities := map[string]string{} // column by label
	answer := ""
	for _, name := range t.header {
		label, ok := strings.CutPrefix(name, "p(")
		if ok && strings.HasSuffix(label, ")") {
			probabilities[strings.TrimSuffix(label, ")")] = name
		} else if answer == "" && !slices.Contains(known, name) {
			answer = name
		}
	}
	if stem, _, ok := strings.Cut(answer, "_q"); ok && slices.Contains(t.header, stem+"_q50") {
		answer = stem + "_q50" // of several quantiles the median
	}
	if len(probabilities) == 0 && answer == "" {
		return nil, problem.Data(problem.Pos{File: t.name, Line: 1}, "", "", "there is no column with answers beside the truth")
	}
	if numbers, ok := parse(truth); ok && len(probabilities) == 0 {
		return t.regression(a, numbers, answer)
	}
	return t.classes(a, truth, probabilities, answer)
}

// parse reads numbers; false if a cell is none.
func parse(cells []string) (tensor.Mat, bool) {
	m := tensor.New(len(cells), 1)
	for i, c := range cells {
		v, err := strconv.ParseFloat(c, 32)
		if err != nil || math.IsNaN(v) {
			return m, false
		}
		m.Data[i] = float32(v)
	}
	return m, true
}

func (t answerTable) regression(a *Answers, truth tensor.Mat, answer string) (*Answers, error) {
	pred, ok := parse(t.column(answer))
	if !ok {
		return nil, problem.Data(problem.Pos{File: t.name}, answer, "", "the truth is numbers, and an answer is none")
	}
	a.Task, a.truth, a.pred, a.scored = task.Regression, truth, pred, true
	a.decide(0)
	return a, nil
}

// classes reads answers that are labels, with their probabilities if they are there.
func (t answerTable) classes(a *Answers, truth []string, probabilities map[string]string, answer string) (*Answers, error) {
	answers := t.column(answer)
	found := map[string]bool{}
	for _, label := range slices.Concat(truth, slices.Collect(maps.Keys(probabilities))) {
		found[label] = true
	}
	if len(probabilities) == 0 {
		for _, label := range answers {
			found[label] = true
		}
	}
	a.Labels = slices.SortedFunc(maps.Keys(found), func(x, y string) int { return cmp.Compare(x, y) })
	a.Task, a.Meaning, a.scored = task.Multiclass, task.Probability, len(probabilities) > 0
	if len(a.Labels) == 2 {
		a.Task = task.Binary
	}
	at := map[string]int{}
	for k, label := range a.Labels {
		at[label] = k
	}
	a.truth = tensor.New(len(truth), 1)
	for i, label := range truth {
		a.truth.Data[i] = float32(at[label])
	}
	a.pred = tensor.New(len(truth), len(a.Labels))
	for k, label := range a.Labels {
		column, ok := probabilities[label]
		switch {
		case ok:
			numbers, ok := parse(t.column(column))
			if !ok {
				return nil, problem.Data(problem.Pos{File: t.name}, column, "", "a probability is no number")
			}
			for i, v := range numbers.Data {
				a.pred.Set(i, k, v)
			}
		case a.scored && len(a.Labels) > 2:
			return nil, problem.Data(problem.Pos{File: t.name, Line: 1}, "", "", "there is no column p(%s) beside those of other labels", label)
		case !a.scored:
			for i, given := range answers {
				if given == label {
					a.pred.Set(i, k, 1)
				}
			}
		}
	}
	if a.Task == task.Binary {
		if _, ok := probabilities[a.Labels[1]]; a.scored && !ok { // the other one alone
			for i := range a.pred.Rows {
				a.pred.Set(i, 1, 1-a.pred.At(i, 0))
			}
		}
		a.pred = a.pred.Column(a.pred.Cols-1, nil)
	}
	a.decide(metric.DefaultThreshold)
	// What is answered may be by another threshold than ½.
	if answers != nil && a.scored && a.Task == task.Binary {
		for i, given := range answers {
			if k, ok := at[given]; ok {
				a.decided.Data[i] = float32(k)
			}
		}
	}
	return a, nil
}
