package draft

import (
	"slices"
	"strings"

	"mlp/internal/data/profile"
	"mlp/internal/data/table"
	"mlp/internal/stats"
)

// LikelyTargets names columns that look like something to predict, the likeliest
// first: by their names, as few labels, or as the last column of the table.
func LikelyTargets(t *table.Table) []string {
	points := make([]int, len(t.Columns))
	for i, col := range t.Columns {
		if col.Skipped || col.Missing > 0 {
			continue
		}
		points[i] = 1
		if slices.Contains(targetNames, strings.ToLower(col.Name)) {
			points[i] += 4
		}
		if labels := len(col.Words); col.Kind == table.Categorical && labels >= 2 && labels <= fewLabels && labels*2 <= t.Rows {
			points[i] += 2
		}
		if i == len(t.Columns)-1 {
			points[i] += 2
		}
	}
	var likely []string
	for most := slices.Max(points); most > 1; most-- {
		for i, col := range t.Columns {
			if points[i] == most {
				likely = append(likely, col.Name)
			}
		}
	}
	return likely[:min(len(likely), 3)]
}

// crowded reports whether a target of numbers has a long tail, so that its few large
// values would be most of a squared error.
func (d *draft) crowded() bool {
	return profile.LongTail(stats.Present(d.survey.Target.Values(nil)))
}

// fewLabels is how many different words look like labels.
const fewLabels = 20

// targetNames are names that people give to what is to be predicted.
var targetNames = []string{"target", "label", "class", "y", "outcome", "response", "result", "price", "survived", "churn", "default", "diagnosis", "species", "quality", "fraud", "score"}
