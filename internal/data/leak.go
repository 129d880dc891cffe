package data

import (
	"cmp"
	"math"
	"slices"
)

// A column that predicts the target alone nearly always was written down after
// the outcome was known. leakRows are the fewest rows from which that can be
// said; leakAccuracy and leakCorrelation what counts as predicting.
const (
	leakRows        = 50
	leakAccuracy    = 0.99
	leakCorrelation = 0.999
)

func (p *profiler) leaks() {
	if len(p.schema.Targets) != 1 || p.table.Rows < leakRows || p.schema.Task == Auto {
		return
	}
	target := p.table.Column(p.schema.Targets[0])
	for i, col := range p.columns {
		if p.schema.Columns[i].Role != Feature || col.Skipped || p.report.Columns[i].Distinct <= 1 {
			continue
		}
		hint := "is it known before the target is? if not: " + ignoreHint(col.Name)
		if !p.schema.Task.Classes() {
			if col.Kind == Numeric && math.Abs(correlation(col.Numbers, target.Numbers)) >= leakCorrelation {
				p.add("leak", []string{col.Name}, hint, "%q alone determines the target", col.Name)
			}
			continue
		}
		classes := p.schema.classes(target)
		most := 0
		for _, c := range p.report.Classes {
			most = max(most, c.N)
		}
		right := 0
		if col.Kind == Numeric {
			right = oneRule(col.Numbers, classes, len(p.schema.Labels))
		} else if p.report.Columns[i].Distinct*10 <= p.table.Rows {
			right = majority(col, classes, len(p.schema.Labels))
		}
		// A table of one class and a few exceptions is predicted by anything.
		if n := float64(p.table.Rows); float64(right) >= leakAccuracy*n && float64(most) < 0.95*n {
			p.add("leak", []string{col.Name}, hint, "%q alone predicts %.1f %% of the labels", col.Name, 100*float64(right)/n)
		}
	}
}

// oneRule counts the rows that cutting one column into intervals labels right,
// each interval holding at least six rows of its class (Holte 1993, "Very simple
// classification rules perform well on most commonly used datasets").
func oneRule(x []float32, classes []int, k int) int {
	order := make([]int, 0, len(x))
	for row, v := range x {
		if v == v {
			order = append(order, row)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	right := 0
	counts := make([]int, k)
	best := 0 // class with most rows of the interval
	for i, row := range order {
		boundary := i > 0 && x[row] != x[order[i-1]]
		if boundary && counts[best] >= 6 && classes[row] != best {
			right += counts[best]
			clear(counts)
		}
		counts[classes[row]]++
		if counts[classes[row]] > counts[best] {
			best = classes[row]
		}
	}
	return right + counts[best]
}

// majority counts the rows that the most frequent class of their category labels
// right.
func majority(col *Column, classes []int, k int) int {
	counts := make([]int, (len(col.Words)+1)*k)
	for row, code := range col.Codes {
		counts[int(code+1)*k+classes[row]]++
	}
	right := 0
	for i := 0; i < len(counts); i += k {
		right += slices.Max(counts[i : i+k])
	}
	return right
}

// correlation is Pearson's, over the rows where both are there.
func correlation(x, y []float32) float64 {
	var a, b []float64
	for i := range x {
		if x[i] == x[i] && y[i] == y[i] {
			a, b = append(a, float64(x[i])), append(b, float64(y[i]))
		}
	}
	if len(a) < leakRows || constant(a) || constant(b) {
		return 0
	}
	meanA, sdA := moments(a)
	meanB, sdB := moments(b)
	products := 0.0
	for i := range a {
		products += float64((a[i] - meanA) * (b[i] - meanB))
	}
	return products / float64(len(a)) / sdA / sdB
}
