package cmd

import (
	"errors"
	"fmt"
	"strings"
	"syscall"

	"mlp/internal/iostreams"
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
	case err == nil, iostreams.IsBrokenPipe(err):
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

// fail prints the error of a command, with the lines of the spec that it is about.
func (a *App) fail(err error) {
	if a.asked != nil {
		a.asked.Annotate(err)
	}
	a.printError(err)
}

// printError writes an error the way a compiler does: place, path, message, the
// line with a marker, a hint.
func (a *App) printError(err error) {
	var problems problem.Problems
	var found *problem.Problem
	var diverged *train.Diverged
	var hinted interface{ Hint() string }
	var gate *gateError
	switch {
	case err == nil, iostreams.IsBrokenPipe(err):
		return
	case errors.As(err, &gate):
		for _, text := range gate.failed {
			a.Complain("%s%s\n", a.Paint(a.Err, iostreams.Red, "gate failed: "), iostreams.Printable(text))
		}
		return
	case errors.As(err, &problems):
	case errors.As(err, &found):
		problems = problem.Problems{found}
	default:
		a.Complain("%s%s\n", a.Paint(a.Err, iostreams.Red, "mlp: "), iostreams.Printable(err.Error()))
		if errors.As(err, &diverged) {
			a.Complain("hint: %s\n", divergedHint(diverged))
		} else if errors.As(err, &hinted) {
			a.Complain("hint: %s\n", hinted.Hint())
		}
		return
	}
	for _, p := range problems {
		a.printProblem(p)
	}
}

func (a *App) printProblem(p *problem.Problem) {
	p = spelled(p)
	line := iostreams.Fold(iostreams.Printable(p.Error()), iostreams.Width(a.Err))
	if at := p.Pos.String(); at != "" && strings.HasPrefix(line, at) {
		line = a.Paint(a.Err, iostreams.Bold, at) + line[len(at):]
	}
	a.Complain("%s\n", line)
	if p.Excerpt != "" && p.Pos.Line > 0 {
		number := fmt.Sprintf("%6d", p.Pos.Line)
		a.Complain("%s | %s\n", number, iostreams.Printable(p.Excerpt))
		if p.Pos.Col > 0 {
			a.Complain("%s | %s%s\n", strings.Repeat(" ", len(number)), blank(p.Excerpt, p.Pos.Col-1),
				a.Paint(a.Err, iostreams.Red, strings.Repeat("^", max(1, p.Width))))
		}
	}
	for _, also := range p.Also {
		a.Remark("see also: " + iostreams.Printable(also.String()) + "\n")
	}
	if p.Hint != "" {
		a.Remark("hint: " + iostreams.Printable(p.Hint) + "\n")
	}
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
