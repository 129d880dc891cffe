package cmd

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/kernel"
	"mlp/internal/report"
	"mlp/internal/selftest"
)

type doctorOptions struct {
	app   *App
	known string // the weights that every machine is to find
}

var _ = addVerb(130, newDoctor, runDoctor)

func newDoctor(a *App, run func(context.Context, *doctorOptions) error) *cobra.Command {
	o := &doctorOptions{app: a, known: selftest.KnownWeights}
	return &cobra.Command{
		Use:   "doctor",
		Short: "check that this machine computes what every other does",
		Long: `doctor shows the machine as mlp sees it, and trains a small network with every
set of vector instructions the processor has, on one thread and on all. Each
must end in the same weights, which are known; else the exit code is 70. Nothing
is read or written.`,
		Args: arguments(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error { return run(c.Context(), o) },
	}
}

// sickError is a machine on which mlp does not compute what it should.
type sickError struct{ wrong, right []string }

func (e *sickError) Error() string {
	return "this machine ends in other weights than every other: " + strings.Join(e.wrong, ", ")
}

// Hint says what to do, for printError.
func (e *sickError) Hint() string {
	hint := "do not trust models trained like this; report it with what `mlp doctor --json` prints"
	if len(e.right) > 0 {
		hint += "; until then set " + kernel.LevelVariable + "=" + e.right[0] + ", where the weights are right"
	}
	return hint
}

func runDoctor(_ context.Context, o *doctorOptions) error {
	m, err := selftest.Examine(o.app.threads, o.known)
	if err != nil {
		return err
	}
	m.Version = thisBuild().version
	if o.app.json {
		err = o.app.sayJSON(m)
	} else {
		err = o.app.printMachine(m)
	}
	if err != nil || m.OK {
		return err
	}
	sick := &sickError{}
	for _, c := range m.Checks {
		if c.OK {
			sick.right = append(sick.right, c.Level)
		} else {
			sick.wrong = append(sick.wrong, fmt.Sprintf("%s on %d thread(s)", c.Level, c.Threads))
		}
	}
	return sick
}

func (a *App) printMachine(m *selftest.Machine) error {
	t := report.NewTable("instructions", "threads", "weights", "")
	t.Right(1)
	for _, c := range m.Checks {
		verdict := "ok"
		if !c.OK {
			verdict = "wrong, " + m.Known + " is right"
		}
		t.Add(c.Level, fmt.Sprint(c.Threads), c.Weights, verdict)
	}
	verdict := "all well: every run ended in the weights that every machine finds\n"
	if !m.OK {
		verdict = ""
	}
	return a.tell("mlp %s, %s, %s/%s\nprocessor: %s in use, of %s\nthreads: %d\n\n%s%s", m.Version, m.Go, m.OS, m.Arch,
		m.Level, strings.Join(m.Levels, ", "), m.Threads, t.Text(), verdict)
}
