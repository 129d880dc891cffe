package cmd

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
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

func newDoctor(a *App, run func(context.Context, *doctorOptions) error) *cobra.Command {
	o := &doctorOptions{app: a, known: selftest.KnownWeights}
	return &cobra.Command{
		Use:   "doctor",
		Short: "check that this machine computes what every other does",
		Long: "doctor shows the machine as mlp sees it, and trains a small network with every set\n" +
			"of vector instructions the processor has, on one thread and on all. Each must end\n" +
			"in the same weights, which are known; else the exit code is 70. Nothing is read\n" +
			"or written.",
		Args: arguments(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error { return run(c.Context(), o) },
	}
}

// A machine is what doctor finds.
type machine struct {
	Version string     `json:"version"`
	Go      string     `json:"go"`
	OS      string     `json:"os"`
	Arch    string     `json:"arch"`
	Threads int        `json:"threads"`
	Level   string     `json:"level"`
	Levels  []string   `json:"levels"`
	Known   string     `json:"known"`
	Checks  []checkRun `json:"checks"`
	OK      bool       `json:"ok"`
}

// A checkRun is one training of the small network.
type checkRun struct {
	Level   string `json:"level"`
	Threads int    `json:"threads"`
	Weights string `json:"weights"`
	OK      bool   `json:"ok"`
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
	m, err := o.examine()
	if err != nil {
		return err
	}
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

// examine runs the self-test at the level that a run would use first, then at
// every other.
func (o *doctorOptions) examine() (*machine, error) {
	used, err := kernel.New("native", o.app.threads)
	if err != nil {
		return nil, err
	}
	defer used.Close()
	m := &machine{Version: thisBuild().version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH,
		Threads: used.Threads(), Level: used.Level(), Levels: kernel.Levels(), Known: o.known, OK: true}
	forced, was := os.LookupEnv(kernel.LevelVariable)
	defer func() {
		if was {
			_ = os.Setenv(kernel.LevelVariable, forced) // it was set before
		} else {
			_ = os.Unsetenv(kernel.LevelVariable) // nothing can fail
		}
	}()
	counts := slices.Compact([]int{1, m.Threads})
	for _, level := range m.Levels {
		if err := os.Setenv(kernel.LevelVariable, level); err != nil {
			return nil, err
		}
		for _, threads := range counts {
			weights, ran, err := selftest.Run(threads)
			if err != nil {
				weights, ran = err.Error(), level
			}
			c := checkRun{ran, threads, weights, weights == o.known && ran == level}
			m.Checks, m.OK = append(m.Checks, c), m.OK && c.OK
		}
	}
	return m, nil
}

func (a *App) printMachine(m *machine) error {
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
	return a.say("mlp %s, %s, %s/%s\nprocessor: %s in use, of %s\nthreads: %d\n\n%s%s", m.Version, m.Go, m.OS, m.Arch,
		m.Level, strings.Join(m.Levels, ", "), m.Threads, t.Text(), verdict)
}
