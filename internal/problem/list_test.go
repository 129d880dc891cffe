package problem_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"mlp/internal/problem"
)

// Ten problems are listed; what is beyond them is one line with its number.
func TestListShowsTenThenCounts(t *testing.T) {
	for _, c := range []struct {
		problems, counted int
		lines             int
		last              string
	}{
		{0, 0, 0, ""},
		{10, 0, 10, "t.csv:10: wrong"},
		{11, 0, 11, "t.csv: and 1 more problem"},
		{12, 5, 11, "t.csv: and 7 more problems"},
	} {
		l := problem.List{File: "t.csv"}
		for i := range c.problems {
			l.Add(problem.Data(problem.Pos{File: "t.csv", Line: i + 1}, "", "", "wrong"))
		}
		l.Count(c.counted)
		err := l.Err()
		if err == nil {
			if c.lines > 0 {
				t.Errorf("%d problems: no error", c.problems)
			}
			continue
		}
		lines := strings.Split(err.Error(), "\n")
		if len(lines) != c.lines || lines[len(lines)-1] != c.last {
			t.Errorf("%d problems: %d lines, the last %q", c.problems, len(lines), lines[len(lines)-1])
		}
	}
}

// A reason names neither the call nor the path, however deep it is wrapped.
func TestReason(t *testing.T) {
	for _, err := range []error{
		&fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission},
		fmt.Errorf("read: %w", &fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission}),
		&os.LinkError{Op: "rename", Old: "x", New: "y", Err: fs.ErrPermission},
		fs.ErrPermission,
	} {
		if got := problem.Reason(err); !errors.Is(got, fs.ErrPermission) || got.Error() != fs.ErrPermission.Error() {
			t.Errorf("%v: %v", err, got)
		}
	}
}

func ExampleDidYouMean() {
	fmt.Println(problem.DidYouMean("rleu", []string{"relu", "selu", "tanh"}))
	fmt.Println(problem.DidYouMean("wibble", []string{"relu", "selu", "tanh"}))
	// Output:
	// did you mean "relu"?
	// known here: relu, selu, tanh
}
