//go:build linux

package cmd

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// When the reader of the answers goes, predict ends, even if more rows may come.
func TestPredictEndsWithItsReader(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, dir, "fit", "-q", "-c", "pima.yaml", "--epochs", "1")
	c := command(t, dir, "predict", "model.bin", "-")
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr strings.Builder
	c.Stdout, c.Stderr = w, &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	go func() { // stdin stays open; what is written to a program that has ended is lost
		_, _ = stdin.Write([]byte("pregnant,glucose,pressure,triceps,insulin,mass,pedigree,age\n" + strings.Repeat("6,148,72,35,0,33.6,0.627,50\n", 400_000)))
	}()
	if _, err := out.Read(make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	_ = out.Close()
	select {
	case err := <-ended:
		if code := exitCodeOf(t, err); code != 0 || stderr.Len() > 0 {
			t.Errorf("exit code %d, %q", code, &stderr)
		}
	case <-time.After(20 * time.Second):
		_ = c.Process.Kill()
		t.Error("predict waits for rows that nobody will read the answers to")
	}
}

// Answers that cannot be written because the disk is full are an error, which names
// the file or stdout; a reader that has had enough, as head has, is none.
func TestPredictOutputs(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, dir, "fit", "-q", "-c", "pima.yaml", "--epochs", "1")
	row := "6,148,72,35,0,33.6,0.627,50\n"
	textTable := "pregnant,glucose,pressure,triceps,insulin,mass,pedigree,age\n" + strings.Repeat(row, 50_000)
	if err := os.WriteFile(filepath.Join(dir, "t.csv"), []byte(textTable), 0o644); err != nil {
		t.Fatal(err)
	}
	mustRun(t, dir, "predict", "-q", "model.bin", "t.csv", "-o", "whole.csv")
	const full = "stdout: cannot be written: no space left on device\n"
	for _, c := range []struct {
		name, shell    string
		code           int
		stdout, stderr string // the end of stdout
	}{
		{"full", "mlp predict model.bin t.csv > /dev/full", 2, "", full},
		{"full, one row", "head -2 t.csv | mlp predict model.bin - > /dev/full", 2, "", full},
		{"full, JSON", "mlp predict model.bin t.csv --json > /dev/full", 2, "", full},
		{"full by -o", "mlp predict model.bin t.csv -o /dev/full", 2, "", "flag --output: /dev/full: cannot be written: no space left on device\n"},
		{"stderr full", "mlp predict model.bin t.csv 2> /dev/full | tail -1", 0, "neg,", ""},
		{"stderr closed", "mlp predict model.bin t.csv 2>&- | tail -1", 0, "neg,", ""},
		{"stdout closed", "mlp predict model.bin t.csv -o out.csv >&- && cmp out.csv whole.csv", 0, "", "drift: none in 50000 rows\n"},
		{"all closed", "mlp predict model.bin t.csv -o out.csv <&- >&- 2>&- && cmp out.csv whole.csv", 0, "", ""},
		{"head", "mlp predict model.bin t.csv | head -1; exit ${PIPESTATUS[0]}", 0, "diabetes,p(neg),p(pos)\n", ""},
		{"stdin closed", "mlp predict model.bin - <&-", 3, "", "-: "},
		{"directory", "mlp predict model.bin - < .", 3, "", "-: cannot be read: is a directory\n"},
		{"same file", "mlp predict model.bin t.csv -o t.csv", 2, "", "flag --output: t.csv is read by this command, and would be lost\nhint: choose another name\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			sh := exec.Command("bash", "-c", c.shell)
			like := command(t, dir)
			sh.Dir, sh.Env = like.Dir, like.Env
			var stdout, stderr strings.Builder
			sh.Stdout, sh.Stderr = &stdout, &stderr
			code := exitCodeOf(t, sh.Run())
			if c.code >= 0 && code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			out := stdout.String()
			if i := strings.LastIndexByte(strings.TrimSuffix(out, "\n"), '\n'); i >= 0 {
				out = out[i+1:]
			}
			if !strings.HasPrefix(out, c.stdout) || c.stdout == "" && out != "" {
				t.Errorf("stdout ends with %q, want %q", out, c.stdout)
			}
			if got := stderr.String(); got != c.stderr && (c.stderr == "" || !strings.HasPrefix(got, c.stderr)) {
				t.Errorf("stderr %q, want %q", got, c.stderr)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "*.tmp")); len(left) > 0 {
				t.Errorf("%q is left", left)
			}
		})
	}
}
