//go:build unix

package cmd

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
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
		{"interrupt saves beside the model", os.Interrupt, 130,
			[]string{"-c", "pima.yaml", "--epochs", "1500", "-o", "out.bin"},
			[]string{"--resume", "out.bin.unfinished", "--threads", "2"}, "1500"},
		{"terminate, a model that trains on", syscall.SIGTERM, 143,
			[]string{"start.bin", "--epochs", "1500", "-o", "a model.bin"},
			[]string{"--resume", "a model.bin.unfinished", "-o", "out.bin"}, "1505"},
		{"terminate, with callbacks that remember", syscall.SIGTERM, 143,
			[]string{"-c", "pima_tuned.yaml", "--set", "fit.callbacks[1].patience=10000", "--set", "fit.callbacks[0].patience=40", "--epochs", "1500", "--threads", "2", "-o", "out.bin"},
			[]string{"--resume", "out.bin.unfinished", "-o", "out.bin", "--threads", "1"}, "1500"},
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
			mustRun(t, dir, append(whole, "-o", "whole.bin", "--force")...)
			sameFiles(t, dir, "out.bin", "whole.bin")
		})
	}
}

// An ensemble has no epoch of its own: what is said of one that is interrupted is how
// many of its members are trained.
func TestSignalInEnsemble(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	longEpoch(t, dir, 2_000)
	p := command(t, dir, "fit", "-c", "s.yaml", "--epochs", "1000", "--set", "ensemble.members=3", "--threads", "1")
	var stderr bytes.Buffer
	p.Stderr = &stderr
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second)
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	code := exitCodeOf(t, p.Wait())
	const want = "saved model.bin.unfinished with 0 of 3 members trained; go on with: mlp fit --resume "
	if code != 130 || !strings.Contains(stderr.String(), want) {
		t.Errorf("exit code %d, stderr %q does not say %q", code, &stderr, want)
	}
}

