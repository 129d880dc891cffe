package schema

import (
	"fmt"
	"math"
	"slices"

	"mlp/internal/data/preprocess"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/task"
)

// InferTarget decides the task and collects the labels.
func InferTarget(t *table.Table, c Config, hint task.Task, s *Schema) error {
	if t.Rows < 2 {
		return problem.Data(problem.Pos{File: t.Name, Line: t.Lines[0]}, "", "training needs at least two rows, one to learn from and one more", "there is only one row")
	}
	bad := problem.List{File: t.Name}
	var columns []*table.Column
	for _, name := range s.Targets {
		columns = append(columns, t.Column(name))
	}
	s.Task = taskOf(columns, c.Task, hint)
	if s.Task.Classes() && c.Task == task.Auto && len(columns) > 1 {
		s.Task = task.MultiLabel // the loss is for probabilities, and there is a column for each
	}
	if s.Task.Classes() && len(columns) > 1 {
		return &problem.Problem{Domain: problem.InData, Pos: c.Target[1].Pos, Path: "data.target",
			Msg: fmt.Sprintf("%d targets are for regression, the task is %s", len(columns), s.Task), Hint: "predict one label at a time, or write `task: multilabel` if each column is 0 or 1"}
	}
	for _, col := range columns {
		if c.Task == task.Auto && !hint.Classes() && col.Kind == table.Categorical && t.Commas(col) {
			bad.Add(commaProblem(t, col))
			continue
		}
		if c.Task == task.Auto && !hint.Classes() {
			if p := measuredTarget(t, col); p != nil {
				bad.Add(p)
				continue
			}
		}
		checkTarget(t, col, s.Task, &bad)
	}
	if err := bad.Err(); err != nil {
		return err
	}
	if s.Task.Classes() {
		return s.collectLabels(t, columns[0], c)
	}
	if s.Task == task.MultiLabel {
		for _, col := range columns {
			CheckShares(t, col, nil, &bad)
			if err := bad.Err(); err != nil {
				return err
			}
		}
	}
	for _, col := range columns {
		if note := sentinelNote(col); note != nil && s.Task == task.Regression {
			note.Hint += ", with `drop_missing_target: true`"
			s.Notes = append(s.Notes, *note)
		}
	}
	return checkSpread(t, c, columns)
}

// measuredTarget refuses to take amounts, durations, times or dates for the names of classes,
// because each is no plain number; nil where the words are few, as labels are, or
// no such thing.
func measuredTarget(t *table.Table, col *table.Column) *problem.Problem {
	if col.Kind != table.Categorical || len(col.Words) <= integerClasses {
		return nil
	}
	kind := preprocess.KindOf(col, t.Reading.Marks)
	if kind == preprocess.Categorical || kind == preprocess.Boolean {
		return nil
	}
	return t.Problem(slices.IndexFunc(col.Codes, func(code int32) bool { return code >= 0 }), col, func(text string) (msg, hint string) {
		return fmt.Sprintf("the target has %d different cells of the kind %q, such as %q", len(col.Words), kind, text),
			"write plain numbers, a unit belongs in the name of the column; if they are names of classes: `task: multiclass`"
	})
}

// taskOf decides the task: what the spec says, else what the loss demands, else
// what the target looks like.
func taskOf(columns []*table.Column, declared, hint task.Task) task.Task {
	if declared != task.Auto {
		return declared
	}
	if hint != task.Auto {
		return hint
	}
	col := columns[0]
	labels := col.Words
	if len(columns) > 1 || col.Kind == table.Numeric && !fewIntegers(col) {
		return task.Regression
	}
	if col.Kind == table.Numeric {
		labels = preprocess.NewIndex(labels).Words // 1 and 1.0 are one
	}
	if len(labels) > 2 {
		return task.Multiclass
	}
	return task.Binary
}

