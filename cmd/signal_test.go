//go:build unix

package cmd

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A signal ends a run after the batch. What is saved then, resumed, ends in the
// bytes of the run that nobody stopped, whatever the number of threads.
func TestSignals(t *testing.T) {
	cases := []struct {
		name   string
		signal os.Signal
		code   int
		args   []string // of the run
		resume []string
		epochs string // of the run, counted from the first
	}{
		{"interrupt saves to the checkpoint", os.Interrupt, 130,
			[]string{"-c", "pima.yaml", "--epochs", "1500", "--checkpoint", "at.ckpt", "--checkpoint-every", "400", "-o", "out.bin"},
			[]string{"--resume", "at.ckpt", "-o", "out.bin"}, "1500"},
		{"interrupt saves to the model", os.Interrupt, 130,
			[]string{"-c", "pima.yaml", "--epochs", "1500", "-o", "out.bin"},
			[]string{"--resume", "out.bin", "-o", "out.bin", "--threads", "2"}, "1500"},
		{"terminate, a model that trains on", syscall.SIGTERM, 143,
			[]string{"start.bin", "--epochs", "1500", "-o", "a model.bin"},
			[]string{"--resume", "a model.bin", "-o", "out.bin"}, "1505"},
		{"terminate, with callbacks that remember", syscall.SIGTERM, 143,
			[]string{"-c", "pima_tuned.yaml", "--set", "fit.callbacks[1].patience=10000", "--set", "fit.callbacks[0].patience=40", "--epochs", "1500", "--threads", "2", "-o", "out.bin"},
			[]string{"--resume", "out.bin", "-o", "out.bin", "--threads", "1"}, "1500"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			mustRun(t, dir, "fit", "-q", "-c", "pima.yaml", "--epochs", "5", "-o", "start.bin")
			code, stderr := runAndSignal(t, dir, c.signal, append([]string{"fit"}, c.args...))
			if code != c.code {
				t.Fatalf("exit code %d, want %d\n%s", code, c.code, stderr)
			}
			how := "go on with: mlp fit --resume " + shellWord(c.resume[1]) + " -o "
			if !strings.Contains(stderr, how) {
				t.Errorf("stderr does not say %q: %q", how, stderr)
			}
			if epochs := mustRun(t, dir, "summary", c.resume[1]); !strings.Contains(epochs, " of "+c.epochs) || !strings.Contains(epochs, "not finished") {
				t.Error("the run is finished before it was stopped; nothing is tested")
			}
			mustRun(t, dir, append([]string{"fit", "-q"}, c.resume...)...)
			whole := append([]string{"fit", "-q"}, c.args...)
			mustRun(t, dir, append(whole, "-o", "whole.bin")...)
			sameFiles(t, dir, "out.bin", "whole.bin")
		})
	}
}

// runAndSignal starts the program, sends it a signal once ten epochs are done,
// and returns its exit code and what it wrote to stderr.
func runAndSignal(t *testing.T, dir string, signal os.Signal, args []string) (int, string) {
	t.Helper()
	c := command(t, dir, args...)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "Epoch 10/") {
	}
	if err := c.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() { // so that the program does not wait for its reader
	}
	return exitCodeOf(t, c.Wait()), stderr.String()
}

// A run that is stopped before its first epoch has ended is saved within it.
func TestSignalBeforeFirstEpoch(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	longEpoch(t, dir, 50_000)
	c := command(t, dir, "fit", "-c", "s.yaml", "--json", "--set", "fit.epochs=1")
	var stderr bytes.Buffer
	c.Stderr = &stderr
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	bufio.NewScanner(stdout).Scan() // {"event":"begin"…
	time.Sleep(20 * time.Millisecond)
	began := time.Now()
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	code := exitCodeOf(t, c.Wait())
	if took := time.Since(began); took > promptly {
		t.Errorf("stopping took %s", took)
	}
	if code != 130 || !strings.Contains(stderr.String(), " of 100000 in epoch 1; go on with: mlp fit --resume model.bin -o model.bin") {
		t.Fatalf("exit code %d, stderr %q", code, stderr.String())
	}
	mustRun(t, dir, "evaluate", "model.bin")
	mustRun(t, dir, "fit", "-q", "--resume", "model.bin", "-o", "resumed.bin")
	mustRun(t, dir, "fit", "-q", "-c", "s.yaml", "--set", "fit.epochs=1", "-o", "whole.bin")
	sameFiles(t, dir, "resumed.bin", "whole.bin")
}

// longEpoch writes a spec, s.yaml, and a table of pairs of rows for it, whose
// epochs are long: a batch is a row.
func longEpoch(t *testing.T, dir string, pairs int) {
	write(t, dir, "t.csv", "a,b,y\n"+strings.Repeat("1,2,no\n2,1,yes\n", pairs))
	write(t, dir, "s.yaml", "data: {path: t.csv, target: y}\nlayers: [{units: 64, activation: relu}, {units: 1, activation: sigmoid}]\nfit: {epochs: 100, batch_size: 1}\n")
}

// promptly is how long stopping may take: two seconds are promised, and a machine
// that runs other tests beside this one may need more.
const promptly = 5 * time.Second

// While nothing can be saved, a signal ends the program at once, and nothing half
// written stays behind.
func TestSignalWhileReading(t *testing.T) {
	for _, c := range []struct {
		name   string
		signal os.Signal
		code   int
		args   []string
	}{
		{"predict", os.Interrupt, 130, []string{"predict", "model.bin", "-", "-o", "out.csv"}},
		{"fit", syscall.SIGTERM, 143, []string{"fit", "-c", "pima.yaml", "-", "-o", "out.bin"}},
		{"evaluate", syscall.SIGTERM, 143, []string{"evaluate", "model.bin", "-"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			mustRun(t, dir, "fit", "-q", "-c", "pima.yaml", "--epochs", "1")
			p := command(t, dir, c.args...)
			var stderr bytes.Buffer
			p.Stderr = &stderr
			stdin, err := p.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Start(); err != nil {
				t.Fatal(err)
			}
			// More than a pipe holds: once it is written, the program is reading.
			header := "pregnant,glucose,pressure,triceps,insulin,mass,pedigree,age,diabetes\n"
			if _, err := stdin.Write([]byte(header + strings.Repeat("6,148,72,35,0,33.6,0.627,50,pos\n", 10_000))); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			if err := p.Process.Signal(c.signal); err != nil {
				t.Fatal(err)
			}
			code := exitCodeOf(t, p.Wait())
			if took := time.Since(began); took > promptly {
				t.Errorf("stopping took %s", took)
			}
			if code != c.code || !strings.HasPrefix(stderr.String(), "mlp: stopped by ") {
				t.Errorf("exit code %d, stderr %q", code, stderr.String())
			}
			files, err := os.ReadDir(dir)
			if err != nil || len(files) != 1 {
				t.Errorf("files are left: %v %v", files, err)
			}
		})
	}
}

