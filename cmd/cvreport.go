package cmd

import (
	"mlp/internal/crossval"
	"mlp/internal/iostreams"
	"mlp/internal/report"
)

// printCV prints a row a fold, the means, and what the out-of-fold answers are
// worth together.
func (a *App) printCV(cv *crossval.Result, out string) error {
	text := report.CrossvalText(cv, a.quiet)
	if out != "" {
		text += "wrote " + iostreams.Printable(out) + "\n"
	}
	a.warnings(report.UndefinedMetrics(cv))
	if err := a.say("%s", text); err != nil {
		return err
	}
	a.warnings(report.Warnings(cv.Pooled))
	return nil
}
