package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mlp/internal/evaluate"
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
