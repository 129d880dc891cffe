package cmd

import (
	"encoding/csv"
	"io"
	"strconv"

	"mlp/internal/crossval"
	"mlp/internal/iostreams"
	"mlp/internal/outfile"
	"mlp/internal/problem"
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

// writeOutOfFold writes the answer for each row by the model that has not seen
// it, in file order; of several repeats, one line each.
func writeOutOfFold(path string, cv *crossval.Result) error {
	f := &formatter{task: cv.Schema.Task, labels: cv.Schema.Labels, targets: cv.Schema.Targets, label: true, rest: true}
	err := outfile.Write(path, func(w io.Writer) error {
		out := csv.NewWriter(w)
		columns := []string{"line", "fold", "true"}
		if cv.Repeats > 1 {
			columns = []string{"line", "repeat", "fold", "true"}
		}
		if err := out.Write(append(columns, f.columns()...)); err != nil {
			return err
		}
		for _, row := range cv.OutOfFold() {
			f.threshold = row.Threshold
			cells := []string{strconv.Itoa(row.Line)}
			if cv.Repeats > 1 {
				cells = append(cells, strconv.Itoa(row.Repeat))
			}
			cells = append(cells, strconv.Itoa(row.Fold), f.truth(row.Truth))
			if err := out.Write(append(cells, f.row(row.Outputs)...)); err != nil {
				return err
			}
		}
		out.Flush()
		return out.Error()
	})
	if err != nil {
		return problem.Usage("flag --output", "", "%v", err)
	}
	return nil
}