// A reader that goes away ends predict quietly, and does not stop a run, whose
// model is saved all the same. That stdout is full is an error, once the work is
// done; that stderr is full or closed is none.
func TestOutputs(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, dir, "fit", "-q", "-c", "pima.yaml", "--epochs", "2")
	pima := filepath.Join(repositoryDir(t), "data", "pima.csv")
	cases := []struct {
		name, script   string
		code           int
		stdout, stderr string // what they must begin with
		model          bool   // new.bin must be there
	}{
		{"predict to a reader that goes away", `yes 6,148,72,35,0,33.6,0.627,50 | head -200000 | (echo pregnant,glucose,pressure,triceps,insulin,mass,pedigree,age; cat) | (mlp predict model.bin -; echo $? >&2) | head -1`, 0, "diabetes,p(neg),p(pos)\n", "0\n", false},
		{"fit to a reader that goes away", `(mlp fit -c pima.yaml --epochs 600 -o new.bin; echo $? >&2) | head -1`, 0, "Epoch 1/600", "0\n", true},
		{"fit --json to a reader that goes away", `(mlp fit -c pima.yaml --epochs 600 --json -o new.bin; echo $? >&2) | head -1`, 0, `{"event":"begin"`, "0\n", true},
		{"fit without stdout", `mlp fit -c pima.yaml --epochs 2 -o new.bin >&-`, 0, "", "", true},
		{"fit without stderr", `mlp fit -c pima.yaml --epochs 2 -o new.bin 2>&-`, 0, "Epoch 1/2", "", true},
		{"fit with neither", `mlp fit -c pima.yaml --epochs 2 -o new.bin >&- 2>&-`, 0, "", "", true},
		{"fit, stderr full", `mlp fit -c pima_tuned.yaml --epochs 2 -o new.bin 2>/dev/full`, 2, "Epoch 1/2", "", true},
		{"fit, stdout full", `mlp fit -c pima.yaml --epochs 2 -o new.bin >/dev/full`, 2, "", "stdout: cannot be written: no space left on device\n", true},
		{"predict, stdout full", `mlp predict model.bin ` + pima + ` >/dev/full`, 2, "", "stdout: cannot be written: no space left on device\n", false},
		{"evaluate, stdout full", `mlp evaluate model.bin >/dev/full`, 2, "", "stdout: cannot be written: no space left on device\n", false},
		{"load, stdout full", `mlp load -c pima.yaml >/dev/full`, 2, "", "stdout: cannot be written: no space left on device\n", false},
		{"init, stdout full", `mlp init --target diabetes ` + pima + ` >/dev/full`, 2, "", "stdout: cannot be written: no space left on device\n", false},
		{"build, stdout full", `mlp build -c pima.yaml -o new.bin >/dev/full`, 2, "", "stdout: cannot be written: no space left on device\n", true},
		{"compile, stdout full", `mlp compile model.bin -o new.bin >/dev/full`, 2, "", "stdout: cannot be written: no space left on device\n", true},
		{"summary, stdout full", `mlp summary model.bin >/dev/full`, 2, "", "stdout: cannot be written: no space left on device\n", false},
		{"render, stdout full", `mlp render pima.yaml >/dev/full`, 2, "", "stdout: cannot be written: no space left on device\n", false},
		{"trace, stdout full", `mlp trace model.bin ` + pima + ` >/dev/full`, 2, "", "stdout: cannot be written: no space left on device\n", false},
		{"list, stdout full", `mlp list >/dev/full`, 2, "", "stdout: cannot be written: no space left on device\n", false},
		{"version, stdout full", `mlp version >/dev/full`, 2, "", "stdout: cannot be written: no space left on device\n", false},
		{"completion, stdout full", `mlp completion bash >/dev/full`, 2, "", "stdout: cannot be written: no space left on device\n", false},
		{"help, stdout full", `mlp help fit >/dev/full`, 2, "", "stdout: cannot be written: no space left on device\n", false},
		{"a topic, stdout full", `mlp help exit-codes >/dev/full`, 2, "", "stdout: cannot be written: no space left on device\n", false},
		{"an error, stderr full", `mlp fit --epocs 2>/dev/full`, 2, "", "", false},
		{"metrics to a full disk", `mlp evaluate model.bin -o /dev/full`, 2, "", "flag --output: /dev/full: cannot be written: no space left on device\n", false},
		{"predictions to a full disk", `mlp predict model.bin ` + pima + ` -o /dev/full`, 2, "", "flag --out: /dev/full: cannot be written: no space left on device\n", false},
		{"a model to a full disk", `mlp build -c pima.yaml -o /dev/full`, 4, "", "/dev/full: cannot be written: no space left on device\n", false},
		{"a log to a full disk", `mlp fit -c pima.yaml --log full.csv -o new.bin`, 2, "", "saved the weights of epoch 1, the last good one, in new.bin\nfull.csv: cannot be written: no space left on device\n", true},
	}
	if err := os.Symlink("/dev/full", filepath.Join(dir, "full.csv")); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := os.Stat("/dev/full"); err != nil && strings.Contains(c.script, "/dev/full") {
				t.Skip("there is no /dev/full here")
			}
			os.Remove(filepath.Join(dir, "new.bin"))
			sh := command(t, dir)
			sh.Path, sh.Args = "/bin/sh", []string{"sh", "-c", c.script}
			var stdout, stderr bytes.Buffer
			sh.Stdout, sh.Stderr = &stdout, &stderr
			if code := exitCodeOf(t, sh.Run()); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			if !strings.HasPrefix(stdout.String(), c.stdout) {
				t.Errorf("stdout is %q, want %q…", stdout.String(), c.stdout)
			}
			if !strings.HasPrefix(stderr.String(), c.stderr) {
				t.Errorf("stderr is %q, want %q…", stderr.String(), c.stderr)
			}
			if _, err := os.Stat(filepath.Join(dir, "new.bin")); (err == nil) != c.model {
				t.Errorf("new.bin is there: %t, want %t", err == nil, c.model)
			}
		})
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
