package cmd

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/iostreams"
	"mlp/internal/model"
	"mlp/internal/predict"
	"mlp/internal/report"
)

type traceOptions struct {
	app         *App
	cmd         *cobra.Command
	model, data string
	row, member int
}

var _ = addVerb(110, newTrace, runTrace)

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
	c.Flags().IntVar(&o.member, "member", 0, "of an ensemble, show member `N`")
	return c
}

func runTrace(_ context.Context, o *traceOptions) error {
	a := o.app
	m, err := model.Read(o.model, a.threads)
	if err != nil {
		return err
	}
	defer m.Close()
	src, err := a.request(o.cmd).File(o.data)
	if err != nil {
		return err
	}
	t, err := predict.TraceRow(m, src, o.row, o.member)
	if err != nil {
		return err
	}
	if a.json {
		return a.traceJSON(t)
	}
	if err := a.say("row %d of %s\n\ninputs\n", o.row, iostreams.Printable(o.data)); err != nil {
		return err
	}
	inputs := report.NewTable("  name", "value")
	inputs.Right(1)
	for i, f := range t.Features {
		inputs.Add("  "+iostreams.Printable(f), report.Cell(t.Inputs[i]))
	}
	if err := a.say("%s", inputs.Text()); err != nil {
		return err
	}
	for _, s := range t.Steps {
		text := fmt.Sprintf("\n%s%s (%s)\n", strings.Repeat("  ", s.Depth), iostreams.Printable(s.Name), s.Class)
		if s.Sums != nil {
			text += "  weighted sums  " + report.Cells(s.Sums) + "\n"
		}
		what := s.Activation
		if what == "" || what == "linear" {
			what = "output"
		}
		text += fmt.Sprintf("  %-14s %s\n", what, report.Cells(s.Output))
		if err := a.say("%s", text); err != nil {
			return err
		}
	}
	answer := make([]string, len(t.Answer))
	for i, c := range t.Answer {
		answer[i] = iostreams.Printable(c.Name) + " " + c.Value
	}
	return a.say("\noutput\n  %s\n", strings.Join(answer, ", "))
}

func (a *App) traceJSON(t *predict.Trace) error {
	type step struct {
		Name       string    `json:"name"`
		Class      string    `json:"class"`
		Sums       []float32 `json:"weighted_sums,omitempty"`
		Activation string    `json:"activation,omitempty"`
		Output     []float32 `json:"output"`
	}
	var layers []step
	for _, s := range t.Steps {
		layers = append(layers, step{s.Name, s.Class, s.Sums, s.Activation, s.Output})
	}
	return a.sayJSON(map[string]any{"inputs": t.Inputs, "features": t.Features, "layers": layers, "output": t.Outputs})
}