// fewIntegers reports whether a numeric target looks like class numbers: few
// different whole numbers, which follow each other closely or stand for several
// rows each. The weights of twenty people are neither.
func fewIntegers(col *table.Column) bool {
	if col.Codes == nil || len(col.Words) > integerClasses || !col.IsInteger() {
		return false
	}
	least, most := math.Inf(1), math.Inf(-1)
	for row := range col.Len() {
		if v := col.Number(row); v == v {
			least, most = min(least, v), max(most, v)
		}
	}
	filled, different := float64(col.Len()-col.Missing), float64(len(col.Words))
	return most-least < classGaps*different || filled >= classRows*different
}

// Class numbers take up classGaps times as much room as there are of them, or
// stand in classRows rows each.
const (
	classGaps = 2
	classRows = 5
)

// checkTarget refuses missing targets, and words where numbers are wanted.
func checkTarget(t *table.Table, col *table.Column, task task.Task, bad *problem.List) {
	if col.Kind == table.Numeric {
		preprocess.CheckNumbers(t, col, bad)
	}
	if col.Kind == table.Categorical && !task.Classes() {
		bad.Add(t.Problem(firstFilled(col), col, func(text string) (msg, hint string) {
			return fmt.Sprintf("a target of %s holds words: %q", task, problem.Clip(text)), "use a classification loss, `task: binary` or `task: multiclass`, or correct the column"
		}))
	}
	if col.Missing == t.Rows {
		bad.Add(noTarget(t, col))
		return
	}
	CheckTargets(t, col, nil, bad, "rows without a target cannot be learned from: leave them out with `drop_missing_target: true` under `data:`, or correct na_values")
}

// checkSpread refuses a regression target that is always the same.
func checkSpread(t *table.Table, c Config, columns []*table.Column) error {
	for i, col := range columns {
		same := true
		for row := range t.Rows {
			same = same && col.Number(row) == col.Number(0)
		}
		if same {
			return &problem.Problem{Domain: problem.InData, Pos: c.Target[i].Pos, Path: col.Name, Also: []problem.Pos{{File: t.Name}}, Hint: "predict another column",
				Msg: fmt.Sprintf("the target is %s in every row: there is nothing to learn", col.Text(0))}
		}
	}
	return nil
}

// collectLabels sets the labels of a classification.
func (s *Schema) collectLabels(t *table.Table, col *table.Column, c Config) error {
	if col.Codes == nil {
		return problem.Data(c.Target[0].Pos, col.Name, "for regression use a regression loss; if these are classes, write `task: multiclass`",
			"the target has more than %d different numbers", table.BothLimit)
	}
	s.Index = preprocess.NewIndex(col.Words)
	labels := s.Index.Words
	at := c.Target[0].Pos
	switch {
	case len(labels) == 1:
		return &problem.Problem{Domain: problem.InData, Pos: at, Path: col.Name, Also: []problem.Pos{{File: t.Name}}, Hint: "a classifier needs rows of at least two classes",
			Msg: fmt.Sprintf("the target is %q in every row", labels[0])}
	case s.Task == task.Binary && len(labels) > 2:
		return problem.Data(at, col.Name, "use a multiclass loss (sparse_categorical_crossentropy, softmax), or correct the column",
			"a binary target has two labels, this one has %d: %s", len(labels), spec.QuoteSome(labels))
	case c.Positive != "" && s.Task != task.Binary:
		return &problem.Problem{Domain: problem.InSpec, Pos: c.PositivePos, Path: "data.positive",
			Msg: fmt.Sprintf("there is no positive label among %d", len(labels)), Hint: "delete the line"}
	case c.Positive != "":
		i := s.Index.Find(c.Positive)
		if i < 0 {
			return &problem.Problem{Domain: problem.InData, Pos: c.PositivePos, Path: "data.positive", Width: len(c.Positive),
				Msg:  fmt.Sprintf("no row of %q is labelled %q", col.Name, c.Positive),
				Hint: "the labels are " + spec.QuoteSome(labels)}
		}
		if i == 0 {
			slices.Reverse(labels)
			s.Index = preprocess.IndexOf(labels)
		}
	}
	s.Labels = s.Index.Words
	return nil
}
