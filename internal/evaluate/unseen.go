package evaluate

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/tensor"
)

// An Unseen is rows whose label training never saw: the model is wrong on each, but no
// loss says how far. They are counted beside the rows that are measured.
type Unseen struct {
	X      tensor.Mat
	Labels []string // one a row
}

// The values that an evaluation with unseen labels has beside its metrics.
const (
	unseenShare   = "unknown_labels"         // the share of rows that have one
	unseenAsWrong = "accuracy_unknown_wrong" // the accuracy if each of them is an error
)

// An UnseenLabel is a label that training never saw.
type UnseenLabel struct {
	Label    string
	Rows     int
	Answer   string // what the model says most often of these rows
	Answered int    // how often
}

// unseen adds what there is to say of such rows; the result has a confusion matrix.
func (r *Result) unseen(m *model.Model, u *Unseen) {
	if u == nil || r.Confusion == nil {
		return
	}
	answers := map[string]map[int]int{}
	for lo := 0; lo < u.X.Rows; lo += model.EvalRows {
		x := u.X.Slice(lo, min(lo+model.EvalRows, u.X.Rows))
		out := tensor.New(x.Rows, m.Net.Out)
		m.Predict(x, out)
		for i, label := range u.Labels[lo : lo+x.Rows] {
			if answers[label] == nil {
				answers[label] = map[int]int{}
			}
			answers[label][Answer(out.Row(i), cmp.Or(r.Decision.Value, metric.DefaultThreshold))]++
		}
	}
	for label, n := range answers {
		one := UnseenLabel{Label: label}
		for _, class := range slices.Sorted(maps.Keys(n)) {
			if one.Rows += n[class]; n[class] > one.Answered {
				one.Answer, one.Answered = r.Labels[class], n[class]
			}
		}
		r.Unseen = append(r.Unseen, one)
	}
	slices.SortFunc(r.Unseen, func(a, b UnseenLabel) int { return cmp.Or(b.Rows-a.Rows, cmp.Compare(a.Label, b.Label)) })
	right, all := r.Confusion.Right(), float64(r.Rows+u.X.Rows)
	add := func(name string, v float64, goal metric.Goal) {
		r.Values = append(r.Values, Value{Name: name, Value: v, Low: math.NaN(), High: math.NaN(), Baseline: math.NaN(), Goal: goal})
	}
	add(unseenShare, float64(u.X.Rows)/all, metric.Lower)
	add(unseenAsWrong, float64(right)/all, metric.Higher)
}
