package iostreams

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/term"

	"mlp/internal/parallel"
	"mlp/internal/problem"
)

// Streams are the streams of one command and the environment they stand in. Errors of
// writing are remembered, whoever wrote, for the exit code must tell of an answer that
// did not arrive. A Streams is itself the writer to Out.
type Streams struct {
	Out, Err io.Writer
	Env      []string // NAME=VALUE, as os.Environ returns it
	Color    string   // "auto", "always" or "never"; "" is never

	Patience *parallel.Patience // with their readers; nil: endless

	complaining    sync.Mutex // a server has several goroutines that may
	once           sync.Once
	out, err       io.Writer // Out and Err, with patience
	outErr, errErr error     // the first of each
}

func (s *Streams) patient() {
	s.once.Do(func() { s.out, s.err = s.Patience.Writer(s.Out), s.Patience.Writer(s.Err) })
}

// Write writes to Out.
func (s *Streams) Write(p []byte) (int, error) {
	s.patient()
	n, err := s.out.Write(p)
	if err != nil {
		err = unwritable("stdout", err)
		s.outErr = cmp.Or(s.outErr, err)
	}
	return n, err
}

// Complain writes to Err. A reader that has gone away is no failure there.
func (s *Streams) Complain(format string, args ...any) {
	s.complaining.Lock()
	defer s.complaining.Unlock()
	if _, err := fmt.Fprintf(s.Complaints(), format, args...); err != nil && !IsBrokenPipe(err) {
		s.errErr = cmp.Or(s.errErr, unwritable("stderr", err))
	}
}

// Complaints returns the writer to Err, for what remembers no errors.
func (s *Streams) Complaints() io.Writer {
	s.patient()
	return s.err
}

// OutErr returns the first error of a write to Out.
func (s *Streams) OutErr() error { return s.outErr }

// ErrErr returns the first error of a write to Err.
func (s *Streams) ErrErr() error { return s.errErr }

// unwritable is the problem of an output that takes no more bytes. That the reader of
// a pipe has gone stays recognisable.
func unwritable(name string, err error) error {
	if IsBrokenPipe(err) {
		return err
	}
	return problem.Usage(name, "", "cannot be written: %v", problem.Reason(err))
}

// IsBrokenPipe reports whether the reader of an output has gone away, which is no
// failure of the program.
func IsBrokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }

// IsTerminal reports whether w is a terminal that understands control characters.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(f.Fd()))
}

// Width returns how many columns a terminal has; 0 for what is none.
func Width(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok || !IsTerminal(w) {
		return 0
	}
	n, _, err := term.GetSize(int(f.Fd()))
	if err != nil || n <= 0 {
		return 80
	}
	return n
}

// Columns is the width of the terminal on Out; 0 off one.
func (s *Streams) Columns() int { return Width(s.Out) }

// IsSet reports whether a variable has a value other than "" and those given.
func (s *Streams) IsSet(name string, but ...string) bool {
	return slices.ContainsFunc(s.Env, func(e string) bool {
		value, ok := strings.CutPrefix(e, name+"=")
		return ok && value != "" && !slices.Contains(but, value)
	})
}

// The few colours, as SGR codes.
const (
	Bold = "1"
	Red  = "31"
)

// Paint colours text for w, if that is wanted, or by itself on a terminal where NO_COLOR
// is not set.
func (s *Streams) Paint(w io.Writer, code, text string) string {
	if s.Color != "always" && (s.Color != "auto" || !IsTerminal(w) || s.IsSet("NO_COLOR")) {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
