package cmd

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/iostreams"
	"mlp/internal/outfile"
	"mlp/internal/predict"
	"mlp/internal/problem"
	"mlp/internal/rowwriter"
)

// rowOptions are those of verbs that go through a table row by row.
type rowOptions struct {
	keep   []string
	strict bool
}

func (o *rowOptions) add(c *cobra.Command) {
	c.Flags().StringArrayVar(&o.keep, "keep", nil, "copy these `COLUMNS` of DATA to the front of each row, separated by commas; or all")
	addStrict(c, &o.strict)
}

func addStrict(c *cobra.Command, strict *bool) {
	c.Flags().BoolVar(strict, "strict", false, "refuse cells unlike those the model was trained on")
}

// options are these flags for the reader. Names to keep are separated by commas; one with a
// comma is quoted, as in a table.
func (o *rowOptions) options() (predict.Options, error) {
	read := predict.Options{Strict: o.strict}
	for _, list := range o.keep {
		names, err := csv.NewReader(strings.NewReader(list)).Read()
		if err != nil {
			return read, problem.Usage("flag --keep", `name columns as a,b; quote a name that has a comma: '"a, b",c'`, "%q is no list of columns", list)
		}
		read.Keep = append(read.Keep, names...)
	}
	return read, nil
}

// writeRows writes rows of these columns to a file, - for stdout, as CSV or JSON lines.
func (a *App) writeRows(out string, names []string, write func(rowwriter.Writer, io.Writer) error) error {
	rows := rowwriter.New(names, a.json, out == "-" && iostreams.IsTerminal(a.Out))
	if out == "-" {
		return write(rows, a)
	}
	return unwritten("--output", outfile.Write(out, func(w io.Writer) error { return write(rows, w) }))
}

// unwritten is why the file of a flag could not be written; what is wrong with a table has
// its place already.
func unwritten(flag string, err error) error {
	if err == nil || isProblem(err) {
		return err
	}
	return problem.Usage("flag "+flag, "", "%v", err)
}

func isProblem(err error) bool {
	var p *problem.Problem
	return errors.As(err, &p)
}
