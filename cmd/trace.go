package cmd

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/data/table"
	"mlp/internal/model"
	"mlp/internal/nn"
	"mlp/internal/problem"
	"mlp/internal/tensor"
)

type traceOptions struct {
	app         *App
	cmd         *cobra.Command
	model, data string
	row         int
}

func newTrace(a *App, run func(context.Context, *traceOptions) error) *cobra.Command {
	o := &traceOptions{app: a}
	c := &cobra.Command{
		Use:   "trace MODEL DATA --row N",
		Short: "show the forward pass of one row, layer by layer",
		Long: "trace prints what each layer is given and what it makes of it: inputs, weighted\n" +
			"sums, activations, output. Row 1 is the first row of data.",
		Example: "  mlp trace model.bin data.csv --row 1",
		Args:    arguments(2, 2, "MODEL DATA --row N"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.model, o.data = c, args[0], args[1]
			return run(c.Context(), o)
		},
	}
	c.Flags().IntVar(&o.row, "row", 1, "row `N`; 1 is the first row of data")
	return c
}

func runTrace(_ context.Context, o *traceOptions) error {
	a := o.app
	m, err := model.Read(o.model, a.threads)
	if err != nil {
		return err
	}
	defer m.Close()
	src, err := a.reread(table.File(o.data))
	if err != nil {
		return err
	}
	textTable, err := m.Pipeline.ReadFor(src, false)
	if err != nil {
		return err
	}
	if o.row < 1 || o.row > textTable.Rows {
		return problem.Usage("flag --row", "", "there is no row %d: %s has %d rows of data", o.row, o.data, textTable.Rows)
	}
	set, err := m.Pipeline.Apply(textTable, []int{o.row - 1})
	if err != nil {
		return err
	}
	steps := m.Net.Trace(m.Reserve(0), set.X)
	out := tensor.New(1, m.Net.Out)
	m.Predict(set.X, out)
	if a.json {
		return a.traceJSON(m, set.X, steps, out)
	}
	if err := a.say("row %d of %s\n\ninputs\n", o.row, printable(o.data)); err != nil {
		return err
	}
	t := newTable("  name", "value")
	t.right(1)
	for i, f := range m.Pipeline.Features() {
		t.add("  "+printable(f), cell(set.X.At(0, i)))
	}
	if err := a.say("%s", t.text()); err != nil {
		return err
	}
	for _, s := range steps {
		text := fmt.Sprintf("\n%s%s (%s)\n", strings.Repeat("  ", s.Depth), printable(s.Name), s.Class)
		if s.Sums != nil {
			text += "  weighted sums  " + cells(s.Sums) + "\n"
		}
		what := s.Activation
		if what == "" || what == "linear" {
			what = "output"
		}
		text += fmt.Sprintf("  %-14s %s\n", what, cells(s.Output))
		if err := a.say("%s", text); err != nil {
			return err
		}
	}
	f := newFormatter(m, 0.5, "all")
	var answer []string
	for i, c := range f.row(out.Row(0)) {
		answer = append(answer, printable(f.columns()[i])+" "+c)
	}
	return a.say("\noutput\n  %s\n", strings.Join(answer, ", "))
}

func (a *App) traceJSON(m *model.Model, x tensor.Mat, steps []nn.Step, out tensor.Mat) error {
	type step struct {
		Name       string    `json:"name"`
		Class      string    `json:"class"`
		Sums       []float32 `json:"weighted_sums,omitempty"`
		Activation string    `json:"activation,omitempty"`
		Output     []float32 `json:"output"`
	}
	var layers []step
	for _, s := range steps {
		layers = append(layers, step{s.Name, s.Class, s.Sums, s.Activation, s.Output})
	}
	return a.sayJSON(map[string]any{"inputs": x.Row(0), "features": m.Pipeline.Features(), "layers": layers, "output": out.Row(0)})
}
