package data

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"mlp/internal/problem"
	"mlp/internal/spec"
)

// inferTarget decides the task and collects the labels.
func inferTarget(t *Table, c Config, hint Task, s *Schema) error {
	bad := complaints{file: t.Name}
	var columns []*Column
	for _, name := range s.Targets {
		columns = append(columns, t.Column(name))
	}
	s.Task = taskOf(columns, c.Task, hint)
	if s.Task.Classes() && c.Task == Auto && len(columns) > 1 {
		s.Task = MultiLabel // the loss is for probabilities, and there is a column for each
	}
	if s.Task.Classes() && len(columns) > 1 {
		return &problem.Problem{Domain: problem.InData, Pos: c.Target[1].Pos, Path: "data.target",
			Msg: fmt.Sprintf("%d targets are for regression, the task is %s", len(columns), s.Task), Hint: "predict one label at a time, or write `task: multilabel` if each column is 0 or 1"}
	}
	for _, col := range columns {
		checkTarget(t, col, s.Task, &bad)
	}
	if err := bad.err(); err != nil {
		return err
	}
	if s.Task.Classes() {
		return s.collectLabels(t, columns[0], c)
	}
	if s.Task == MultiLabel {
		for _, col := range columns {
			if err := checkShares(t, col, nil); err != nil {
				return err
			}
		}
	}
	return checkSpread(t, c, columns)
}

// taskOf decides the task: what the spec says, else what the loss demands, else
// what the target looks like.
func taskOf(columns []*Column, declared, hint Task) Task {
	if declared != Auto {
		return declared
	}
	if hint != Auto {
		return hint
	}
	col := columns[0]
	labels := col.Words
	if len(columns) > 1 || col.Kind == Numeric && !fewIntegers(col) {
		return Regression
	}
	if col.Kind == Numeric {
		labels = newLabelIndex(labels).labels // 1 and 1.0 are one
	}
	if len(labels) > 2 {
		return Multiclass
	}
	return Binary
}

// fewIntegers reports whether a numeric target looks like class numbers: few
// different whole numbers, which follow each other closely or stand for several
// rows each. The weights of twenty people are neither.
func fewIntegers(col *Column) bool {
	if col.Codes == nil || len(col.Words) > integerClasses || !isInteger(col) {
		return false
	}
	least, most := math.Inf(1), math.Inf(-1)
	for _, v := range col.Numbers {
		if v == v {
			least, most = min(least, float64(v)), max(most, float64(v))
		}
	}
	filled, different := float64(len(col.Numbers)-col.Missing), float64(len(col.Words))
	return most-least < classGaps*different || filled >= classRows*different
}

// Class numbers take up classGaps times as much room as there are of them, or
// stand in classRows rows each.
const (
	classGaps = 2
	classRows = 5
)

// checkTarget refuses missing targets, and words where numbers are wanted.
func checkTarget(t *Table, col *Column, task Task, bad *complaints) {
	if col.Kind == Numeric {
		badNumbers(t, col, bad)
	}
	if col.Kind == Categorical && !task.Classes() {
		p := t.problems([]cellAt{{firstFilled(col), col}}, func(_ *Column, text string) (string, string) {
			return fmt.Sprintf("a target of %s holds words: %q", task, problem.Clip(text)), "use a classification loss, `task: binary` or `task: multiclass`, or correct the column"
		})[0]
		bad.add(p)
	}
	bad.missing(t, col, "rows without a target cannot be learned from: delete them, or correct na_values", func(row int) bool {
		return col.isMissing(row) && !slices.Contains(col.Others, row)
	})
}

// checkShares refuses a column of a multi-label target that holds a number beyond
// 0 and 1 in the given rows; nil stands for all.
func checkShares(t *Table, col *Column, rows []int) error {
	if rows == nil {
		rows = AllRows(t)
	}
	bad := complaints{file: t.Name}
	var cells []cellAt
	for _, row := range rows {
		if v := col.Numbers[row]; v < 0 || v > 1 {
			if len(cells) < complaintLimit {
				cells = append(cells, cellAt{row, col})
			} else {
				bad.more++
			}
		}
	}
	for _, p := range t.problems(cells, func(_ *Column, text string) (string, string) {
		return fmt.Sprintf("%q is not between 0 and 1", problem.Clip(text)), "each column of a multi-label target says no or yes, as 0 or 1, or how much of a yes"
	}) {
		bad.add(p)
	}
	return bad.err()
}

// missing complains about the cells of a column that a test picks.
func (c *complaints) missing(t *Table, col *Column, hint string, missing func(row int) bool) {
	if col.Missing == 0 {
		return
	}
	var cells []cellAt
	for row := 0; row < t.Rows && len(cells) < complaintLimit; row++ {
		if missing(row) {
			cells = append(cells, cellAt{row, col})
		}
	}
	for _, p := range t.problems(cells, func(_ *Column, text string) (string, string) {
		if text == "" {
			return "the target is missing", hint
		}
		return fmt.Sprintf("the target is missing: %q", problem.Clip(text)), hint
	}) {
		c.add(p)
	}
	c.more += max(0, col.Missing-len(cells))
}

