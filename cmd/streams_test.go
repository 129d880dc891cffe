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
		{"cv to a reader that goes away", "(mlp cv -c s.yaml --folds 2 -o o.csv; echo $? >code) | true; grep -qx 0 code", 0, "", "o.csv"},
		{"fit to a reader that goes away", "(mlp fit -c s.yaml --epochs 300 -o i.bin; echo $? >code) | head -1; grep -qx 0 code", 0, "", "i.bin"},
		{"fit, stderr to a reader that goes away", "(mlp fit -c s.yaml --epochs 9 -o j.bin --set fit.callbacks='[{type: early_stopping, monitor: loss}]' 3>&1 1>&2 2>&3; echo $? >code) 2>/dev/null | true; grep -qx 0 code", 0, "", "j.bin"},
		{"evaluate with neither", "mlp evaluate m.bin t.csv -o k.json >&- 2>&-", 0, "", "k.json"},
		{"cv with neither", "mlp cv -c s.yaml --folds 2 -o l.csv >&- 2>&-", 0, "", "l.csv"},
		{"cv, stdout full", "mlp cv -c s.yaml --folds 2 -o q.csv >/dev/full 2>said; code=$?; grep -q '^stdout: cannot be written' said && exit $code", 2, "", "q.csv"},
		{"cv to a full disk", "mlp cv -c s.yaml --folds 2 -o /dev/full 2>said; code=$?; grep -q '/dev/full: cannot be written: no space left on device' said && exit $code", 2, "", ""},
		{"load to a full disk", "mlp load -c s.yaml -o /dev/full 2>said; code=$?; grep -q '/dev/full: cannot be written: no space left on device' said && exit $code", 2, "", ""},
		{"a checkpoint to a full disk", "mlp fit -c s.yaml --checkpoint /dev/full -o n.bin 2>said; code=$?; grep -q '/dev/full: cannot be written: no space left on device' said && exit $code", 4, "", "n.bin"},
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
