package cmd

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"mlp/internal/iostreams"
	"mlp/internal/outfile"
	"mlp/internal/predict"
	"mlp/internal/rowwriter"
	"mlp/internal/spec"
)

// say writes a result to stdout as it is, for programs and for tables. That stdout is full
// is an error.
func (a *App) say(format string, args ...any) error {
	_, err := fmt.Fprintf(a, format, args...)
	return err
}

// tell is say for people: sentences and figures are folded to the width of a terminal.
func (a *App) tell(format string, args ...any) error { return a.Tell(fmt.Sprintf(format, args...)) }

// warn writes a line to stderr unless -q.
func (a *App) warn(format string, args ...any) {
	if !a.quiet {
		a.insist(format, args...)
	}
}

// insist is warn with -q too: -q silences progress and what is remarkable, not that a
// result is worthless.
func (a *App) insist(format string, args ...any) {
	a.Remark("warning: " + strings.TrimRight(iostreams.Printable(fmt.Sprintf(format, args...)), "\n") + "\n")
}

// warnings are written to stderr, one line each.
func (a *App) warnings(all []string) {
	for _, text := range all {
		a.warn("%s", text)
	}
}

// note writes a line of progress to stderr unless -q.
func (a *App) note(format string, args ...any) {
	if !a.quiet {
		a.Remark(iostreams.Printable(fmt.Sprintf(format, args...)) + "\n")
	}
}

func (a *App) sayJSON(v any) error {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	return a.say("%s\n", iostreams.EscapeJSON(strings.TrimSuffix(b.String(), "\n")))
}

// sayTree writes a tree to stdout as JSON on one line.
func (a *App) sayTree(n *spec.Node) error {
	return a.say("%s\n", iostreams.EscapeJSON(string(spec.CanonicalJSON(n))))
}

// writeMeasured writes rows with known answers to a file: CSV.
func writeMeasured(flag, path string, rows *predict.Measured) error {
	w := rowwriter.New(rows.Names, false, false)
	rows.Write(w)
	return unwritten(flag, outfile.Write(path, func(to io.Writer) error { _, err := to.Write(w.Bytes()); return err }))
}
