package cmd

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"

	"mlp/internal/problem"
	"mlp/internal/train"
)

// Exit codes. exitCodes documents each; the README and `mlp help exit-codes`
// print that table.
const (
	exitDone     = 0
	exitGate     = 1
	exitUsage    = 2
	exitData     = 3
	exitModel    = 4
	exitDiverged = 5
	exitBug      = 70
	exitSIGINT   = 130
	exitSIGTERM  = 143
)

var exitCodes = []struct {
	code int
	text string
}{
	{exitDone, "done"},
	{exitGate, "a gate failed: a metric is not what --min, --max, --max-drop or evaluate.require asks for"},
	{exitUsage, "the command line, the spec or an environment variable is wrong; or stdout, stderr or a file that is no model cannot be written"},
	{exitData, "the table is wrong, or does not fit the model's schema"},
	{exitModel, "the model file cannot be read or written, or another run is writing it"},
	{exitDiverged, "training diverged; fit saves the last good weights"},
	{exitBug, "a bug in mlp, or a machine that doctor finds computing wrongly"},
	{exitSIGINT, "stopped by SIGINT; fit saves the run as it stands, for --resume"},
	{exitSIGTERM, "stopped by SIGTERM; fit saves the run as it stands, for --resume"},
}

// A gateError is a metric that is not what was required.
type gateError struct{ failed []string }

func (e *gateError) Error() string { return strings.Join(e.failed, "\n") }

// exitCode maps an error to the exit code. It is the only place that does.
func exitCode(err error) int {
	var gate *gateError
	var diverged *train.Diverged
	var interrupt *interruptError
	var found *problem.Problem
	var sick *sickError
	switch {
	case err == nil, isBrokenPipe(err):
		return exitDone
	case errors.As(err, &sick):
		return exitBug
	case errors.As(err, &gate):
		return exitGate
	case errors.As(err, &diverged):
		return exitDiverged
	case errors.As(err, &interrupt):
		if interrupt.signal == syscall.SIGTERM {
			return exitSIGTERM
		}
		return exitSIGINT
	case errors.As(err, &found):
		return map[problem.Domain]int{problem.InSpec: exitUsage, problem.InData: exitData, problem.InModel: exitModel}[found.Domain]
	}
	return exitUsage
}

// printError writes an error the way a compiler does: place, path, message, the
// line with a marker, a hint.
func (a *App) printError(err error) {
	var problems problem.Problems
	var found *problem.Problem
	var hinted interface{ Hint() string }
	var diverged *train.Diverged
	var gate *gateError
	switch {
	case err == nil, isBrokenPipe(err):
		return
	case errors.As(err, &gate):
		for _, text := range gate.failed {
			a.complain("%s%s\n", a.paint(a.Err, red, "gate failed: "), printable(text))
		}
		return
	case errors.As(err, &problems):
	case errors.As(err, &found):
		problems = problem.Problems{found}
	default:
		a.complain("%s%s\n", a.paint(a.Err, red, "mlp: "), printable(err.Error()))
		switch {
		case errors.As(err, &diverged):
			a.complain("hint: %s\n", divergedHint(diverged))
		case errors.As(err, &hinted):
			a.complain("hint: %s\n", hinted.Hint())
		}
		return
	}
	for _, p := range problems {
		a.printProblem(p)
	}
}

func (a *App) printProblem(p *problem.Problem) {
	p = spelled(p)
	line := printable(p.Error())
	if at := p.Pos.String(); at != "" && strings.HasPrefix(line, at) {
		line = a.paint(a.Err, bold, at) + line[len(at):]
	}
	a.complain("%s\n", line)
	if p.Excerpt != "" && p.Pos.Line > 0 {
		number := fmt.Sprintf("%6d", p.Pos.Line)
		a.complain("%s | %s\n", number, printable(p.Excerpt))
		if p.Pos.Col > 0 {
			a.complain("%s | %s%s\n", strings.Repeat(" ", len(number)), blank(p.Excerpt, p.Pos.Col-1),
				a.paint(a.Err, red, strings.Repeat("^", max(1, p.Width))))
		}
	}
	for _, also := range p.Also {
		a.complain("see also: %s\n", printable(also.String()))
	}
	if p.Hint != "" {
		a.complain("hint: %s\n", printable(p.Hint))
	}
}

// printable keeps what a file says from commanding the terminal, and from turning
// the direction of a line around.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if commands(r) || r == utf8.RuneError {
			return '·'
		}
		return r
	}, s)
}

// commands reports whether a character does something to a terminal instead of
// standing on it.
func commands(r rune) bool {
	return unicode.IsControl(r) && r != '\t' || unicode.Is(unicode.Bidi_Control, r)
}

// blank is as wide as the first n characters of a line, tabs kept.
func blank(line string, n int) string {
	runes := []rune(line)
	out := make([]rune, 0, n)
	for _, r := range runes[:min(n, len(runes))] {
		if r != '\t' {
			r = ' '
		}
		out = append(out, r)
	}
	return string(out)
}

// The few colours, as SGR codes.
const (
	bold  = "1"
	red   = "31"
	green = "32"
	dim   = "2"
)

// paint colours text for a terminal: if asked to, or by itself where NO_COLOR is
// not set.
func (a *App) paint(w any, code, text string) string {
	on := a.color == "always"
	if a.color == "auto" {
		f, ok := w.(*os.File)
		on = ok && isTerminal(f) && !slices.ContainsFunc(a.Env, func(e string) bool {
			return strings.HasPrefix(e, "NO_COLOR=") && e != "NO_COLOR="
		})
	}
	if !on {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
