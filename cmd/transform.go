package cmd

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/iostreams"
	"mlp/internal/outfile"
	"mlp/internal/predict"
	"mlp/internal/problem"
)

type transformOptions struct {
	rowOptions
	app        *App
	cmd        *cobra.Command
	model, out string
	data       []string
}

const transformLong = `transform writes what the network of a model is given for each row of DATA, in
order: numbers scaled and gaps filled, categories encoded, as they were when it
was trained. Another program can so use the preprocessing of a model. DATA is as
for predict; no target is needed, and none is written.

A column of the output is an input of the network, by the name it has in summary
and trace: age, age=missing, Motor=A, when.year. The numbers are the float32 that the
network reads; as text each is as short as it can be and still be read as the same
one. Where the network itself learns what stands for a category, or for a number
that is embedded, the input is the number of the category, from 0, or the scaled
number. The members of an ensemble have one preprocessing between them.

FILE.npy is an array of NumPy, rows × inputs, little-endian; stdout then has the
names of its columns, a line each. Any other FILE, and stdout, get CSV, or JSON
lines with --json. --keep, --strict and the summary on stderr are those of
predict; an array has no room for what is kept. Memory does not grow with DATA.`

var _ = addVerb(72, newTransform, runTransform)

func newTransform(a *App, run func(context.Context, *transformOptions) error) *cobra.Command {
	o := &transformOptions{app: a}
	c := &cobra.Command{
		Use:   "transform MODEL DATA…",
		Short: "write what the network is given for each row, as numbers",
		Long:  transformLong,
		Example: "  mlp transform model.bin new.csv > encoded.csv\n  mlp transform model.bin data.csv -o x.npy > names.txt\n" +
			"  mlp transform model.bin new.csv --keep id --json",
		Args: arguments(2, anyNumber, "MODEL DATA… [flags]"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.model, o.data = c, args[0], args[1:]
			return run(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVarP(&o.out, "output", "o", "-", "write to `FILE`, an array of NumPy if it ends in .npy; - is stdout")
	o.rowOptions.add(c)
	addSpecFlags(c, "delimiter")
	return c
}

func runTransform(_ context.Context, o *transformOptions) error {
	array := strings.EqualFold(filepath.Ext(o.out), ".npy")
	if array && len(o.keep) > 0 {
		return problem.Usage("flag --keep", "leave it out, or write CSV", "an array of numbers has no room for cells of the table")
	}
	if o.out != "-" {
		if err := checkOutput("--output", o.out, append(o.data, o.model)...); err != nil {
			return err
		}
	}
	m, s, err := o.app.request(o.cmd).Model(o.model)
	if err != nil {
		return err
	}
	defer m.Close()
	src, err := s.Stream(o.data...)
	if err != nil {
		return err
	}
	options, err := o.options()
	if err != nil {
		return err
	}
	t, err := predict.OpenTransform(m.Pipeline, src, options)
	if err != nil {
		return err
	}
	if !array {
		err = o.app.writeRows(o.out, t.Names, t.Write)
	} else if err = unwritten("--output", outfile.WriteHeaded(o.out, t.WriteArray, t.ArrayHead)); err == nil {
		err = o.sayNames(m.Pipeline.Features())
	}
	if err != nil {
		return err
	}
	if t.Drift.Rows == 0 && !o.app.json {
		o.app.note("%s has no rows: there is nothing to encode", src.Name)
		return nil
	}
	o.app.printDrift(t.Drift, t.Unused)
	return nil
}

// sayNames names the columns of an array, which has no names itself.
func (o *transformOptions) sayNames(names []string) error {
	if o.app.json {
		return o.app.sayJSON(map[string][]string{"columns": names})
	}
	for _, name := range names {
		if err := o.app.say("%s\n", iostreams.Printable(name)); err != nil {
			return err
		}
	}
	return nil
}
