package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// command prepares the program, to be run in dir. TestMain has put it into PATH.
func command(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath("mlp")
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, args...)
	c.Dir = dir
	c.Env = append(os.Environ(), repository+"="+repositoryDir(t), "CI=", "NO_COLOR=", "TERM=xterm")
	return c
}

// runMLP runs the program and returns its exit code and output.
func runMLP(t *testing.T, dir string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, complaints bytes.Buffer
	c := command(t, dir, args...)
	c.Stdout, c.Stderr = &out, &complaints
	return exitCodeOf(t, c.Run()), out.String(), complaints.String()
}

// measurePeak runs a program and prints its exit code and its peak resident set in
// KiB. A process inherits the peak of the one that starts it, so that must be small.
func measurePeak() {
	c := exec.Command(os.Args[1], os.Args[2:]...)
	err := c.Run()
	if c.ProcessState == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(c.ProcessState.ExitCode(), maxRSS(c.ProcessState))
}

// peakOf runs the program and returns its exit code and its peak in MiB.
func peakOf(t *testing.T, dir string, args ...string) (code int, peak int64) {
	t.Helper()
	path, err := exec.LookPath("peak")
	if err != nil {
		t.Fatal(err)
	}
	c := command(t, dir, args...)
	c.Args = append([]string{"peak", c.Path}, args...)
	c.Path = path
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscan(string(out), &code, &peak); err != nil {
		t.Fatalf("%q: %v", out, err)
	}
	return code, peak >> 10
}

// mustRun runs the program, which is to succeed.
func mustRun(t *testing.T, dir string, args ...string) string {
	t.Helper()
	code, stdout, stderr := runMLP(t, dir, args...)
	if code != 0 {
		t.Fatalf("mlp %s: exit code %d\n%s", strings.Join(args, " "), code, stderr)
	}
	return stdout
}

func exitCodeOf(t *testing.T, err error) int {
	t.Helper()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	t.Fatal(err)
	return -1
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func sameFiles(t *testing.T, dir, a, b string) {
	t.Helper()
	if !bytes.Equal(read(t, dir, a), read(t, dir, b)) {
		t.Errorf("%s and %s differ", a, b)
	}
}

// write writes a file of the folder dir.
func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// allocated is the number of bytes that this process has ever allocated.
func allocated() uint64 {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.TotalAlloc
}
