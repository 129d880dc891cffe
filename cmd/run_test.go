package cmd

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
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

// run runs the program and returns its exit code and output.
func run(t *testing.T, dir string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, complaints bytes.Buffer
	c := command(t, dir, args...)
	c.Stdout, c.Stderr = &out, &complaints
	return exitCodeOf(t, c.Run()), out.String(), complaints.String()
}

// mustRun runs the program, which is to succeed.
func mustRun(t *testing.T, dir string, args ...string) string {
	t.Helper()
	code, stdout, stderr := run(t, dir, args...)
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
