//go:build linux

package cmd

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/rivo/uniseg"
	"golang.org/x/sys/unix"
)

// On a terminal a bar moves on stderr, and is gone at the end; stdout has the
// lines it has anywhere, whether it is a file or the same terminal.
func TestTerminal(t *testing.T) {
	args := []string{"fit", "-c", "pima.yaml", "--epochs", "1200", "--log-every", "100", "-o", "new.bin"}
	line := regexp.MustCompile(`^(Epoch \d+/1200 - loss: \d\.\d{4} - accuracy: \d\.\d{4}|last epoch .*|best epoch .*|final, on .*|wrote new.bin)$`)

	t.Run("stderr", func(t *testing.T) {
		t.Parallel()
		var stdout bytes.Buffer
		shown := onTerminal(t, 100, &stdout, nil, args...)
		if !strings.Contains(shown, "training") || !strings.Contains(shown, "█") {
			t.Errorf("there is no bar on the terminal: %q", shown)
		}
		if left := strings.TrimSpace(screen(shown)); left != "" {
			t.Errorf("the terminal still shows %q", left)
		}
		for _, l := range strings.Split(strings.TrimSuffix(stdout.String(), "\n"), "\n") {
			if !line.MatchString(l) {
				t.Errorf("stdout has %q", l)
			}
		}
	})
	t.Run("both", func(t *testing.T) {
		t.Parallel()
		shown := onTerminal(t, 100, nil, nil, args...)
		if !strings.Contains(shown, "█") {
			t.Error("there is no bar on the terminal")
		}
		lines := strings.Split(strings.TrimRight(screen(shown), "\n"), "\n")
		if len(lines) < 14 {
			t.Errorf("the terminal shows %d lines", len(lines))
		}
		for _, l := range lines {
			if !line.MatchString(l) {
				t.Errorf("the terminal shows %q", l)
			}
		}
	})
	few := []string{"fit", "-c", "pima.yaml", "--epochs", "150", "-o", "new.bin"}
	for _, c := range []struct {
		name    string
		columns uint16
		env     []string
		args    []string
	}{
		{"quiet", 100, nil, append(few, "-q")},
		{"json", 100, nil, append(few, "--json")},
		{"CI", 100, []string{"CI=true"}, few},
		{"dumb", 100, []string{"TERM=dumb"}, few},
		{"narrow", 60, nil, few},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if shown := onTerminal(t, c.columns, io.Discard, c.env, c.args...); shown != "" {
				t.Errorf("the terminal shows %q", shown)
			}
		})
	}
}

// Colour is for a terminal, unless NO_COLOR says otherwise.
func TestTerminalColor(t *testing.T) {
	for _, c := range []struct {
		name    string
		env     []string
		args    []string
		painted bool
	}{
		{"terminal", nil, []string{"list"}, true},
		{"NO_COLOR", []string{"NO_COLOR=1"}, []string{"list"}, false},
		{"dumb", []string{"TERM=dumb"}, []string{"list"}, false},
		{"never", nil, []string{"list", "--color", "never"}, false},
		{"always", []string{"NO_COLOR=1"}, []string{"list", "--color", "always"}, true},
		{"json", nil, []string{"list", "--json"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			shown := onTerminal(t, 100, nil, c.env, c.args...)
			if !strings.Contains(shown, "optimizers") {
				t.Fatalf("the terminal shows %q", shown)
			}
			if painted := strings.Contains(shown, "\x1b["); painted != c.painted {
				t.Errorf("painted: %t, want %t", painted, c.painted)
			}
		})
	}
}

// Long lines are broken between words, for the width of the terminal: of help, of results
// and of what is said on stderr.
func TestTerminalWidth(t *testing.T) {
	pages := [][]string{
		{"list"}, {"list", "losses"}, {"list", "optimizers", "adam"}, {"help", "spec"}, {"--help"},
		{"load", "data/pima.csv"}, {"load", "-c", "transactions.yaml"},
		{"fit", "-c", "pima.yaml", "--epochs", "2", "--validation-split", "0.2", "--metrics", "accuracy,auc,brier,log_loss,precision", "-q"},
		{"fit", "-c", "pima.yaml", "--epochs", "2", "--validation-split", "0.2", "--metrics", "accuracy,auc,brier,log_loss,precision"},
		{"fit", "-c", "iris.yaml", "--set", "ensemble.members=3", "--set", "evaluate.metrics=[log_loss,brier,ece]", "--epochs", "2", "--set", "fit.callbacks=null"},
		{"fit", "-c", "pima.yaml", "--set", "compile.optimizer=adm"}, {"fit", "--epoch", "2"}, {"evaluate"},
	}
	for _, c := range newRoot(&App{}).Commands() {
		pages = append(pages, []string{"help", c.Name()})
	}
	for _, columns := range []int{80, 100} { // tables are as wide as their cells
		for _, args := range pages {
			shown := onTerminal(t, uint16(columns), nil, []string{"NO_COLOR=1"}, args...)
			for _, l := range strings.Split(screen(shown), "\n") {
				words := strings.Fields(l)
				if n := uniseg.StringWidth(l); n <= columns || len(words) < 2 {
					continue // a word that is too long is left whole
				}
				if last := words[len(words)-1]; len(last) < columns/2 {
					t.Errorf("%v: %d columns of %d: %q", args, uniseg.StringWidth(l), columns, l)
				}
			}
		}
	}
}

// onTerminal runs the program with stderr, and stdout if it is nil here, on a
// pseudo-terminal, and returns every byte that was written to that.
func onTerminal(t *testing.T, columns uint16, stdout io.Writer, env []string, args ...string) string {
	t.Helper()
	master, slave := openTerminal(t, columns)
	c := command(t, t.TempDir(), args...)
	c.Env = append(c.Env, env...)
	c.Stdout, c.Stderr = stdout, slave
	if stdout == nil {
		c.Stdout = slave
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	var shown bytes.Buffer
	_, _ = io.Copy(&shown, master) // ends with EIO when the last writer has gone
	if code := exitCodeOf(t, c.Wait()); code != 0 && code != exitUsage {
		t.Fatalf("exit code %d: %s", code, shown.String())
	}
	return shown.String()
}

func openTerminal(t *testing.T, columns uint16) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("there are no pseudo-terminals: %v", err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns}); err != nil {
		t.Fatal(err)
	}
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return master, slave
}

// screen returns what a terminal shows at the end, scrolled lines included: a
// carriage return goes back to the first column, whatever comes next overwrites.
func screen(written string) string {
	var lines [][]rune
	var line []rune
	at := 0
	for _, r := range written {
		switch r {
		case '\n':
			lines, line, at = append(lines, line), nil, 0
		case '\r':
			at = 0
		default:
			if at == len(line) {
				line = append(line, r)
			} else {
				line[at] = r
			}
			at++
		}
	}
	var b strings.Builder
	for _, l := range append(lines, line) {
		b.WriteString(strings.TrimRight(string(l), " ") + "\n")
	}
	return b.String()
}
