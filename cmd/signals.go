package cmd

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"mlp/internal/outfile"
	"mlp/internal/train"
)

// interruptError is the cause with which a signal ends a command.
type interruptError struct{ signal os.Signal }

func (e *interruptError) Error() string { return "stopped by " + e.signal.String() }

// What a signal ends waits at most this long for whoever reads stdout, stderr or a pipe
// before the run is saved, and for the disk before the program ends all the same.
const (
	readersPatience = time.Second
	disksPatience   = time.Second
)

// signalContext ends the context at the first SIGINT or SIGTERM if a run goes on,
// which then has something to save; a second one quits at once. Where nothing can
// be saved, so does the first. Files that are half written are taken along. None of
// this waits for a reader who does not read, or for a disk that does not answer.
func (a *App) signalContext() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 2)
	// A shell without job control has what it runs behind an & ignore SIGINT. A
	// script that sends one means it all the same.
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		for s := range signals {
			stopped := &interruptError{s}
			if again := ctx.Err() != nil; again || !a.trains.Load() {
				a.ending.Store(true)
				abandon()
				if !again { // a second one is meant to be quick
					a.Patience.Lose()
					a.printError(stopped)
				}
				os.Exit(exitCode(stopped))
			}
			cancel(stopped)
			time.AfterFunc(readersPatience, func() { a.Patience.Lose(); outfile.Hurry() })
		}
	}()
	return ctx, func() { signal.Stop(signals); cancel(nil) }
}

// abandon gives up what is half written; what is left over does no harm.
func abandon() {
	done := make(chan struct{})
	go func() { outfile.Abandon(); close(done) }()
	select {
	case <-done:
	case <-time.After(disksPatience):
	}
}

// saveOnSignals asks for a run to be saved when SIGHUP or SIGUSR1 comes, until the
// function that is returned is called. One that comes earlier than the run waits
// for its first batch. One that comes later is no reason to die: a process that
// ends with this command does not give the signals back.
func (a *App) saveOnSignals(control *train.Control) (stop func()) {
	signals := make(chan os.Signal, 1)
	for _, s := range saveSignals {
		if !signal.Ignored(s) { // under nohup SIGHUP is, and stays so
			signal.Notify(signals, s)
		}
	}
	go func() {
		for range signals {
			control.Save()
		}
	}()
	return func() {
		if !a.process {
			signal.Stop(signals)
			close(signals)
		}
	}
}

// reloads receives the signals that ask a server to read its models anew, until stop. Under
// nohup too: whoever sends one means it, and nothing is lost if a terminal does.
func reloads() (signals chan os.Signal, stop func()) {
	signals = make(chan os.Signal, 1)
	for _, s := range reloadSignals {
		signal.Notify(signals, s)
	}
	return signals, func() { signal.Stop(signals) }
}
