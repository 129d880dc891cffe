// Package cmd is the command line: one file a verb. A command reads flags into
// its options and hands them to a function that loads, calls and prints; nothing
// is computed here.
package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"runtime/debug"
	"sync/atomic"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"mlp/internal/data/table"
	"mlp/internal/outfile"
	"mlp/internal/problem"
)

// App is the world as the commands see it. Tests give them another one.
type App struct {
	Embedded fs.FS // configs/ and data/
	Out, Err io.Writer
	Env      []string

	config  string   // --config
	sets    []string // --set
	seed    string   // --seed; "" for the spec's
	threads int
	json    bool
	quiet   bool
	verbose bool
	color   string

	outErr  error          // the first error of a write to Out
	errErr  error          // the first error of a complaint to Err
	process bool           // the process is for this one command
	reports bool           // stdout is a report, which has room for a line more
	tables  []table.Source // that the command reads
	trains  atomic.Bool    // a run goes on, which a signal ends after the batch
}

// Write writes to stdout and remembers the first error, for the exit code must
// tell of an answer that did not arrive, whoever wrote it.
func (a *App) Write(p []byte) (int, error) {
	n, err := a.Out.Write(p)
	if err != nil {
		err = unwritable("stdout", err)
		a.outErr = cmp.Or(a.outErr, err)
	}
	return n, err
}

// complain writes to stderr. What is lost there is lost, but the exit code must
// tell that something is; a reader that has gone away wants no more.
func (a *App) complain(format string, args ...any) {
	if _, err := fmt.Fprintf(a.Err, format, args...); err != nil && !isBrokenPipe(err) {
		a.errErr = cmp.Or(a.errErr, unwritable("stderr", err))
	}
}

// unwritable is the problem of an output that takes no more bytes. That the
// reader of a pipe has gone stays recognisable.
func unwritable(name string, err error) error {
	if isBrokenPipe(err) {
		return err
	}
	return problem.Usage(name, "", "cannot be written: %v", problem.Reason(err))
}

// Main runs the command line and returns the exit code.
func Main(embedded fs.FS) int {
	a := &App{Embedded: embedded, Out: os.Stdout, Err: os.Stderr, Env: os.Environ(), process: true}
	signal.Ignore(syscall.SIGPIPE) // a reader that goes away shows as an error of the write
	ctx, stop := a.signalContext()
	defer stop()
	root := newRoot(a)
	root.SetArgs(os.Args[1:])
	return a.execute(ctx, root)
}

// execute runs a command and says what went wrong.
func (a *App) execute(ctx context.Context, root *cobra.Command) (code int) {
	defer func() {
		if bug := recover(); bug != nil {
			fmt.Fprintf(a.Err, "mlp: a bug in mlp %s: %v\n%s", thisBuild().version, bug, debug.Stack())
			code = exitBug
		}
	}()
	defer outfile.ReleaseAll() // of what checkOutput has claimed
	err := root.ExecuteContext(ctx)
	if err == nil {
		err = a.outErr
	}
	table.Locate(err, a.tables...)
	a.printError(err)
	if err == nil && a.errErr != nil {
		err = a.errErr
		if a.reports {
			a.lastWord(err)
		}
	}
	return exitCode(err)
}

// lastWord says on stdout what stderr did not take.
func (a *App) lastWord(err error) {
	if a.json {
		_ = a.say("{\"event\":\"error\",\"text\":%s}\n", quoteJSON(err.Error()))
		return
	}
	_ = a.say("%s\n", printable(err.Error())) // nobody is left to be told of an error here
}

// isTerminal reports whether w is a terminal that understands control characters.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(f.Fd()))
}

// columnsOf returns how wide a terminal is; 0 for what is none.
func columnsOf(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok || !isTerminal(w) {
		return 0
	}
	n, _, err := term.GetSize(int(f.Fd()))
	if err != nil || n <= 0 {
		return 80
	}
	return n
}

// columns is the width of the terminal on stdout; 0 off one.
func (a *App) columns() int { return columnsOf(a.Out) }

// isBrokenPipe reports whether the reader of our output has gone away, which is
// no failure of ours.
func isBrokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }
