package predict

import (
	"strconv"

	"mlp/internal/crossval"
	"mlp/internal/model"
	"mlp/internal/rowwriter"
	"mlp/internal/tensor"
)

// Measured is the rows whose answers are known, each with its line in the table, the
// truth and what the model answers.
type Measured struct {
	Names []string
	write func(w rowwriter.Writer)
}

// Write hands on the rows in the order of the table.
func (m *Measured) Write(w rowwriter.Writer) { m.write(w) }

// Part is the rows of a part of a table, for which the model has computed outputs (rows ×
// outputs of the network).
func Part(m *model.Model, p *model.Part, outputs tensor.Mat, threshold float64) *Measured {
	a := answerOf(m, threshold, "all")
	return &Measured{append([]string{"line", "true"}, a.Columns()...), func(w rowwriter.Writer) {
		for i := range outputs.Rows {
			w.Word(strconv.Itoa(p.Lines[i]))
			a.truth(w, p.Truth.Row(i))
			a.Write(w, outputs.Row(i))
			w.End()
		}
	}}
}

// OutOfFold is the answer for each row by the model that was not trained on it; of
// several repeats, one row each.
func OutOfFold(cv *crossval.Result) *Measured {
	a := newAnswer(cv.Schema.Task, cv.Meaning, cv.Outputs.Head, cv.Schema.Labels, cv.Schema.Targets, 0, "all")
	names := []string{"line", "fold", "true"}
	if cv.Repeats > 1 {
		names = []string{"line", "repeat", "fold", "true"}
	}
	return &Measured{append(names, a.Columns()...), func(w rowwriter.Writer) {
		for _, row := range cv.OutOfFold() {
			w.Word(strconv.Itoa(row.Line))
			if cv.Repeats > 1 {
				w.Word(strconv.Itoa(row.Repeat))
			}
			w.Word(strconv.Itoa(row.Fold))
			a.truth(w, row.Truth)
			a.threshold = row.Threshold
			a.Write(w, row.Outputs)
			w.End()
		}
	}}
}
