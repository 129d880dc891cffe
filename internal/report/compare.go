package report

import (
	"fmt"

	"mlp/internal/compare"
	"mlp/internal/iostreams"
	"mlp/internal/problem"
)

// ComparisonText has a line a metric.
func ComparisonText(r *compare.Result) string {
	text := fmt.Sprintf("A: %s\nB: %s\n%s", iostreams.Printable(r.A), iostreams.Printable(r.B), problem.Count(r.Rows, "row"))
	if r.Folds > 0 {
		text += fmt.Sprintf(" in %d folds, each held out in both", r.Folds)
	}
	t := NewTable("metric", "A", "B", "B - A", "95 % interval", "p", "by")
	t.Right(1, 2, 3, 5)
	for _, d := range r.Metrics {
		t.Add(append(append([]string{d.Metric, number(d.A), number(d.B), signed(d.Difference)}, intervalAndP(d)...), d.Test)...)
	}
	return text + "\n" + t.Text()
}

// ComparisonJSON is that as one object on one line.
func ComparisonJSON(r *compare.Result) string { return comparisonObject(r).String() }

func comparisonObject(r *compare.Result) *Object {
	var metrics []*Object
	for _, d := range r.Metrics {
		metrics = append(metrics, new(Object).Text("metric", d.Metric).Number("a", d.A).Number("b", d.B).
			Number("difference", d.Difference).Number("low", d.Low).Number("high", d.High).Number("p", d.P).Text("by", d.Test))
	}
	o := new(Object).Text("a", r.A).Text("b", r.B).Int("rows", r.Rows)
	if r.Folds > 0 {
		o.Int("folds", r.Folds)
	}
	return o.Objects("metrics", metrics).Int("gates_failed", len(r.Failed))
}
