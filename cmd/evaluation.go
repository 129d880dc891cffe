package cmd

import (
	"encoding/csv"
	"io"
	"strconv"

	"mlp/internal/model"
	"mlp/internal/outfile"
	"mlp/internal/problem"
	"mlp/internal/tensor"
)

// warnings are written to stderr, one line each.
func (a *App) warnings(all []string) {
	for _, text := range all {
		a.warn("%s", text)
	}
}

// writePredictions writes the line, the truth and the prediction of each row.
func writePredictions(path string, m *model.Model, p *model.Part, threshold float64) error {
	pred := tensor.New(p.X.Rows, m.Net.Out)
	m.Predict(p.X, pred)
	err := outfile.Write(path, func(w io.Writer) error {
		out := csv.NewWriter(w)
		f := newFormatter(m, threshold, "all")
		if err := out.Write(append([]string{"line", "true"}, f.columns()...)); err != nil {
			return err
		}
		for i := range pred.Rows {
			row := append([]string{strconv.Itoa(p.Lines[i]), f.truth(p.Truth.Row(i))}, f.row(pred.Row(i))...)
			if err := out.Write(row); err != nil {
				return err
			}
		}
		out.Flush()
		return out.Error()
	})
	if err != nil {
		return problem.Usage("flag --predictions", "", "%v", err)
	}
	return nil
}
