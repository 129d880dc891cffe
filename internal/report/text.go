package report

import (
	"fmt"
	"strings"

	"mlp/internal/crossval"
	"mlp/internal/evaluate"
)

// EvaluationText writes an evaluation as tables of text; name says what the rows are.
// quiet leaves out all but the metrics.
func EvaluationText(e *evaluate.Result, name string, quiet bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s\n", e.Rows, name)
	if at := DecisionText(e.Decision); at != "" {
		fmt.Fprintf(&b, "%s\n", at)
	}
	b.WriteString(metricTable(e).Text())
	if quiet {
		return b.String()
	}
	if note := binNote(e); note != "" {
		fmt.Fprintf(&b, "%s\n", note)
	}
	for _, t := range []*Table{confusionTable(e), classTable(e)} {
		if t != nil {
			fmt.Fprintf(&b, "\n%s", t.Text())
		}
	}
	if note := classNote(e); note != "" {
		fmt.Fprintf(&b, "%s\n", note)
	}
	for _, t := range []*Table{unseenTable(e), targetTable(e), residualTable(e)} {
		if t != nil {
			fmt.Fprintf(&b, "\n%s", t.Text())
		}
	}
	return b.String()
}

// CrossvalText writes the folds, which quiet leaves out, the means, and what the
// out-of-fold answers come to together.
func CrossvalText(cv *crossval.Result, quiet bool) string {
	text := fmt.Sprintf("%s\n%s\n", foldText(cv), foldTable(cv, quiet).Text())
	if at := foldDecision(cv); at != "" {
		text += at + "\n"
	}
	return text + EvaluationText(cv.Pooled, pooledText(cv), quiet)
}
