package report

import (
	"fmt"
	"strings"

	"mlp/internal/calibrate"
	"mlp/internal/evaluate"
)

// CalibrationText says what the temperature of a model is, where it comes from, and
// what it did to the probabilities of the rows it was fitted on.
func CalibrationText(c *calibrate.Calibration) string {
	var t []string
	for _, v := range c.Temperature {
		t = append(t, fmt.Sprintf("%.4g", v))
	}
	text := fmt.Sprintf("temperature %s, fitted on %d %s rows", strings.Join(t, ", "), c.Rows, c.On)
	for i, f := range []struct {
		name          string
		before, after float64
	}{{"log_loss", c.Before.LogLoss, c.After.LogLoss}, {"ece", c.Before.ECE, c.After.ECE}, {"brier", c.Before.Brier, c.After.Brier}} {
		if f.before < 0 || f.after < 0 {
			continue // it means nothing for the outputs
		}
		text += fmt.Sprintf("%s %s %s → %s", []string{":", ",", ","}[i], f.name, number(f.before), number(f.after))
	}
	return text
}

// binNote says over which bins the calibration error is taken; "" if it is not.
func binNote(e *evaluate.Result) string {
	if len(e.Bins) == 0 {
		return ""
	}
	return fmt.Sprintf("ece: over %d bins of equal width", len(e.Bins))
}

const binTitle = "Reliability of the probabilities"

// binTable is the reliability of the probabilities, bin by bin; nil without.
func binTable(e *evaluate.Result) *Table {
	if len(e.Bins) == 0 {
		return nil
	}
	t := NewTable("probability", "rows", "mean probability", "share true")
	t.Right(1, 2, 3)
	for _, b := range e.Bins {
		if b.Weight > 0 {
			t.Add(fmt.Sprintf("%.3f to %.3f", b.Low, b.High), fmt.Sprintf("%g", b.Weight), number(b.Confidence), number(b.Right))
		}
	}
	return t
}
