// Package cmd is the command line: one file a verb. A command reads flags into
// its options and hands them to a function that loads, calls and prints; nothing
// is computed here.
package cmd

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"
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
}

// Main runs the command line and returns the exit code.
func Main(embedded fs.FS) int {
	a := &App{Embedded: embedded, Out: os.Stdout, Err: os.Stderr, Env: os.Environ()}
	ctx, stop := signalContext()
	defer stop()
	root := newRoot(a)
	root.SetArgs(os.Args[1:])
	err := root.ExecuteContext(ctx)
	a.printError(err)
	return exitCode(err)
}

// interruptError is the cause with which a signal ends a command.
type interruptError struct{ signal os.Signal }

func (e *interruptError) Error() string { return "stopped by " + e.signal.String() }

// signalContext ends the context at the first SIGINT or SIGTERM; after that the
// signals have their usual effect, so a second one quits at once.
func signalContext() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		if s, ok := <-signals; ok {
			signal.Stop(signals)
			cancel(&interruptError{s})
		}
	}()
	return ctx, func() { signal.Stop(signals); cancel(nil) }
}

// isTerminal reports whether w is a terminal that understands control characters.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(f.Fd()))
}

// isBrokenPipe reports whether the reader of our output has gone away, which is
// no failure of ours.
func isBrokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }
