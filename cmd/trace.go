package cmd

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/iostreams"
	"mlp/internal/model"
	"mlp/internal/predict"
	"mlp/internal/problem"
	"mlp/internal/report"
)

type traceOptions struct {
	app         *App
	cmd         *cobra.Command
	model       string
	data        []string
	row, member int
	backward    bool
}

var _ = addVerb(110, newTrace, runTrace)

func newTrace(a *App, run func(context.Context, *traceOptions) error) *cobra.Command {
	o := &traceOptions{app: a}
	c := &cobra.Command{
		Use:   "trace MODEL DATA… --row N",
		Short: "show the forward pass of one row, layer by layer, and the step back",
		Long: "trace prints what each layer is given and what it makes of it: inputs, weighted\n" +
			"sums, activations, output. Row 1 is the first row of data.\n\n" +
			"--backward does one step of training on the row, as fit would with this row alone:\n" +
			"truth, loss, the gradient at every unit and every weight, and by how much the\n" +
			"optimizer, at its present state, moves each weight. Layers are shown as training\n" +
			"sees them, with dropout. The model file stays as it is.",
		Example: "  mlp trace model.bin data.csv --row 1\n  mlp trace model.bin data.csv --row 1 --backward",
		Args:    arguments(2, anyNumber, "MODEL DATA… --row N"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.model, o.data = c, args[0], args[1:]
			return run(c.Context(), o)
		},
	}
	c.Flags().IntVar(&o.row, "row", 1, "row `N`; 1 is the first row of data")
	c.Flags().BoolVar(&o.backward, "backward", false, "go back too: truth, loss, gradients, and the step of the optimizer")
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
	src, err := a.request(o.cmd).File(o.data...)
	if err != nil {
		return err
	}
	t, err := predict.TraceRow(m, src, o.row, o.member, o.backward)
	if err != nil {
		return err
	}
	if a.json {
		return a.traceJSON(t)
	}
	if err := a.say("row %d of %s\n\ninputs\n", o.row, iostreams.Printable(src.Name)); err != nil {
		return err
	}
	inputs := report.NewTable("  name", "cell", "value")
	inputs.Right(1, 2)
	const most = 40 // inputs that are shown one by one
	for i, f := range t.Features[:min(most, len(t.Features))] {
		inputs.Add("  "+iostreams.Printable(problem.Clip(f)), iostreams.Printable(problem.Clip(t.Cells[i])), report.Cell(t.Inputs[i]))
	}
	if more := len(t.Features) - most; more > 0 {
		inputs.Add("  and "+problem.Count(more, "more input"), "", "")
	}
	if err := a.say("%s", inputs.Text()); err != nil {
		return err
	}
	for _, s := range t.Steps {
		text := fmt.Sprintf("\n%s%s (%s)\n", strings.Repeat("  ", s.Depth), iostreams.Printable(s.Name), s.Class)
		if s.Sums != nil {
			text += "  weighted sums  " + report.FirstCells(s.Sums) + "\n"
		}
		what := s.Activation
		if what == "" || what == "linear" {
			what = "output"
		}
		text += fmt.Sprintf("  %-14s %s\n", what, report.FirstCells(s.Output))
		if s.Gradient != nil {
			text += "  gradient       " + report.FirstCells(s.Gradient) + "\n"
		}
		if err := a.tell("%s", text); err != nil {
			return err
		}
	}
	if err := a.tell("\noutput\n  %s\n", cellText(t.Answer)); err != nil || t.Step == nil {
		return err
	}
	return a.say("\ntruth\n  %s\n\n%s", cellText(t.Truth), report.StepText(t.Step, report.TypeName(m.Spec.Get("compile").Get("loss")), report.TypeName(m.Spec.Get("compile").Get("optimizer"))))
}

// cellText joins names and values.
func cellText(all []predict.Cell) string {
	const most = 20
	words := make([]string, min(most, len(all)))
	for i := range words {
		words[i] = iostreams.Printable(problem.Clip(all[i].Name)) + " " + iostreams.Printable(problem.Clip(all[i].Value))
	}
	if more := len(all) - most; more > 0 {
		words = append(words, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(words, ", ")
}

func (a *App) traceJSON(t *predict.Trace) error {
	type step struct {
		Name       string    `json:"name"`
		Class      string    `json:"class"`
		Sums       []float32 `json:"weighted_sums,omitempty"`
		Activation string    `json:"activation,omitempty"`
		Output     []float32 `json:"output"`
		Gradient   []float32 `json:"gradient,omitempty"`
	}
	var layers []step
	for _, s := range t.Steps {
		layers = append(layers, step{s.Name, s.Class, s.Sums, s.Activation, s.Output, s.Gradient})
	}
	all := map[string]any{"inputs": t.Inputs, "cells": t.Cells, "features": t.Features, "layers": layers, "output": t.Outputs}
	if t.Step != nil {
		all["step"] = report.StepJSON(t.Step)
	}
	return a.sayJSON(all)
}
