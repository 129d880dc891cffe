//go:build unix

package cmd

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// stderr that is full costs the exit code, and nothing else: the answer is whole,
// the model is written, and a run whose stdout is a report says there what is
// wrong. One that is closed, or whose reader has gone, is nobody's loss.
func TestStreams(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no /dev/full here")
	}
	const lost = "stderr: cannot be written: no space left on device\n"
	dir := placesDir(t)
	for _, c := range []struct {
		name, script string
		code         int
		end          string // how stdout ends
		file         string // that must be whole
	}{
		{"fit, stderr full", "mlp fit m.bin --epochs 1 -o f.bin --set fit.callbacks='[{type: early_stopping, monitor: loss}]' 2>/dev/full", 2, "wrote f.bin\n" + lost, "f.bin"},
		{"fit --json, stderr full", "mlp fit --json -c s.yaml -o g.bin --set fit.callbacks='[{type: early_stopping, monitor: loss}]' 2>/dev/full", 0, "}\n", "g.bin"}, // its notes are events
		{"fit -q, stderr full", "mlp fit -q -c s.yaml -o h.bin --set fit.callbacks='[{type: early_stopping, monitor: loss}]' 2>/dev/full", 0, "", "h.bin"},
		{"evaluate, stderr full", "mlp evaluate m.bin t.csv --set evaluate.metrics=[accuracy] -o e.json 2>/dev/full", 2, "", "e.json"},
		{"predict of an untrained model, stderr full", "mlp build -q -c s.yaml -o b.bin && mlp predict b.bin t.csv -o p.csv 2>/dev/full", 2, "", "p.csv"},
		{"a wrong flag, stderr full", "mlp fit --epocs 2>/dev/full", 2, "", ""},
		{"a gate that fails, stderr full", "mlp evaluate m.bin t.csv --min accuracy=1.0 2>/dev/full", 1, "", ""},
		{"a table that is wrong, stderr full", "mlp fit -c s.yaml gone.csv 2>/dev/full", 3, "", ""},
		{"a run that diverges, stderr full", "mlp fit -c s.yaml --optimizer sgd --learning-rate 1e38 --set layers[0].activation=linear --set layers[1].activation=sigmoid --set data.numeric.scale=none --epochs 100 -o d.bin 2>/dev/full", 5, "", ""},
		{"evaluate to a reader that goes away", "(mlp evaluate m.bin t.csv -o r.json; echo $? >code) | true; grep -qx 0 code", 0, "", "r.json"},
		{"cv to a reader that goes away", "(mlp cv -c s.yaml --folds 2 --predictions o.csv; echo $? >code) | true; grep -qx 0 code", 0, "", "o.csv"},
		{"fit to a reader that goes away", "(mlp fit -c s.yaml --epochs 300 -o i.bin; echo $? >code) | head -1; grep -qx 0 code", 0, "", "i.bin"},
		{"fit, stderr to a reader that goes away", "(mlp fit -c s.yaml --epochs 9 -o j.bin --set fit.callbacks='[{type: early_stopping, monitor: loss}]' 3>&1 1>&2 2>&3; echo $? >code) 2>/dev/null | true; grep -qx 0 code", 0, "", "j.bin"},
		{"evaluate with neither", "mlp evaluate m.bin t.csv -o k.json >&- 2>&-", 0, "", "k.json"},
		{"cv with neither", "mlp cv -c s.yaml --folds 2 --predictions l.csv >&- 2>&-", 0, "", "l.csv"},
		{"cv, stdout full", "mlp cv -c s.yaml --folds 2 --predictions q.csv >/dev/full 2>said; code=$?; grep -q '^stdout: cannot be written' said && exit $code", 2, "", "q.csv"},
		{"cv to a full disk", "mlp cv -c s.yaml --folds 2 --predictions /dev/full 2>said; code=$?; grep -q '/dev/full: cannot be written: no space left on device' said && exit $code", 2, "", ""},
		{"load to a full disk", "mlp load -c s.yaml -o /dev/full 2>said; code=$?; grep -q '/dev/full: cannot be written: no space left on device' said && exit $code", 2, "", ""},
		{"a checkpoint to a full disk", "mlp fit -c s.yaml --checkpoint /dev/full -o n.bin 2>said; code=$?; grep -q '/dev/full: cannot be written: no space left on device' said && exit $code", 4, "", "n.bin.unfinished"},
		{"predictions of evaluate to a full disk", "mlp evaluate m.bin t.csv --predictions /dev/full 2>said; code=$?; grep -q '/dev/full: cannot be written: no space left on device' said && exit $code", 2, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			sh := shell(t, dir, c.script)
			var stdout bytes.Buffer
			sh.Stdout = &stdout
			if code := exitCodeOf(t, sh.Run()); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			if got := stdout.String(); !strings.HasSuffix(got, c.end) || c.end == "" && strings.Contains(got, lost) {
				t.Errorf("stdout is %q, want it to end in %q", got, c.end)
			}
			if c.file == "" {
				return
			}
			if info, err := os.Stat(filepath.Join(dir, c.file)); err != nil || info.Size() == 0 {
				t.Errorf("%s is not there: %v", c.file, err)
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
		{"predictions to a full disk", `mlp predict model.bin ` + pima + ` -o /dev/full`, 2, "", "flag --output: /dev/full: cannot be written: no space left on device\n", false},
		{"a model to a full disk", `mlp build -c pima.yaml -o /dev/full`, 4, "", "/dev/full: cannot be written: no space left on device\n", false},
		{"a log to a full disk", `mlp fit -c pima.yaml --log full.csv -o new.bin`, 2, "", "saved the weights of epoch 1, the last good one, in new.bin.unfinished\nfull.csv: cannot be written: no space left on device\n", false},
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
