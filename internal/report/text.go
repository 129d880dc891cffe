package report

import (
	"fmt"
	"strings"

	"mlp/internal/crossval"
	"mlp/internal/evaluate"
	"mlp/internal/iostreams"
)

// screen is how wide a table may be that people read on a terminal.
const screen = 80

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
	b.WriteString(gateText(e.Gates))
	for _, note := range []string{e.LossNote, binNote(e)} {
		if note != "" {
			fmt.Fprintf(&b, "%s\n", note)
		}
	}
	confusion := confusionTable(e)
	if confusion != nil && confusion.wide() > screen && len(e.Labels) <= mostLabels {
		confusion = numberedConfusion(e)
	}
	for _, t := range []*Table{confusion, classTable(e)} {
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

// gateText has a line a gate, whether it holds or not; "" without.
func gateText(gates []evaluate.GateResult) string {
	if len(gates) == 0 {
		return ""
	}
	t := NewTable("gate", "value", "")
	t.Right(1)
	for _, g := range gates {
		says := "✓ holds"
		if g.Failed != "" {
			says = "✗ fails"
		}
		t.Add(iostreams.Printable(g.String()), number(g.Value), says)
	}
	return "\n" + t.Text()
}

// CrossvalText writes the folds, which quiet leaves out, the means, and what the
// out-of-fold answers come to together.
func CrossvalText(cv *crossval.Result, quiet bool) string {
	text := fmt.Sprintf("%s\n%s\n", foldText(cv), foldTable(cv, quiet).Text())
	if at := foldDecision(cv); at != "" {
		text += at + "\n"
	}
	if !quiet {
		text += gateText(cv.Gates)
	}
	return text + EvaluationText(cv.Pooled, pooledText(cv), quiet)
}
