//go:build unix

package cmd

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mlp/internal/model"
)

// victims are runs of a fraction of a second that together remember all that a
// run can: callbacks, an average, accumulated gradients, moving statistics, ranks, and
// members of both kinds, each with what is learned from the rows that it left out. The
// table is named in the first line.
var victims = map[string]string{
	"iris": `data: {path: iris.csv, target: Species, split: {validation: 0.2}}
layers: [{units: 16, activation: relu}, batch_normalization, {dropout: 0.2}, {units: 3, activation: softmax}]
compile: {optimizer: {type: adam, learning_rate: 0.01}, metrics: [accuracy, auc]}
fit:
  epochs: 400
  batch_size: 8
  callbacks: [{type: early_stopping, patience: 300}, {type: reduce_lr_on_plateau, patience: 20}]
`,
	"pima": `data: {path: pima.csv, target: diabetes}
layers: [{units: 12, activation: relu}, {units: 8, activation: tanh}, {units: 1, activation: sigmoid}]
compile: {optimizer: {type: adamw, use_ema: true, gradient_accumulation_steps: 3}, metrics: [accuracy, f1, log_loss]}
fit: {epochs: 150, batch_size: 10, class_weight: balanced}
`,
	"shared": `data: {path: iris.csv, target: Species, split: {validation: 0.2}}
layers: [{units: 12, activation: relu}, {dropout: 0.2}, {units: 3, activation: softmax}]
ensemble: {type: batch, members: 4, share_batches: false}
compile: {optimizer: {type: adam, learning_rate: 0.01}}
fit: {epochs: 200, batch_size: 16, calibrate: temperature}
`,
	"greedy": `data: {path: iris.csv, target: Species}
layers: [{units: 8, activation: relu}, {dropout: 0.2}, {units: 3, activation: softmax}]
ensemble: {members: 6, folds: 2, select: greedy, vary: [{path: compile.optimizer.learning_rate, range: [0.002, 0.05], scale: log}]}
compile: {optimizer: {type: adam, learning_rate: 0.01}}
fit: {epochs: 60, batch_size: 16, calibrate: temperature, intervals: true}
`,
}

// logs reports whether a victim can write a line an epoch: members that are trained apart
// do not.
func logs(name string) bool { return !strings.Contains(victims[name], "folds") }

// tableOf is the table that a victim is trained on.
func tableOf(name string) string {
	_, rest, _ := strings.Cut(victims[name], "path: ")
	table, _, _ := strings.Cut(rest, ",")
	return table
}

// everies are how often a victim is saved: at the end of epochs, and in the middle
// of them.
var everies = []string{"1", "3", "1ms", "5ms", "20ms"}

// A tally is what the kills came to.
type tally struct{ kills, runs, often, most, early, finished, within, unreadable, different, strays atomic.Int64 }

// A run that is killed at any moment leaves a checkpoint that can be read, or
// none; resumed with another number of threads it ends in the same bytes, and
// with the same log, as one that nobody killed. MLP_KILLS says how many times:
// `MLP_KILLS=1000 go test ./cmd -run Kills -v -timeout 1h`.
func TestKills(t *testing.T) {
	want := int64(12)
	if n, err := strconv.ParseInt(os.Getenv("MLP_KILLS"), 10, 64); err == nil {
		want = n
	}
	dir := t.TempDir()
	for name, text := range victims {
		textTable, err := os.ReadFile(filepath.Join(repositoryDir(t), "data", tableOf(name)))
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, tableOf(name), string(textTable))
		write(t, dir, name+".yaml", text)
		args := []string{"fit", "-q", "-c", name + ".yaml", "-o", name + ".bin"}
		if logs(name) {
			args = append(args, "--log", name+".log.csv")
		}
		mustRun(t, dir, args...)
	}
	var sum tally
	var workers sync.WaitGroup
	began := time.Now()
	for range 2 {
		workers.Go(func() {
			for sum.kills.Load() < want && !t.Failed() {
				for name := range victims {
					killOne(t, dir, name, &sum)
				}
			}
		})
	}
	workers.Wait()
	t.Logf("%d kills of %d runs in %s (%d runs killed more than once, one of them %d times): %d before the first checkpoint, %d after the run had ended, %d with a checkpoint within an epoch; %d unreadable checkpoints, %d results that differ, %d stray temporary files",
		sum.kills.Load(), sum.runs.Load(), time.Since(began).Round(time.Second), sum.often.Load(), sum.most.Load(), sum.early.Load(), sum.finished.Load(), sum.within.Load(), sum.unreadable.Load(), sum.different.Load(), sum.strays.Load())
}

