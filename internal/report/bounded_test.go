package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"mlp/internal/evaluate"
	"mlp/internal/explain"
)

// labelled is a result of so many labels with 10 rows each, of which label i takes i mod
// 10 for the next one.
func labelled(labels int) *evaluate.Result {
	r := &evaluate.Result{Rows: 10 * labels, Confusion: &evaluate.Confusion{Labels: labels}}
	for i := range labels {
		r.Labels = append(r.Labels, fmt.Sprintf("label%d", i))
		all := []evaluate.Pair{{Truth: i, Answer: i, Rows: 10 - i%10}}
		if i%10 > 0 {
			all = append(all, evaluate.Pair{Truth: i, Answer: (i + 1) % labels, Rows: i % 10})
		}
		slices.SortFunc(all, func(a, b evaluate.Pair) int { return a.Answer - b.Answer })
		r.Confusion.Pairs = append(r.Confusion.Pairs, all...)
	}
	r.Classes = evaluate.ConfusionClasses(r.Labels, r.Confusion)
	return r
}

// Up to twenty labels a matrix can be read; of more there are the pairs that are
// confused most often and the labels that fare worst, whatever their number.
func TestManyLabels(t *testing.T) {
	few, many, more := EvaluationText(labelled(20), "rows", false), EvaluationText(labelled(200), "rows", false), EvaluationText(labelled(2000), "rows", false)
	if !strings.Contains(few, `true \ answer`) || strings.Contains(few, "taken for") {
		t.Errorf("of 20 labels there is no matrix:\n%s", few)
	}
	for _, want := range []string{"label9    label10                9\n", "…         and 160 more pairs", "these are the 20 labels of 200 with the lowest f1"} {
		if !strings.Contains(many, want) {
			t.Errorf("%q is not in\n%s", want, many)
		}
	}
	if strings.Contains(many, `true \ answer`) {
		t.Error("of 200 labels there is a matrix")
	}
	if a, b := strings.Count(many, "\n"), strings.Count(more, "\n"); a != b || a > 60 {
		t.Errorf("200 labels take %d lines, 2000 %d", a, b)
	}
	// The averages are those of all labels, not of those that are shown.
	macro, _ := evaluate.ClassAverages(labelled(200).Classes, true)
	if want := number(macro.F1); !strings.Contains(many, want+"     2000\n") {
		t.Errorf("the macro average of f1, %s, is not in\n%s", want, many)
	}
	right := labelled(30)
	right.Confusion.Pairs = slices.DeleteFunc(right.Confusion.Pairs, func(p evaluate.Pair) bool { return p.Truth != p.Answer })
	if text := EvaluationText(right, "rows", false); strings.Contains(text, "taken for") {
		t.Errorf("nothing is confused:\n%s", text)
	}
}

// A matrix whose names are wider than a screen has numbers above its columns, which stand
// beside the names of its rows.
func TestWideMatrix(t *testing.T) {
	text := EvaluationText(labelled(12), "rows", false)
	matrix := text[strings.Index(text, `true \ answer`):]
	lines := strings.Split(matrix[:strings.Index(matrix, "\n\n")], "\n")
	if want := `true \ answer   1  2  3  4  5  6  7  8  9  10  11  12`; lines[0] != want || !strings.HasPrefix(lines[12], "12 label11  ") {
		t.Errorf("the head is %q, the last row %q", lines[0], lines[12])
	}
	for _, line := range lines {
		if len(line) > screen {
			t.Errorf("%q is wider than %d", line, screen)
		}
	}
}

// However many columns and outputs there are, what is said of them is read at a glance,
// and says what is left out.
func TestManyColumnsAndOutputs(t *testing.T) {
	const columns, outputs = 1500, 200
	importance := &explain.Importance{Rows: 9, Shuffles: 1}
	subject, shapley := &explain.Subject{}, &explain.Shapley{Base: make([]float64, outputs), Answer: make([]float64, outputs)}
	for c := range columns {
		importance.Columns = append(importance.Columns, explain.Rise{Column: explain.Column{Name: fmt.Sprint("c", c)}, Value: float64(columns - c)})
		shapley.Values = append(shapley.Values, make([]float64, outputs))
		shapley.Values[c][7] = float64(columns - c)
	}
	dependence := &explain.Dependence{Column: "c", Rows: 9, Numbers: true, Curves: make([][][]float64, 20)}
	for j := range outputs {
		subject.Outputs = append(subject.Outputs, fmt.Sprint("label", j))
		shapley.Answer[j] = float64(j % 190)
	}
	for k := range 20 {
		p := explain.Point{Cell: fmt.Sprint(k), Mean: make([]float64, outputs), Low: make([]float64, outputs), High: make([]float64, outputs)}
		for j := range outputs {
			p.Mean[j] = float64(k * ((j + 5) % outputs))
		}
		dependence.Points = append(dependence.Points, p)
		for i := range dependence.Curves {
			dependence.Curves[i] = append(dependence.Curves[i], p.Mean)
		}
	}
	for name, c := range map[string]struct {
		text  string
		lines int
		wants []string
	}{
		"importance": {ImportanceText(importance), 45, []string{"c39 ", "and 1460 more columns  at most 1460"}},
		"dependence": {DependenceText(dependence, subject.Outputs), 160, []string{"of 200 outputs the 5 whose answer changes most", "label190", "label194", "label190, 20 rows, each by itself"}},
	} {
		if n := strings.Count(c.text, "\n"); n > c.lines {
			t.Errorf("%s takes %d lines", name, n)
		}
		for _, want := range c.wants {
			if !strings.Contains(c.text, want) {
				t.Errorf("%s has no %q:\n%s", name, want, c.text)
			}
		}
	}
	if got, want := fmt.Sprint(mostAnswered(shapley)), "[185 186 187 188 189]"; got != want {
		t.Errorf("the largest answers are those of %s, not %s", want, got)
	}
}

func TestSparkline(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		values []float64
		most   int
		want   string
	}{
		{[]float64{0, 1, 2, 3, 4, 5, 6, 7}, 40, "▁▂▃▄▅▆▇█"},
		{[]float64{7, nan, 0}, 40, "█ ▁"},
		{[]float64{3, 3}, 40, "▅▅"},
		{[]float64{0, 2, 6, 8}, 2, "▁█"}, // of a stretch its mean
		{nil, 40, ""},
	} {
		low, high := rangeOf(c.values)
		if c.most == 2 {
			low, high = 1, 7
		}
		if got := sparkline(c.values, low, high, c.most); got != c.want {
			t.Errorf("%v is drawn %q, not %q", c.values, got, c.want)
		}
	}
}

// Gates are shown, those that hold too.
func TestGatesAreShown(t *testing.T) {
	e := labelled(2)
	e.Gates = []evaluate.GateResult{{Gate: evaluate.Gate{Metric: "accuracy", Limit: 0.5}, Value: 0.75}, {Gate: evaluate.Gate{Metric: "auc", Limit: 0.9}, Value: 0.8, Failed: "too low"}}
	text := EvaluationText(e, "rows", false)
	for _, want := range []string{"accuracy >= 0.5  0.7500  ✓ holds\n", "auc >= 0.9       0.8000  ✗ fails\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

// A row may end before its last cell, as one that says how many more there are does.
func TestShortRows(t *testing.T) {
	table := NewTable("a name of some length", "kind", "what is most frequent in it")
	table.Add("first", "number", "one, two, three, four, five, six")
	table.Add("…", "and 9 more")
	for columns := range 80 {
		if text := table.Within(columns); !strings.Contains(text, "and 9 more") {
			t.Errorf("within %d columns:\n%s", columns, text)
		}
	}
}
