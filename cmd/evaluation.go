package cmd

import (
	"io"

	"mlp/internal/outfile"
	"mlp/internal/predict"
	"mlp/internal/problem"
)

// warnings are written to stderr, one line each.
func (a *App) warnings(all []string) {
	for _, text := range all {
		a.warn("%s", text)
	}
}

// writeMeasured writes rows with known answers to a file: CSV.
func writeMeasured(flag, path string, rows *predict.Measured) error {
	w := newRows(rows.Names, false, false)
	rows.Write(w)
	err := outfile.Write(path, func(to io.Writer) error { _, err := to.Write(w.Bytes()); return err })
	if err != nil {
		return problem.Usage("flag "+flag, "", "%v", err)
	}
	return nil
}