// killOne kills a run, resumes it, in one case of four kills that too and so on,
// and compares what it ends in.
func killOne(t *testing.T, victim, name string, sum *tally) {
	dir := filepath.Join(victim, fmt.Sprintf("%d", rand.Uint64()))
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Error(err)
		return
	}
	defer os.RemoveAll(dir)
	again := rand.N(4) == 0
	kills := 0
	for ; ; kills++ {
		args := []string{"fit", "-q", "-o", "model.bin", "--checkpoint", "at.ckpt", "--checkpoint-every", everies[rand.N(len(everies))],
			"--threads", strconv.Itoa(1 + rand.N(3))}
		if logs(name) {
			args = append(args, "--log", "log.csv")
		}
		switch _, err := os.Stat(filepath.Join(dir, "at.ckpt")); {
		case err == nil:
			args = append(args, "--resume", "at.ckpt", filepath.Join(victim, tableOf(name)))
		default:
			args = append(args, "-c", filepath.Join(victim, name+".yaml"))
		}
		lifetime := time.Duration(-1) // to the end
		switch {
		case again:
			lifetime = rand.N(200 * time.Millisecond)
		case kills == 0:
			lifetime = rand.N(400 * time.Millisecond)
		}
		c := command(t, dir, args...)
		done, err := runFor(c, lifetime)
		if err != nil {
			t.Errorf("%s: %v", strings.Join(args, " "), err)
			return
		}
		if done {
			swept(t, dir)
			break
		}
		sum.kills.Add(1)
		inspect(t, dir, sum)
	}
	sum.runs.Add(1)
	if kills > 1 {
		sum.often.Add(1)
	}
	for most := sum.most.Load(); int64(kills) > most && !sum.most.CompareAndSwap(most, int64(kills)); most = sum.most.Load() {
	}
	for _, file := range namesIn(t, dir) {
		if strings.HasSuffix(file, ".tmp") {
			t.Errorf("%s outlives the run that was resumed", file)
		}
	}
	for _, file := range []struct{ got, want string }{{"model.bin", name + ".bin"}, {"log.csv", name + ".log.csv"}} {
		if file.got == "log.csv" && !logs(name) {
			continue
		}
		if got, want := readFile(t, dir, file.got), readFile(t, victim, file.want); !bytes.Equal(got, want) {
			sum.different.Add(1)
			t.Errorf("%s: after a kill, %s is not what it is without", name, file.got)
		}
	}
}

// swept looks at what a run has left that ended by itself, perhaps after others
// that were killed.
func swept(t *testing.T, dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Error(err)
	}
	for _, e := range entries {
		if e.Name() != "model.bin" && e.Name() != "at.ckpt" && e.Name() != "log.csv" {
			t.Errorf("after the end there is %s", e.Name())
		}
	}
}

// runFor runs a command to its end, or kills it after a time that is not negative.
func runFor(c *exec.Cmd, lifetime time.Duration) (done bool, err error) {
	var complaints bytes.Buffer
	c.Stdout, c.Stderr = nil, &complaints
	if err := c.Start(); err != nil {
		return false, err
	}
	if lifetime >= 0 {
		timer := time.AfterFunc(lifetime, func() { _ = c.Process.Kill() }) // it may have ended
		defer timer.Stop()
	}
	err = c.Wait()
	if !c.ProcessState.Exited() && lifetime >= 0 {
		return false, nil // killed
	}
	if err != nil {
		err = fmt.Errorf("%w: %s", err, complaints.String())
	}
	return true, err
}

// inspect looks at what a killed run has left.
func inspect(t *testing.T, dir string, sum *tally) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Error(err)
	}
	early := true
	for _, e := range entries {
		switch path := filepath.Join(dir, e.Name()); e.Name() {
		case "log.csv":
		case "at.ckpt", "at.ckpt.previous", "model.bin":
			early = false
			m, err := model.Read(path, 1)
			if err != nil {
				sum.unreadable.Add(1)
				t.Errorf("after a kill: %v", err)
				continue
			}
			if e.Name() == "model.bin" {
				sum.finished.Add(1)
			} else if m.Run.Partial != nil {
				sum.within.Add(1)
			}
			m.Close()
		case ".at.ckpt.tmp", ".model.bin.tmp", ".log.csv.tmp":
			sum.strays.Add(1) // of a fixed name: the next write replaces it
		default:
			if !strings.HasSuffix(e.Name(), ".lock") {
				t.Errorf("after a kill there is %s", e.Name())
			}
		}
	}
	if early {
		sum.early.Add(1)
	}
}

func readFile(t *testing.T, dir, name string) []byte {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Error(err)
	}
	return text
}