// checkSpread refuses a regression target that is always the same.
func checkSpread(t *Table, c Config, columns []*Column) error {
	for i, col := range columns {
		same := true
		for _, v := range col.Numbers {
			same = same && v == col.Numbers[0]
		}
		if same {
			return &problem.Problem{Domain: problem.InData, Pos: c.Target[i].Pos, Path: col.Name, Also: []problem.Pos{{File: t.Name}}, Hint: "predict another column",
				Msg: fmt.Sprintf("the target is %s in every row: there is nothing to learn", col.text(0))}
		}
	}
	return nil
}

// collectLabels sets the labels of a classification.
func (s *Schema) collectLabels(t *Table, col *Column, c Config) error {
	if col.Codes == nil {
		return problem.Data(c.Target[0].Pos, col.Name, "for regression use a regression loss; if these are classes, write `task: multiclass`",
			"the target has more than %d different numbers", bothLimit)
	}
	s.labels = newLabelIndex(col.Words)
	labels := s.labels.labels
	at := c.Target[0].Pos
	switch {
	case len(labels) == 1:
		return &problem.Problem{Domain: problem.InData, Pos: at, Path: col.Name, Also: []problem.Pos{{File: t.Name}}, Hint: "a classifier needs rows of at least two classes",
			Msg: fmt.Sprintf("the target is %q in every row", labels[0])}
	case s.Task == Binary && len(labels) > 2:
		return problem.Data(at, col.Name, "use a multiclass loss (sparse_categorical_crossentropy, softmax), or correct the column",
			"a binary target has two labels, this one has %d: %s", len(labels), someLabels(labels))
	case c.Positive != "" && s.Task != Binary:
		return &problem.Problem{Domain: problem.InSpec, Pos: c.PositivePos, Path: "data.positive",
			Msg: fmt.Sprintf("there is no positive label among %d", len(labels)), Hint: "delete the line"}
	case c.Positive != "":
		i := s.labels.find(c.Positive)
		if i < 0 {
			return &problem.Problem{Domain: problem.InData, Pos: c.PositivePos, Path: "data.positive", Width: len(c.Positive),
				Msg:  fmt.Sprintf("no row of %q is labelled %q", col.Name, c.Positive),
				Hint: "the labels are " + spec.Quote(labels)}
		}
		if i == 0 {
			slices.Reverse(labels)
			s.labels.reindex()
		}
	}
	s.Labels = s.labels.labels
	return nil
}

func someLabels(labels []string) string {
	if len(labels) <= 8 {
		return spec.Quote(labels)
	}
	return spec.Quote(labels[:8]) + ", …"
}

// A labelIndex finds the place of a word in a sorted list of words. Where all
// are numbers they are told apart by value, so that 1 and 1.0 are one label.
type labelIndex struct {
	labels  []string
	byWord  map[string]int
	byValue map[float64]int // nil unless all labels are numbers
}

// newLabelIndex sorts the words, numbers as numbers. Of several spellings of one
// number the shortest is kept.
func newLabelIndex(words []string) labelIndex {
	x := labelIndex{labels: slices.Clone(words)}
	values := make(map[string]float64, len(words))
	numeric := len(words) > 0
	for _, w := range words {
		if _, v := number(w); v != isNumber {
			numeric = false
			break
		}
		values[w], _ = strconv.ParseFloat(w, 64)
	}
	if !numeric {
		slices.Sort(x.labels)
		x.labels = slices.Compact(x.labels)
		x.reindex()
		return x
	}
	slices.SortFunc(x.labels, func(a, b string) int {
		return cmp.Or(cmp.Compare(values[a], values[b]), cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	x.labels = slices.CompactFunc(x.labels, func(a, b string) bool { return values[a] == values[b] })
	x.byValue = map[float64]int{}
	x.reindex()
	return x
}

// indexOf indexes labels in the order given.
func indexOf(labels []string) labelIndex {
	x := newLabelIndex(labels)
	x.labels = slices.Clone(labels)
	x.reindex()
	return x
}

func (x *labelIndex) reindex() {
	x.byWord = make(map[string]int, len(x.labels))
	for i, l := range x.labels {
		x.byWord[l] = i
		if x.byValue != nil {
			v, _ := strconv.ParseFloat(l, 64)
			x.byValue[v] = i
		}
	}
}

// find returns the place of a word, or -1.
func (x *labelIndex) find(word string) int {
	if i, ok := x.byWord[word]; ok {
		return i
	}
	if x.byValue != nil {
		if _, v := number(word); v == isNumber {
			f, _ := strconv.ParseFloat(word, 64)
			if i, ok := x.byValue[f]; ok {
				return i
			}
		}
	}
	return -1
}