// A finished model that stands where a run was to write its own stays as it is when
// the run is ended before its time, and so does the run: starting again is refused
// until the user says which of them is to be given up.
func TestUnfinishedBesideFinished(t *testing.T) {
	for _, c := range []struct {
		name  string
		args  []string
		saved string
	}{
		{"beside it", nil, "prod.bin.unfinished"},
		{"in the checkpoint", []string{"--checkpoint", "run.ckpt"}, "run.ckpt"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			mustRun(t, dir, "fit", "-q", "-c", "pima.yaml", "--epochs", "5", "-o", "prod.bin")
			before := read(t, dir, "prod.bin")
			args := append([]string{"fit", "-c", "pima.yaml", "--epochs", "1500", "-o", "prod.bin"}, c.args...)
			if code, stderr := runAndSignal(t, dir, os.Interrupt, args); code != 130 {
				t.Fatalf("exit code %d: %s", code, stderr)
			}
			if !bytes.Equal(read(t, dir, "prod.bin"), before) {
				t.Fatal("the finished model has been replaced by an unfinished one")
			}
			saved := read(t, dir, c.saved)
			again := command(t, dir, args...)
			text, err := again.CombinedOutput()
			if code := exitCodeOf(t, err); code != 4 || !strings.Contains(string(text), c.saved+": it holds a run that has not ended, after epoch ") ||
				!strings.Contains(string(text), "`mlp fit --resume "+c.saved+"`") {
				t.Errorf("started again: exit code %d, %s", code, text)
			}
			if !bytes.Equal(read(t, dir, c.saved), saved) {
				t.Error("started again, the run is lost")
			}
			var warning bytes.Buffer
			predict := command(t, dir, "predict", c.saved, filepath.Join(repositoryDir(t), "data", "pima.csv"))
			predict.Stderr = &warning
			if err := predict.Run(); err != nil || !strings.Contains(warning.String(), "has not ended, after epoch ") {
				t.Errorf("predict: %v, %q", err, warning.String())
			}
			mustRun(t, dir, append(args, "-q", "--force", "--epochs", "6")...)
			if _, err := os.Stat(filepath.Join(dir, "prod.bin.unfinished")); err == nil {
				t.Error("the run was given up and is still there")
			}
			mustRun(t, dir, append(args, "-q", "--epochs", "6")...) // a run that has come to its end is in nobody's way
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
	if code != 130 || !strings.Contains(stderr.String(), " of 100000 in epoch 1; go on with: mlp fit --resume model.bin.unfinished -o model.bin") {
		t.Fatalf("exit code %d, stderr %q", code, stderr.String())
	}
	mustRun(t, dir, "evaluate", "model.bin.unfinished")
	mustRun(t, dir, "fit", "-q", "--resume", "model.bin.unfinished", "-o", "resumed.bin")
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

// A signal at any moment, while reading, within an epoch or while saving, ends a
// run with its exit code and leaves no temporary file; what was saved, resumed,
// ends in the same bytes. A run that was still reading has saved nothing.
func TestSignalsAtAnyMoment(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "s.yaml", strings.Replace(victims["pima"], "path: pima.csv", "path: "+filepath.Join(repositoryDir(t), "data", "pima.csv"), 1))
	mustRun(t, dir, "fit", "-q", "-c", "s.yaml", "-o", "whole.bin")
	whole := read(t, dir, "whole.bin")
	const repeats = 8
	saved, done := 0, 0
	for _, every := range []string{"1ms", "50"} {
		for _, c := range []struct {
			signal os.Signal
			code   int
		}{{os.Interrupt, 130}, {syscall.SIGTERM, 143}} {
			for range repeats {
				os.Remove(filepath.Join(dir, "model.bin"))
				os.Remove(filepath.Join(dir, "at.ckpt"))
				os.Remove(filepath.Join(dir, "at.ckpt.previous"))
				p := command(t, dir, "fit", "-q", "-c", "s.yaml", "--checkpoint", "at.ckpt", "--checkpoint-every", every)
				if err := p.Start(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(30*time.Millisecond + rand.N(150*time.Millisecond))
				_ = p.Process.Signal(c.signal) // it may have ended
				began := time.Now()
				code := exitCodeOf(t, p.Wait())
				if took := time.Since(began); took > promptly {
					t.Errorf("stopping took %s", took)
				}
				for _, name := range namesIn(t, dir) {
					if strings.HasSuffix(name, ".tmp") {
						t.Errorf("%s is left", name)
					}
				}
				_, err := os.Stat(filepath.Join(dir, "at.ckpt"))
				switch {
				case code == 0:
					done++
				case code == -1 && !slices.Contains(namesIn(t, dir), ".at.ckpt.lock"):
					continue // the system stopped it before it had begun to look for signals
				case code != c.code:
					t.Errorf("%s: exit code %d, want %d", c.signal, code, c.code)
				case err == nil:
					saved++
					mustRun(t, dir, "fit", "-q", "--resume", "at.ckpt")
				default:
					continue // stopped before the first batch
				}
				if !bytes.Equal(read(t, dir, "model.bin"), whole) {
					t.Error("the run ends in other bytes")
				}
			}
		}
	}
	t.Logf("of %d runs %d were saved, %d had ended", 4*repeats, saved, done)
	if saved == 0 {
		t.Error("no run was saved; nothing is tested")
	}
}

func namesIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// watched starts a run and returns what it writes to stderr, line by line, once
// it has said that it begins.
func watched(t *testing.T, dir string, args ...string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	c := command(t, dir, append(args, "--json")...)
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	out := bufio.NewReader(stdout)
	if _, err := out.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // so that it does not wait for its reader
	return c, bufio.NewScanner(stderr)
}

// SIGHUP and SIGUSR1 save a run, say so, and it goes on to what it would have been.
func TestSignalsThatSave(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		path string
	}{
		{"to the checkpoint", []string{"--checkpoint", "at.ckpt", "--checkpoint-every", "1000000"}, "at.ckpt"},
		{"beside the model", nil, "model.bin.unfinished"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			longEpoch(t, dir, 100_000)
			p, stderr := watched(t, dir, append([]string{"fit", "-c", "s.yaml", "--epochs", "1"}, c.args...)...)
			hangUp := syscall.SIGHUP
			if signal.Ignored(hangUp) { // the tests run under nohup, and so does what they start
				hangUp = syscall.SIGUSR1
			}
			for i, s := range []syscall.Signal{hangUp, syscall.SIGUSR1} {
				if err := p.Process.Signal(s); err != nil {
					t.Fatal(err)
				}
				if !stderr.Scan() || !strings.HasPrefix(stderr.Text(), "saved "+c.path+" after batch ") || !strings.HasSuffix(stderr.Text(), " of 200000 in epoch 1; the run goes on") {
					t.Fatalf("signal %d: stderr says %q", i, stderr.Text())
				}
				if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.ckpt", i)), read(t, dir, c.path), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			for stderr.Scan() {
			}
			if code := exitCodeOf(t, p.Wait()); code != 0 {
				t.Fatalf("exit code %d", code)
			}
			if _, err := os.Stat(filepath.Join(dir, "model.bin.unfinished")); err == nil {
				t.Error("the run has ended, and what was saved aside is still there")
			}
			mustRun(t, dir, "fit", "-q", "--resume", "0.ckpt", "-o", "0.bin")
			mustRun(t, dir, "fit", "-q", "--resume", "1.ckpt", "-o", "1.bin", "--threads", "2")
			sameFiles(t, dir, "0.bin", "model.bin")
			sameFiles(t, dir, "1.bin", "model.bin")
		})
	}
}

// The second signal ends a run at once, even one that cannot go on because nobody
// reads what it prints.
func TestSecondSignal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for range 3 {
		p := command(t, dir, "fit", "-c", "pima.yaml", "--epochs", "1000000", "--checkpoint", "at.ckpt", "--checkpoint-every", "20ms", "--force")
		stdout, err := p.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		waitStill(t, filepath.Join(dir, "at.ckpt"))
		_ = p.Process.Signal(syscall.SIGTERM)
		time.Sleep(50 * time.Millisecond)
		began := time.Now()
		done := make(chan struct{})
		go func() { // two that come before the program looks are one to it
			for {
				_ = p.Process.Signal(syscall.SIGTERM) // it may have ended
				select {
				case <-done:
					return
				case <-time.After(100 * time.Millisecond):
				}
			}
		}()
		code := exitCodeOf(t, p.Wait())
		close(done)
		took := time.Since(began)
		if code != 143 {
			t.Errorf("exit code %d", code)
		}
		t.Logf("the second signal took %s", took.Round(time.Millisecond))
		if took > time.Second { // 100 ms are promised, on a machine that does nothing else
			t.Errorf("the second signal took %s", took)
		}
		for _, name := range namesIn(t, dir) {
			if name != "at.ckpt" && name != "at.ckpt.previous" && !strings.HasSuffix(name, ".lock") {
				t.Errorf("%s is left", name)
			}
		}
	}
}

