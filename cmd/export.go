package cmd

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"mlp/internal/export"
	"mlp/internal/model"
	"mlp/internal/outfile"
	"mlp/internal/problem"
)

type exportOptions struct {
	app                          *App
	cmd                          *cobra.Command
	model, out                   string
	format, name, inputs, checks string
}

const exportLong = `export writes a model for other programs, preprocessing included: a row of the table
goes in as it stands there, with its words, its gaps and what stands for a gap, and
out comes the answer of predict. The format is that of FILE's extension, or --format;
` + "`mlp list exporters`" + ` says what there is.

Keras files hold the network as layers that go on being trained there, behind a
Normalization where that is all that the columns go through; labels and columns are
named in metadata.json.

Source code has the bits of predict, row by row, and ends in a test of itself; ONNX is
within rounding, for each runtime adds up in an order of its own. What cannot be written
down is refused by the name of its column or layer, with exit code 2.

--inputs says what the program is given:
  columns  the columns of the table, one by one; the default
  matrix   the columns as one matrix of numbers, in their order
  encoded  what the preprocessing makes of them: the network alone

--check DATA answers the rows of DATA both ways and says how far the answers are from
one another: those of the steps that are written to FILE, which mlp repeats one by one,
and those of predict.`

var _ = addVerb(94, newExport, runExport)

func newExport(a *App, run func(context.Context, *exportOptions) error) *cobra.Command {
	o := &exportOptions{app: a}
	c := &cobra.Command{
		Use:     "export MODEL -o FILE",
		Short:   "write a model as source code or ONNX, for programs that have no mlp",
		Long:    exportLong,
		Example: "  mlp export model.bin -o predict.c --check data.csv\n  mlp export model.bin -o model.onnx\n  mlp export model.bin -o - --format c",
		Args:    arguments(1, 1, "MODEL -o FILE [flags]"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.model = c, args[0]
			return run(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVarP(&o.out, "output", "o", "", "write to `FILE`; - is stdout")
	f.StringVar(&o.format, "format", "", "write in this `FORMAT`: "+alternatives(export.Exporters.Names())+"; that of FILE's extension, if not given")
	f.StringVar(&o.name, "name", "predict", "call the function `NAME`")
	f.StringVar(&o.inputs, "inputs", export.Columns, "`WHAT` the program is given: "+alternatives(export.Inputs))
	f.StringVar(&o.checks, "check", "", "answer the rows of the table `DATA` both ways and say how far they are apart")
	addThreshold(c)
	return c
}

func runExport(_ context.Context, o *exportOptions) error {
	if o.out == "" {
		return problem.Usage("flag --output", "write, for example, -o predict.c", "there is no file to write to")
	}
	format, err := export.FormatOf(o.format, o.out)
	if err != nil {
		return err
	}
	if err := export.CheckInputs(o.inputs); err != nil {
		return err
	}
	if o.out != "-" {
		if err := checkOutput("--output", o.out, o.model, o.checks); err != nil {
			return err
		}
	}
	m, s, err := o.app.request(o.cmd).Model(o.model)
	if err != nil {
		return err
	}
	defer m.Close()
	if format.Network() {
		return o.writeNetwork(m, format)
	}
	threshold, err := threshold(o.cmd, m, s.Evaluate)
	if err != nil {
		return err
	}
	program, err := export.Express(m, o.inputs, threshold)
	if err != nil {
		return err
	}
	text, err := format.Write(program, export.Options{Name: o.name, About: "Written by mlp " + thisBuild().version + "."})
	if err != nil {
		return err
	}
	err = o.write(text)
	if err != nil || o.checks == "" {
		return err
	}
	src, err := s.Stream(o.checks)
	if err != nil {
		return err
	}
	check, err := export.Compare(m, program, o.inputs, threshold, src)
	switch {
	case err != nil:
		return err
	case o.out == "-":
		o.app.note("%s", check)
		return nil
	case o.app.json:
		return o.app.sayJSON(check)
	}
	return o.app.say("%s\n", check)
}

func (o *exportOptions) write(text []byte) error {
	write := func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}
	if o.out == "-" {
		return write(o.app)
	}
	err := outfile.Write(o.out, write)
	if err != nil && !isProblem(err) {
		err = problem.Usage("flag --output", "", "%v", err)
	}
	return err
}

// writeNetwork writes a format of layers and says what does not go along.
func (o *exportOptions) writeNetwork(m *model.Model, format export.Format) error {
	for _, name := range []string{"check", "threshold", "name"} {
		if o.cmd.Flags().Changed(name) {
			return problem.Usage("flag --"+name, "leave it out", "%s holds layers and no program: %s", format.Name, map[string]string{
				"check": "there is nothing here that could run it", "threshold": "it answers numbers, and no labels", "name": "nothing in it is called by a name"}[name])
		}
	}
	text, notes, err := format.WriteNetwork(m, o.inputs)
	if err != nil {
		return err
	}
	for _, n := range notes {
		o.app.note("%s", n)
	}
	return o.write(text)
}
