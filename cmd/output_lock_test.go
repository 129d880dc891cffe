//go:build unix

package cmd

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mlp/internal/model"
	"mlp/internal/outfile"
)

// Of eight runs on one output one wins; the others are refused at once, before
// they have read their table, and are told who it is. The file that is there stays
// whole all the time; a winner that is killed is in nobody's way.
func TestOneRunAnOutput(t *testing.T) {
	t.Parallel()
	const rounds, runs = 20, 8
	dir := t.TempDir()
	mustRun(t, dir, "fit", "-q", "-c", "pima.yaml", "--epochs", "1", "-o", "m.bin")
	textTable, err := os.ReadFile(filepath.Join(repositoryDir(t), "data", "pima.csv"))
	if err != nil {
		t.Fatal(err)
	}
	var slowest time.Duration
	for round := range rounds {
		began := time.Now()
		var all [runs]*contender
		for i := range all {
			all[i] = newContender(t, dir, "fit", "-q", "-c", "pima.yaml", "-", "--epochs", fmt.Sprint(round+2), "-o", "m.bin")
		}
		winner := refuse(t, all[:])
		slowest = max(slowest, time.Since(began))
		if m, err := model.Read(filepath.Join(dir, "m.bin"), 1); err != nil {
			t.Fatalf("round %d: %v", round, err)
		} else {
			m.Close()
		}
		if round%4 == 3 {
			_ = winner.cmd.Process.Kill()
			<-winner.done
			if _, err := os.Stat(filepath.Join(dir, ".m.bin.lock")); err != nil {
				t.Errorf("a killed run takes its lock along: nothing is tested: %v", err)
			}
			continue
		}
		if _, err := winner.stdin.Write(textTable); err != nil {
			t.Fatal(err)
		}
		winner.stdin.Close()
		if code := <-winner.done; code != 0 {
			t.Fatalf("round %d: the winner: exit code %d: %s", round, code, winner.stderr.String())
		}
		if hidden, _ := filepath.Glob(filepath.Join(dir, ".*")); len(hidden) > 0 {
			t.Errorf("round %d: left behind: %v", round, hidden)
		}
	}
	t.Logf("%d rounds of %d runs: one winner in each; to start all and refuse %d took %s at most", rounds, runs, runs-1, slowest.Round(time.Millisecond))
	if slowest > promptly {
		t.Errorf("the slowest round took %s", slowest)
	}
}

// A contender is a run that waits for its table on stdin.
type contender struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stderr bytes.Buffer
	done   chan int // its exit code
}

func newContender(t *testing.T, dir string, args ...string) *contender {
	t.Helper()
	c := &contender{cmd: command(t, dir, args...), done: make(chan int, 1)}
	c.cmd.Stderr = &c.stderr
	var err error
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = c.cmd.Wait() // the state tells more
		c.done <- c.cmd.ProcessState.ExitCode()
	}()
	return c
}

// refuse waits until all but one have ended, and returns that one.
func refuse(t *testing.T, all []*contender) (winner *contender) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	refused := map[*contender]bool{}
	for len(refused) < len(all)-1 && time.Now().Before(deadline) {
		for _, c := range all {
			select {
			case code := <-c.done:
				refused[c] = true
				if code != 4 {
					t.Errorf("exit code %d, want 4: %s", code, c.stderr.String())
				}
			default:
			}
		}
		time.Sleep(time.Millisecond)
	}
	if len(refused) != len(all)-1 {
		t.Fatalf("%d of %d runs are refused", len(refused), len(all))
	}
	for _, c := range all {
		if !refused[c] {
			winner = c
		}
	}
	for c := range refused {
		who := fmt.Sprintf("m.bin: another run is writing it: process %d, since ", winner.cmd.Process.Pid)
		if text := c.stderr.String(); !strings.Contains(text, who) || !strings.Contains(text, "mlp fit -q -c pima.yaml - ") {
			t.Errorf("%q does not name the winner", text)
		}
		c.stdin.Close()
	}
	return winner
}

// Every kind of output is claimed, not only the model: a second run that would
// write it is refused with the exit code of that output.
func TestEveryOutputIsClaimed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mustRun(t, dir, "fit", "-q", "-c", "pima.yaml", "--epochs", "1", "-o", "m.bin")
	write(t, dir, "s.yaml", "data: {path: "+filepath.Join(repositoryDir(t), "data", "pima.csv")+", target: diabetes}\nlayers: [{units: 1, activation: sigmoid}]\n"+
		"fit:\n  callbacks:\n    - {type: model_checkpoint, filepath: out}\n    - {type: csv_logger, filename: out.csv}\n")
	for _, c := range []struct {
		args string
		code int
	}{
		{"fit -c pima.yaml -o out", 4},
		{"fit -c pima.yaml --checkpoint out", 4},
		{"fit m.bin -o out", 4},
		{"build -c pima.yaml -o out", 4},
		{"compile m.bin -o out", 4},
		{"predict m.bin - -o out", 2},
		{"evaluate m.bin -o out", 2},
		{"evaluate m.bin --predictions out", 2},
		{"cv -c pima.yaml -o out", 2},
		{"load -c pima.yaml -o out", 2},
		{"fit -c s.yaml", 2},
		{"fit -c pima.yaml --log out.csv", 2},
	} {
		claim, err := outfile.Claim(filepath.Join(dir, "out"))
		if err != nil {
			t.Fatal(err)
		}
		log, err := outfile.Claim(filepath.Join(dir, "out.csv"))
		if err != nil {
			t.Fatal(err)
		}
		code, _, stderr := runMLP(t, dir, strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(stderr, fmt.Sprintf("another run is writing it: process %d, since ", os.Getpid())) {
			t.Errorf("%s: exit code %d, want %d: %s", c.args, code, c.code, stderr)
		}
		claim.Release()
		log.Release()
	}
}