// waitStill waits until a file that a run writes over and over does not change any
// more: then the run stands, for its reader has stopped to read.
func waitStill(t *testing.T, path string) {
	t.Helper()
	var last time.Time
	for range 100 {
		time.Sleep(200 * time.Millisecond)
		info, err := os.Stat(path)
		if err == nil && info.ModTime().Equal(last) {
			return
		}
		if err == nil {
			last = info.ModTime()
		}
	}
	t.Fatalf("%s goes on changing", path)
}

// A flood of signals while a table comes slowly out of a pipe, with stops between,
// changes nothing; neither do the time zone, the language and an empty environment.
func TestSurroundings(t *testing.T) {
	dir := t.TempDir()
	textTable, err := os.ReadFile(filepath.Join(repositoryDir(t), "data", "pima.csv"))
	if err != nil {
		t.Fatal(err)
	}
	want := fitFrom(t, dir, bytes.NewReader(textTable), nil, nil)
	home, path := "HOME="+dir, "PATH="+os.Getenv("PATH")
	for name, env := range map[string][]string{
		"far time zone": {home, path, "TZ=Pacific/Kiritimati"}, "Turkish": {home, path, "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8"},
		"no language": {home, path, "LC_ALL=C"}, "no home": {path}, "nothing": {},
	} {
		if got := fitFrom(t, dir, bytes.NewReader(textTable), env, nil); !bytes.Equal(got, want) {
			t.Errorf("%s: other bytes", name)
		}
	}
	slow := &slowReader{rest: textTable, step: len(textTable) / 100}
	got := fitFrom(t, dir, slow, nil, func(p *os.Process, done <-chan struct{}) {
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
			}
			for _, s := range []syscall.Signal{syscall.SIGWINCH, syscall.SIGURG, syscall.SIGUSR1, syscall.SIGHUP} {
				_ = p.Signal(s) // it may have ended
			}
			if i%50 == 0 {
				_ = p.Signal(syscall.SIGSTOP)
				time.Sleep(5 * time.Millisecond)
				_ = p.Signal(syscall.SIGCONT)
			}
		}
	})
	if !bytes.Equal(got, want) {
		t.Error("under a flood of signals: other bytes")
	}
}

