package cmd

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/data/profile"
	"mlp/internal/iostreams"
	"mlp/internal/outfile"
	"mlp/internal/problem"
	"mlp/internal/report"
)

type loadOptions struct {
	app  *App
	cmd  *cobra.Command
	data []string
	out  string
}

var _ = addVerb(20, newLoad, runLoad)

func newLoad(a *App, run func(context.Context, *loadOptions) error) *cobra.Command {
	o := &loadOptions{app: a}
	c := &cobra.Command{
		Use:   "load [DATA…]",
		Short: "read a table and show what is in it",
		Long: `load reads the table of a spec, or DATA, infers or checks its columns, and
prints a profile with warnings; what fit would refuse is told after it. With -o
it writes the table packed, which other verbs read faster than CSV, if it is
clean.`,
		Example: "  mlp load --config pima.yaml\n  mlp load data.csv --target y",
		Args:    arguments(0, anyNumber, "[DATA…] [-c SPEC] [flags]"),
		RunE: func(c *cobra.Command, args []string) error {
			o.cmd, o.data = c, args
			return run(c.Context(), o)
		},
	}
	c.Flags().StringVarP(&o.out, "output", "o", "", "write the table to `FILE`, packed")
	addDataFlags(c)
	return c
}

func runLoad(_ context.Context, o *loadOptions) error {
	a := o.app
	if err := checkOutput("--output", o.out, o.data...); err != nil {
		return err
	}
	s, err := a.request(o.cmd).Open(nil)
	if err != nil {
		return err
	}
	t, found, refused, err := s.Load(o.data)
	if err == nil && o.out != "" {
		err = refused // what is packed is clean
	}
	if err != nil {
		return err
	}
	if refused != nil {
		defer a.fail(refused)
	}
	if o.out != "" {
		err := outfile.Write(o.out, func(w io.Writer) error { return t.WritePacked(w) })
		if err != nil {
			return problem.Usage("flag --output", "", "%v", err)
		}
	}
	if a.json {
		return a.sayJSON(found)
	}
	return a.printReport(found, o.out)
}

func (a *App) printReport(r *profile.Report, out string) error {
	header := "no header: columns are c1, c2, …"
	if r.Header {
		header = "the first row is the header"
	}
	form := fmt.Sprintf("delimiter %q; %s", r.Delimiter, header)
	if r.Delimiter == "" {
		form = "JSON lines"
	}
	if r.Dropped > 0 {
		form += "; " + problem.Count(r.Dropped, "row") + " without a target left out"
	}
	if err := a.tell("%s: %d rows, %d columns; %s\n", iostreams.Printable(r.Name), r.Rows, len(r.Columns), form); err != nil {
		return err
	}
	if !a.quiet {
		if err := a.say("\n%s", a.profileTable(r).Within(a.Columns())); err != nil {
			return err
		}
	}
	if r.Sampled > 0 {
		if err := a.tell("\nmedians, quartiles and what a column alone predicts are of a sample of %d rows; all else is of all rows\n", r.Sampled); err != nil {
			return err
		}
	}
	if len(r.Targets) > 0 {
		text := fmt.Sprintf("\ntarget %s: %s", iostreams.Printable(strings.Join(r.Targets, ", ")), r.Task)
		var counts []string
		for _, c := range r.Classes {
			counts = append(counts, fmt.Sprintf("%s %d", iostreams.Printable(c.Value), c.N))
		}
		if len(counts) > 0 {
			text += " (" + report.SomeNames(counts) + ")"
		}
		if err := a.tell("%s\n", text); err != nil {
			return err
		}
	}
	if p := r.Parts; p != nil {
		text := fmt.Sprintf("rows: %d training, %d validation, %d test", p.Train, p.Validation, p.Test)
		if p.Note != "" {
			text += ": " + iostreams.Printable(p.Note)
		}
		if err := a.tell("%s\n", text); err != nil {
			return err
		}
	}
	for _, n := range r.Notes {
		if err := a.tell("note: %s\n", iostreams.Printable(n.Msg)); err != nil {
			return err
		}
	}
	for _, w := range r.Shown() {
		text := "warning: " + iostreams.Printable(w.Msg)
		if w.Hint != "" {
			text += "\n  hint: " + iostreams.Printable(w.Hint)
		}
		if err := a.tell("%s\n", text); err != nil {
			return err
		}
	}
	if out != "" {
		return a.say("wrote %s\n", iostreams.Printable(out))
	}
	return nil
}

func distinctText(c profile.ColumnReport) string {
	if c.More {
		return fmt.Sprintf("> %d", c.Distinct)
	}
	return strconv.Itoa(c.Distinct)
}

// mostColumns is how many columns are shown of a wide table, unless -v asks for all.
const mostColumns = 50

func (a *App) profileTable(r *profile.Report) *report.Table {
	t := report.NewTable("column", "type", "role", "missing", "distinct", "min", "mean", "sd", "max", "most frequent")
	t.Right(3, 4, 5, 6, 7, 8)
	columns := r.Columns
	if !a.verbose && len(columns) > mostColumns+1 {
		columns = columns[:mostColumns]
	}
	for _, c := range columns {
		cells := []string{iostreams.Printable(c.Name), c.Kind, c.Role, strconv.Itoa(c.Missing), distinctText(c)}
		if n := c.Numbers; n != nil {
			for _, v := range []float64{n.Min, n.Mean, n.SD, n.Max} {
				cells = append(cells, strconv.FormatFloat(v, 'g', 5, 64))
			}
			cells = append(cells, "")
		} else {
			var top []string
			for _, w := range c.Top {
				top = append(top, fmt.Sprintf("%s (%d)", iostreams.Printable(w.Value), w.N))
			}
			cells = append(cells, "", "", "", "", strings.Join(top, ", "))
		}
		t.Add(cells...)
	}
	if more := len(r.Columns) - len(columns); more > 0 {
		t.Add("…", fmt.Sprintf("and %d more columns: -v shows all", more))
	}
	return t
}
