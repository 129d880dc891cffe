package cmd

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/iostreams"
	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/report"
)

type summaryOptions struct {
	app   *App
	model string

	weights, history, schema bool
}

var _ = addVerb(90, newSummary, runSummary)

func newSummary(a *App, run func(context.Context, *summaryOptions) error) *cobra.Command {
	o := &summaryOptions{app: a}
	c := &cobra.Command{
		Use:     "summary MODEL",
		Short:   "show what is in a model: layers, columns, training, data",
		Example: "  mlp summary model.bin\n  mlp summary model.bin --history",
		Args:    arguments(1, 1, "MODEL [flags]"),
		RunE: func(c *cobra.Command, args []string) error {
			o.model = args[0]
			return run(c.Context(), o)
		},
	}
	c.Flags().BoolVar(&o.weights, "weights", false, "print every weight")
	c.Flags().BoolVar(&o.history, "history", false, "print what was measured after each epoch, as CSV")
	c.Flags().BoolVar(&o.schema, "schema", false, "print the columns and what was learned of them")
	return c
}

func runSummary(_ context.Context, o *summaryOptions) error {
	a := o.app
	m, err := model.Read(o.model, a.threads)
	if err != nil {
		return err
	}
	defer m.Close()
	switch {
	case o.history:
		return a.printHistory(m)
	case o.schema:
		return a.printSchema(m)
	case o.weights:
		return a.printWeights(m)
	case a.json:
		return a.printSummaryJSON(m)
	}
	if err := a.printSummary(m); err != nil {
		return err
	}
	return a.printProvenance(m)
}

// printSummary prints the table that Keras users know.
func (a *App) printSummary(m *model.Model) error {
	s := m.Net.Summary()
	header := []string{"Layer (type)", "Output Shape", "Param #"}
	widths := []int{33, 24, 15}
	var b strings.Builder
	name := m.Config.Name
	if name == "" {
		name = "sequential"
	}
	fmt.Fprintf(&b, "Model: %q\n", iostreams.Printable(name))
	line := func(left, mid, right, fill string) {
		parts := make([]string, len(widths))
		for i, w := range widths {
			parts[i] = strings.Repeat(fill, w)
		}
		b.WriteString(left + strings.Join(parts, mid) + right + "\n")
	}
	row := func(bar string, cells ...string) {
		for i, c := range cells {
			gap := strings.Repeat(" ", max(0, widths[i]-2-len([]rune(c))))
			if i == 2 {
				c, gap = gap+c, ""
			}
			b.WriteString(bar + " " + c + gap + " ")
		}
		b.WriteString(bar + "\n")
	}
	line("┏", "┳", "┓", "━")
	row("┃", header...)
	line("┡", "╇", "┩", "━")
	for i, r := range s.Rows {
		if i > 0 {
			line("├", "┼", "┤", "─")
		}
		indent := strings.Repeat("  ", r.Depth) // within a block
		first, second := fmt.Sprintf("%s%s (%s)", indent, r.Name, r.Class), ""
		if len([]rune(first)) > widths[0]-2 {
			first, second = indent+r.Name, indent+"("+r.Class+")"
		}
		row("│", iostreams.Printable(first), fmt.Sprintf("(None, %d)", r.Width), thousands(r.Params))
		if second != "" {
			row("│", second, "", "")
		}
	}
	line("└", "┴", "┘", "─")
	fmt.Fprintf(&b, " Total params: %s (%s)\n", thousands(s.Trainable+s.NonTrainable), size(s.Trainable+s.NonTrainable))
	fmt.Fprintf(&b, " Trainable params: %s (%s)\n", thousands(s.Trainable), size(s.Trainable))
	fmt.Fprintf(&b, " Non-trainable params: %s (%s)\n", thousands(s.NonTrainable), size(s.NonTrainable))
	return a.say("%s", b.String())
}

// thousands writes 12345 as 12,345.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// size is what n float32 need, as Keras writes it.
func size(n int) string {
	v, units := float64(n)*4, []string{"B", "KB", "MB", "GB", "TB"}
	for v >= 1024 && len(units) > 1 {
		v, units = v/1024, units[1:]
	}
	return fmt.Sprintf("%.2f %s", v, units[0])
}

