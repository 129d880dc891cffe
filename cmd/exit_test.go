package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/spf13/cobra"

	"mlp/internal/iostreams"
	"mlp/internal/problem"
	"mlp/internal/train"
)

func TestExitCode(t *testing.T) {
	documented := map[int]bool{}
	for _, e := range exitCodes {
		documented[e.code] = true
	}
	for _, c := range []struct {
		name string
		err  error
		want int
	}{
		{"done", nil, 0},
		{"the reader has gone", fmt.Errorf("stdout: %w", syscall.EPIPE), 0},
		{"a gate", &gateError{[]string{"accuracy"}}, 1},
		{"a flag", problem.Usage("flag --epochs", "", "no"), 2},
		{"problems of a spec", problem.Problems{problem.Usage("a", "", "b"), problem.Usage("c", "", "d")}, 2},
		{"something else", errors.New("something else"), 2},
		{"a table", problem.Problems{problem.Data(problem.Pos{File: "t.csv"}, "", "", "no")}, 3},
		{"a model", fmt.Errorf("fit: %w", problem.Model("m.bin", "", "no")), 4},
		{"divergence", fmt.Errorf("fit: %w", &train.Diverged{}), 5},
		{"SIGINT", &interruptError{os.Interrupt}, 130},
		{"SIGTERM", &interruptError{syscall.SIGTERM}, 143},
	} {
		got := exitCode(c.err)
		if got != c.want {
			t.Errorf("%s: exit code %d, want %d", c.name, got, c.want)
		}
		if !documented[got] {
			t.Errorf("%s: exit code %d is not documented", c.name, got)
		}
	}
}

// A bug ends with its own code, and with what its report needs.
func TestBug(t *testing.T) {
	var stderr bytes.Buffer
	a := &App{Streams: iostreams.Streams{Out: &bytes.Buffer{}, Err: &stderr}}
	root := newRoot(a)
	root.AddCommand(&cobra.Command{Use: "break", Run: func(*cobra.Command, []string) { panic("no weights") }})
	root.SetArgs([]string{"break"})
	if code := a.execute(context.Background(), root); code != exitBug {
		t.Errorf("exit code %d, want %d", code, exitBug)
	}
	for _, want := range []string{"a bug in mlp ", "no weights", "exit_test.go"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("stderr has no %q: %s", want, stderr.String())
		}
	}
}

// What a file says cannot command the terminal, and the mark stands below the
// words that are meant.
func TestPrintProblem(t *testing.T) {
	var stderr bytes.Buffer
	a := &App{Streams: iostreams.Streams{Err: &stderr, Color: "never"}}
	a.printError(&problem.Problem{Pos: problem.Pos{File: "t.csv", Line: 12, Col: 3}, Path: "a\x1b]0;owned\x07", Msg: `"x" is no number`,
		Excerpt: "1\t\x1b[2Jx\t2", Width: 5, Hint: "correct\x7f it", Also: []problem.Pos{{File: "t.csv", Line: 1, Col: 1}}})
	want := "t.csv:12:3: a·]0;owned·: \"x\" is no number\n" +
		"    12 | 1\t·[2Jx\t2\n" +
		"       |  \t^^^^^\n" +
		"see also: t.csv:1:1\n" +
		"hint: correct· it\n"
	if got := stderr.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