// fitFrom trains on a table from standard input and returns the model's bytes. env
// nil is the usual environment; disturb, if any, may send signals until done.
func fitFrom(t *testing.T, dir string, textTable io.Reader, env []string, disturb func(p *os.Process, done <-chan struct{})) []byte {
	t.Helper()
	c := command(t, dir, "fit", "-q", "-c", "pima.yaml", "-", "--epochs", "20", "-o", "out.bin")
	if env != nil {
		for _, e := range c.Env {
			if strings.HasPrefix(e, repository+"=") {
				env = append(env, e) // the test's own stand-in for what is embedded
			}
		}
		c.Env = env
	}
	var stderr bytes.Buffer
	c.Stdin, c.Stderr = textTable, &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	if disturb != nil {
		for range 1000 { // until the program is there to take signals
			if _, err := os.Stat(filepath.Join(dir, ".out.bin.lock")); err == nil {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		go disturb(c.Process, done)
	}
	code := exitCodeOf(t, c.Wait())
	close(done)
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	return read(t, dir, "out.bin")
}

// A slowReader yields its bytes in steps, a few milliseconds apart.
type slowReader struct {
	rest []byte
	step int
}

func (r *slowReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	time.Sleep(5 * time.Millisecond)
	n := copy(p, r.rest[:min(r.step, len(r.rest))])
	r.rest = r.rest[n:]
	return n, nil
}

// SIGHUP under nohup stays ignored. SIGINT does not: every shell without job control
// has what it runs behind an & ignore it, and a script that sends one means it.
func TestIgnoredSignals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		signal string
		code   int
	}{{"HUP", 0}, {"INT", 130}} {
		dir := t.TempDir()
		sh := command(t, dir)
		sh.Path, sh.Args = "/bin/sh", []string{"sh", "-c", `trap '' HUP INT; mlp fit -c pima.yaml --epochs 5000 -o out.bin >log & p=$!; until grep -q Epoch log; do sleep 0.02; done; kill -` + c.signal + ` $p; wait $p`}
		var stderr bytes.Buffer
		sh.Stderr = &stderr
		if code := exitCodeOf(t, sh.Run()); code != c.code || c.code == 0 && stderr.Len() > 0 {
			t.Errorf("%s: exit code %d, stderr %q", c.signal, code, stderr.String())
		}
	}
}