// printProvenance says how far the model has come and on what.
func (a *App) printProvenance(m *model.Model) error {
	var b strings.Builder
	fmt.Fprintf(&b, "stage: %s\n", m.Stage)
	p := m.Pipeline
	fmt.Fprintf(&b, "target: %s, %s", iostreams.Printable(strings.Join(p.Targets(), ", ")), p.Task())
	if p.Task().Classes() {
		fmt.Fprintf(&b, " (%s)", iostreams.Printable(strings.Join(p.Labels(), ", ")))
	}
	fmt.Fprintf(&b, "\ninputs: %d\n", len(p.Features()))
	if m.Stage != model.Built {
		compile := m.Spec.Get("compile")
		fmt.Fprintf(&b, "compiled: optimizer %s, loss %s\n", typeName(compile.Get("optimizer")), typeName(compile.Get("loss")))
		if n := m.Run.Slowed; n > 0 {
			fmt.Fprintf(&b, "learning rate: cut to a tenth %d time(s), when the run had diverged\n", n)
		}
	}
	if m.Members != nil {
		b.WriteString(report.EnsembleText(m))
	} else if n := len(m.History.Epochs); m.Stage == model.Fitted {
		state, last := "", ""
		if !m.Run.Done {
			state = fmt.Sprintf(" of %d, not finished", m.Run.Target)
		}
		if p := m.Run.Partial; p != nil {
			state = fmt.Sprintf(" of %d and %d batch(es) of the next, not finished", m.Run.Target, p.Batch)
		}
		if n > 0 {
			last = report.Measures(m.History.Names, m.History.Epochs[n-1])
		}
		fmt.Fprintf(&b, "epochs: %d%s%s\n", n, state, last)
	}
	if t := m.Threshold; t != nil {
		fmt.Fprintf(&b, "threshold: %g, chosen by %s on %d %s rows\n", t.Value, t.Rule, t.Rows, t.On)
	}
	fmt.Fprintf(&b, "data: %d rows, %d columns; %d training, %d validation, %d test\nsha256: %s\n",
		m.Data.Rows, m.Data.Columns, m.Data.Train, m.Data.Validation, m.Data.Test, m.Data.SHA256)
	if m.Data.Split != "" {
		fmt.Fprintf(&b, "split: %s\n", iostreams.Printable(m.Data.Split))
	}
	return a.say("%s", b.String())
}

func (a *App) printSummaryJSON(m *model.Model) error {
	s := m.Net.Summary()
	type layer struct {
		Name   string `json:"name"`
		Class  string `json:"class"`
		Out    int    `json:"out"`
		Params int    `json:"params"`
	}
	out := struct {
		Name         string   `json:"name"`
		Stage        string   `json:"stage"`
		Inputs       []string `json:"inputs"`
		Targets      []string `json:"targets"`
		Labels       []string `json:"labels"`
		Task         string   `json:"task"`
		Layers       []layer  `json:"layers"`
		Trainable    int      `json:"trainable"`
		NonTrainable int      `json:"non_trainable"`
		Epochs       int      `json:"epochs"`
		Rows         int      `json:"rows"`
		SHA256       string   `json:"sha256"`

		Threshold *metric.Threshold `json:"threshold,omitempty"`
		Members   []report.Member   `json:"members,omitempty"`
	}{Name: m.Config.Name, Stage: string(m.Stage), Inputs: m.Pipeline.Features(), Targets: m.Pipeline.Targets(), Labels: m.Pipeline.Labels(),
		Task: m.Pipeline.Task().String(), Trainable: s.Trainable, NonTrainable: s.NonTrainable, Epochs: len(m.History.Epochs),
		Rows: m.Data.Rows, SHA256: m.Data.SHA256, Threshold: m.Threshold, Members: report.Members(m)}
	for _, r := range s.Rows {
		out.Layers = append(out.Layers, layer{r.Name, r.Class, r.Width, r.Params})
	}
	return a.sayJSON(out)
}
