package cmd

import (
	"strings"

	"mlp/internal/data/pipeline"
	"mlp/internal/report"
)

// printDrift tells on stderr how the rows differ from those of training.
func (a *App) printDrift(d *pipeline.Drift, unused []string) {
	text := report.DriftText(d, unused)
	if a.json {
		text = report.DriftJSON(d, unused)
	}
	for line := range strings.Lines(text) {
		a.note("%s", strings.TrimRight(line, "\n"))
	}
}
