// Package cmd is the command line: one file a verb. A command reads flags into
// its options and hands them to a function that loads, calls and prints; nothing
// is computed here.
package cmd

import (
	"context"
	"io/fs"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/spf13/cobra"

	"mlp/internal/iostreams"
	"mlp/internal/memory"
	"mlp/internal/outfile"
	"mlp/internal/parallel"
	"mlp/internal/report"
	"mlp/internal/run"
)

// App is the world as the commands see it. Tests give them another one.
type App struct {
	Embedded fs.FS // configs/ and data/
	iostreams.Streams

	config  string   // --config
	sets    []string // --set
	seed    string   // --seed; "" for the spec's
	threads int
	json    bool
	quiet   bool
	verbose bool

	asked   *run.Request // whose spec the complaints may stand in; nil before it is read
	process bool         // the process is for this one command
	reports bool         // stdout is a report, which has room for a line more
	trains  atomic.Bool  // a run goes on, which a signal ends after the batch
	ending  atomic.Bool  // a signal ends the process, with its own exit code
}

// Main runs the command line and returns the exit code.
func Main(embedded fs.FS) int {
	a := &App{Embedded: embedded, process: true, Streams: iostreams.Streams{
		Out: os.Stdout, Err: os.Stderr, Env: os.Environ(), Patience: parallel.NewPatience(),
	}}
	signal.Ignore(syscall.SIGPIPE) // a reader that goes away shows as an error of the write
	limitMemory()
	ctx, stop := a.signalContext()
	defer stop()
	root := newRoot(a)
	root.SetArgs(os.Args[1:])
	if len(os.Args) > 1 && strings.HasPrefix(os.Args[1], cobra.ShellCompRequestCmd) {
		a.addCompletion(root) // for a shell alone: it would be felt in every start
	}
	code := a.execute(ctx, root)
	if a.ending.Load() {
		select {}
	}
	return code
}

// limitMemory lets the runtime collect garbage more often, before the process takes more
// than it may and is killed. GOMEMLIMIT overrules.
func limitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memory.Share())
	}
}

// execute runs a command and says what went wrong.
func (a *App) execute(ctx context.Context, root *cobra.Command) (code int) {
	defer func() {
		if bug := recover(); bug != nil {
			a.Complain("mlp: a bug in mlp %s: %v\n%s", thisBuild().version, bug, debug.Stack())
			code = exitBug
		}
	}()
	defer outfile.ReleaseAll() // of what checkOutput has claimed
	err := root.ExecuteContext(ctx)
	if err == nil {
		err = a.OutErr()
	}
	a.fail(err)
	if err == nil && a.ErrErr() != nil {
		err = a.ErrErr()
		if a.reports {
			a.lastWord(err)
		}
	}
	return exitCode(err)
}

// lastWord says on stdout what stderr did not take.
func (a *App) lastWord(err error) {
	if a.json {
		_ = a.say("%s\n", report.Event("error").Text("text", err.Error()))
		return
	}
	_ = a.say("%s\n", iostreams.Printable(err.Error())) // an error here has no stream left to go to
}
