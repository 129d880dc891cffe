package cmd

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/iostreams"
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
		return a.sayJSON(report.Summary(m))
	}
	if err := a.printSummary(m); err != nil {
		return err
	}
	return a.tell("%s%s", report.Provenance(m), report.HistoryText(m))
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
