package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"mlp/internal/evaluate"
	"mlp/internal/iostreams"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

func Evaluation(e *evaluate.Result, name string) *Document {
	d := &Document{verb: "evaluate", title: fmt.Sprintf("Evaluation on %d %s", e.Rows, name), gates: e.Gates}
	d.note(DecisionText(e.Decision))
	d.note(binNote(e))
	d.addEvaluation(e)
	d.numbers = append(d.numbers, [2]string{"rows", fmt.Sprint(e.Rows)}, [2]string{"loss", spec.NumberJSON(e.Loss)})
	for _, v := range e.Values {
		d.numbers = append(d.numbers, [2]string{v.Name, spec.NumberJSON(v.Value)})
	}
	return d
}

// addEvaluation appends what there is to say of some rows.
func (d *Document) addEvaluation(e *evaluate.Result) {
	d.note(e.LossNote)
	d.Add("Metrics", metricTable(e))
	if t := confusionTable(e); t != nil {
		matrix := len(e.Labels) <= mostLabels
		d.sections = append(d.sections, section{title: "Confusion matrix", table: t, shaded: matrix})
	}
	d.Add("Each label", classTable(e))
	d.note(classNote(e))
	d.Add(binTitle, binTable(e))
	d.Add("Labels that training never saw", unseenTable(e))
	d.Add("Each target", targetTable(e))
	d.Add("Errors", residualTable(e))
	d.warnings = append(d.warnings, Warnings(e)...)
}

// DecisionText says by which threshold yes was told from no; "" where that is the
// usual one, or none.
func DecisionText(d evaluate.Decision) string {
	switch {
	case d.Here:
		return fmt.Sprintf("at threshold %g, chosen by %s on these rows", d.Value, d.Rule)
	case d.Rule != "":
		return fmt.Sprintf("at threshold %g, chosen by %s on %d %s rows", d.Value, d.Rule, d.Rows, d.On)
	case d.Value != 0 && d.Value != 0.5:
		return fmt.Sprintf("at threshold %g", d.Value)
	}
	return ""
}

const chosenHere = "the threshold was chosen on the rows that it is measured on: on others it will do less well"

// Warnings is what to think of before the values are believed.
func Warnings(e *evaluate.Result) []string {
	var all []string
	if e.Decision.Here {
		all = append(all, chosenHere)
	}
	for _, v := range e.Values {
		if !v.BeatsBaseline() {
			all = append(all, v.Name+" is no better than always giving the same answer")
		}
	}
	return all
}

// metricTable has the loss and a line a metric.
func metricTable(e *evaluate.Result) *Table {
	t := NewTable("metric", "value", "95 % interval", "baseline")
	t.Right(1, 3)
	t.Add("loss", number(e.Loss), "", "")
	for _, v := range e.Values {
		t.Add(valueCells(v)...)
	}
	return t
}

// valueCells are name, value, interval and baseline of a metric; "" for what it has not.
func valueCells(v evaluate.Value) []string {
	cells := []string{v.Name, number(v.Value), "", ""}
	if !math.IsNaN(v.Low) {
		cells[2] = number(v.Low) + " to " + number(v.High)
	}
	if !math.IsNaN(v.Baseline) {
		cells[3] = number(v.Baseline)
	}
	return cells
}

// classTable has precision, recall and f1 of each label; nil for numbers.
func classTable(e *evaluate.Result) *Table {
	if len(e.Classes) == 0 {
		return nil
	}
	t := NewTable("label", "precision", "recall", "f1", "support")
	t.Right(1, 2, 3, 4)
	shown := e.Classes
	if len(shown) > mostLabels {
		shown = slices.Clone(shown)
		slices.SortStableFunc(shown, func(a, b evaluate.Class) int { return cmp.Compare(a.F1, b.F1) })
		shown = shown[:mostLabels]
	}
	macro, weighted := evaluate.ClassAverages(e.Classes, e.Confusion != nil)
	for _, c := range slices.Concat(shown, []evaluate.Class{macro, weighted}) {
		t.Add(iostreams.Printable(c.Label), number(c.Precision), number(c.Recall), number(c.F1), strconv.Itoa(c.Support))
	}
	return t
}

// unseenTable has the labels that training never saw, the most frequent first; nil: none.
func unseenTable(e *evaluate.Result) *Table {
	if len(e.Unseen) == 0 {
		return nil
	}
	const most = 10
	t := NewTable("unknown label", "rows", "mostly taken for")
	t.Right(1)
	for _, u := range e.Unseen[:min(most, len(e.Unseen))] {
		t.Add(iostreams.Printable(problem.Clip(u.Label)), strconv.Itoa(u.Rows), fmt.Sprintf("%s (%s)", iostreams.Printable(problem.Clip(u.Answer)), Percent(float64(u.Answered)/float64(u.Rows))))
	}
	if more := len(e.Unseen) - most; more > 0 {
		t.Add(fmt.Sprintf("and %d more", more), "", "")
	}
	return t
}

// classNote says what the table of labels does not show; "" where it has all.
func classNote(e *evaluate.Result) string {
	var notes, without []string
	if n := len(e.Classes); n > mostLabels {
		notes = append(notes, fmt.Sprintf("these are the %d labels of %d with the lowest f1", mostLabels, n))
	}
	for _, c := range e.Classes {
		if c.Support == 0 && e.Confusion != nil {
			without = append(without, iostreams.Printable(problem.Clip(c.Label)))
		}
	}
	if len(without) > 0 {
		notes = append(notes, "labels without rows are left out of averages: "+SomeNames(without))
	}
	return strings.Join(notes, "; ")
}

// targetTable has what each of several numeric targets is answered by itself; nil for
// one.
func targetTable(e *evaluate.Result) *Table {
	if len(e.Targets) == 0 {
		return nil
	}
	t := NewTable("each target", "metric", "value", "95 % interval", "baseline")
	t.Right(2, 4)
	for _, target := range e.Targets {
		name := iostreams.Printable(target.Target)
		for _, v := range target.Values {
			t.Add(append([]string{name}, valueCells(v)...)...)
			name = ""
		}
	}
	return t
}

// residualTable has the quantiles of truth − answer; nil for labels.
func residualTable(e *evaluate.Result) *Table {
	if len(e.Residuals) == 0 {
		return nil
	}
	header := []string{"truth − answer"}
	for _, share := range evaluate.ResidualShares {
		switch share {
		case 0:
			header = append(header, "least")
		case 0.5:
			header = append(header, "median")
		case 1:
			header = append(header, "largest")
		default:
			header = append(header, fmt.Sprintf("%g %%", 100*share))
		}
	}
	t := NewTable(header...)
	for _, r := range e.Residuals {
		row := []string{iostreams.Printable(r.Target)}
		for _, q := range r.Quantiles {
			row = append(row, number(q))
		}
		t.Add(row...)
	}
	for i := range evaluate.ResidualShares {
		t.Right(i + 1)
	}
	return t
}

// SubgroupTable has one line a value.
func SubgroupTable(by string, all []evaluate.Subgroup) *Table {
	header := []string{iostreams.Printable(by), "rows", "loss"}
	for _, v := range all[0].Values {
		header = append(header, v.Name)
	}
	t := NewTable(header...)
	for i := range header[1:] {
		t.Right(i + 1)
	}
	for _, s := range all {
		cells := []string{iostreams.Printable(s.Value), strconv.Itoa(s.Rows), number(s.Loss)}
		for _, v := range s.Values {
			cells = append(cells, number(v.Value))
		}
		t.Add(cells...)
	}
	return t
}
