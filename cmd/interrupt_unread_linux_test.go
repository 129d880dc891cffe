package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// fullPipe returns the end for writing of a pipe that takes no more, until the test ends.
func fullPipe(t *testing.T) *os.File {
	t.Helper()
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(ends[0]) })
	room, err := unix.FcntlInt(uintptr(ends[1]), unix.F_SETPIPE_SZ, 4096)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := unix.Write(ends[1], make([]byte, room)); n != room || err != nil {
		t.Fatalf("filled %d of %d bytes: %v", n, room, err)
	}
	return os.NewFile(uintptr(ends[1]), "full pipe") // which blocks, as a shell's does
}

// A signal ends every verb although nobody reads what it writes, be it stdout, stderr
// or both that take no more; a run is saved before, as always.
func TestSignalsUnread(t *testing.T) {
	t.Parallel()
	pima := filepath.Join(repositoryDir(t), "data", "pima.csv")
	made := t.TempDir()
	mustRun(t, made, "fit", "-q", "-c", "pima.yaml", "--epochs", "1")
	model := filepath.Join(made, "model.bin")
	for _, c := range []struct {
		name  string
		args  []string
		fifo  bool // reads its table from a pipe that has no end
		saved string
	}{
		{name: "fit", args: []string{"fit", "-c", "pima.yaml", "--epochs", "1000000"}, saved: "model.bin.unfinished"},
		{name: "fit with a checkpoint", args: []string{"fit", "-c", "pima.yaml", "--epochs", "1000000", "--checkpoint", "at.ckpt", "--checkpoint-every", "1h"}, saved: "at.ckpt"},
		{name: "fit that stands before its first batch", args: []string{"fit", "--json", "-c", "pima.yaml", "--epochs", "1000000"}},
		{name: "fit of an ensemble", args: []string{"fit", "-c", "pima.yaml", "--epochs", "1000000", "--set", "ensemble.members=2"}, saved: "model.bin.unfinished"},
		{name: "fit with a log that nobody reads", args: []string{"fit", "-q", "-c", "pima.yaml", "--epochs", "1000000", "--log", "pipe.csv"}, saved: "model.bin.unfinished"},
		{name: "fit that reads", args: []string{"fit", "-c", "pima.yaml", "-"}, fifo: true},
		{name: "cv", args: []string{"cv", "-c", "pima.yaml", "--set", "fit.epochs=1000000"}},
		{name: "predict", args: []string{"predict", model, pima}},
		{name: "predict from a pipe", args: []string{"predict", model, "-"}, fifo: true},
		{name: "evaluate", args: []string{"evaluate", model, pima}},
		{name: "evaluate from a pipe", args: []string{"evaluate", model, "-"}, fifo: true},
		{name: "load", args: []string{"load", pima}},
		{name: "init", args: []string{"init", pima, "--target", "diabetes"}},
		{name: "summary", args: []string{"summary", model}},
		{name: "render", args: []string{"render", "pima.yaml"}},
		{name: "trace", args: []string{"trace", model, pima, "--row", "1"}},
		{name: "list", args: []string{"list"}},
		{name: "doctor", args: []string{"doctor"}},
		{name: "help", args: []string{"help", "spec"}},
		{name: "a mistake", args: []string{"fit", "--epocs"}},
		{name: "a spec with a warning", args: []string{"evaluate", model, "gone.csv"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := unix.Mkfifo(filepath.Join(dir, "pipe.csv"), 0o600); err != nil {
				t.Fatal(err)
			}
			p := command(t, dir, c.args...)
			p.Stdout, p.Stderr = fullPipe(t), fullPipe(t)
			if c.fifo {
				if _, err := p.StdinPipe(); err != nil {
					t.Fatal(err)
				}
			}
			if err := p.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(1500 * time.Millisecond) // by then it stands, or works
			if err := p.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			kill := time.AfterFunc(20*time.Second, func() { _ = p.Process.Kill() })
			defer kill.Stop()
			code := exitCodeOf(t, p.Wait())
			t.Logf("took %s", time.Since(began).Round(time.Millisecond))
			if took := time.Since(began); code != 143 || took > promptly {
				t.Errorf("exit code %d after %s", code, took)
			}
			var left []string
			for _, name := range namesIn(t, dir) {
				if name != "pipe.csv" {
					left = append(left, name)
				}
			}
			if got := strings.Join(left, " "); got != c.saved {
				t.Errorf("left is %q, want %q", got, c.saved)
			}
			if c.saved != "" {
				mustRun(t, dir, "summary", c.saved)
			}
		})
	}
}
