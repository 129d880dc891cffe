package profile

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/stats"
	"mlp/internal/task"
)

// A column that predicts the target alone nearly always was written down after
// the outcome was known. leakRows are the fewest rows from which that can be
// said; leakAccuracy and leakCorrelation what counts as predicting.
const (
	leakRows        = 50
	leakAccuracy    = 0.99
	leakCorrelation = 0.999
)

// leaks looks at the sampled rows.
func (p *profiler) leaks() {
	if len(p.schema.Targets) != 1 || p.table.Rows < leakRows || p.schema.Task == task.Auto {
		return
	}
	rows := p.sample
	if rows == nil {
		rows = table.AllRows(p.table)
	}
	target := p.table.Column(p.schema.Targets[0])
	found := make([]string, len(p.columns)) // what is said of each column
	if p.schema.Task.Classes() {
		p.labelLeaks(rows, target, found)
	} else if target.HasNumbers() {
		y := target.Values(rows)
		p.eachColumn(func(i int) {
			if p.varies(i) && p.columns[i].Kind == table.Numeric && math.Abs(correlation(p.columns[i].Values(rows), y)) >= leakCorrelation {
				found[i] = "determines the target"
			}
		})
	}
	for i, says := range found {
		if name := p.schema.Columns[i].Name; says != "" {
			p.add("leak", []string{name}, "is it known before the target is? if not: "+schema.IgnoreHint(name), "%q alone %s", name, says)
		}
	}
}

// varies reports whether a column is a feature that could predict anything.
func (p *profiler) varies(i int) bool {
	return p.schema.Columns[i].Role == schema.Feature && !p.columns[i].Skipped && p.report.Columns[i].Distinct > 1
}

// labelLeaks finds columns that a single rule gets nearly all labels right by. A
// table of one class and a few exceptions is predicted by anything.
func (p *profiler) labelLeaks(rows []int, target *table.Column, found []string) {
	most := 0
	for _, c := range p.report.Classes {
		most = max(most, c.N)
	}
	if float64(most) >= 0.95*float64(p.table.Rows) {
		return
	}
	all := p.schema.ClassesOf(target)
	classes := make([]int, len(rows))
	for i, row := range rows {
		classes[i] = all[row]
	}
	p.eachColumn(func(i int) {
		right := 0
		switch col := p.columns[i]; {
		case !p.varies(i):
		case col.Kind == table.Numeric:
			right = oneRule(col.Values(rows), classes, len(p.schema.Labels))
		case p.report.Columns[i].Distinct*10 <= p.table.Rows:
			right = majority(col, rows, classes, len(p.schema.Labels))
		}
		if share := float64(right) / float64(len(rows)); share >= leakAccuracy {
			found[i] = fmt.Sprintf("predicts %.1f %% of the labels", 100*share)
		}
	})
}

// oneRule counts the rows that cutting one column into intervals labels right,
// each interval holding at least six rows of its class (Holte 1993, "Very simple
// classification rules perform well on most commonly used datasets").
func oneRule(x []float64, classes []int, k int) int {
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
func majority(col *table.Column, rows, classes []int, k int) int {
	counts := make([]int, (len(col.Words)+1)*k)
	for i, row := range rows {
		counts[int(col.Codes[row]+1)*k+classes[i]]++
	}
	right := 0
	for i := 0; i < len(counts); i += k {
		right += slices.Max(counts[i : i+k])
	}
	return right
}

// correlation is Pearson's, over the rows where both are there.
func correlation(x, y []float64) float64 {
	var a, b []float64
	for i := range x {
		if x[i] == x[i] && y[i] == y[i] {
			a, b = append(a, x[i]), append(b, y[i])
		}
	}
	if len(a) < leakRows || stats.Constant(a) || stats.Constant(b) {
		return 0
	}
	meanA, sdA := stats.Moments(a)
	meanB, sdB := stats.Moments(b)
	products := 0.0
	for i := range a {
		products += float64((a[i] - meanA) * (b[i] - meanB))
	}
	return products / float64(len(a)) / sdA / sdB
}
