//go:build linux

package cmd

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// In a control group with little memory a table trains or is refused with a sentence; no
// process is killed. The group is nested, with the limit on the outer one.
func TestLittleMemory(t *testing.T) {
	outer := fmt.Sprintf("/sys/fs/cgroup/memory/mlp-test-%d", os.Getpid())
	inner := filepath.Join(outer, "inner")
	if err := os.MkdirAll(inner, 0o755); err != nil {
		t.Skip("control groups of version 1 cannot be made here: ", err)
	}
	t.Cleanup(func() { os.Remove(inner); os.Remove(outer) })
	limit := func(mb int) {
		if err := os.WriteFile(filepath.Join(outer, "memory.limit_in_bytes"), []byte(fmt.Sprint(mb<<20)), 0o644); err != nil {
			t.Skip("memory cannot be limited here: ", err)
		}
	}
	dir := t.TempDir()
	var table strings.Builder
	table.WriteString("c,y\n")
	for i := range 50_000 {
		fmt.Fprintf(&table, "w%d,%d\n", i*7919%500, i%2)
	}
	write(t, dir, "t.csv", table.String())
	write(t, dir, "s.yaml", "data: {path: t.csv, target: y}\nlayers: [{units: 2}, {units: 1, activation: sigmoid}]\nfit: {epochs: 1, batch_size: 1024}\n")
	for _, c := range []struct{ mb, code int }{{400, 0}, {80, 3}} { // the inputs alone take 100 MB
		limit(c.mb)
		run := command(t, dir, "fit", "-q", "-c", "s.yaml", "-o", "m.bin")
		args := strings.Join(run.Args[1:], " ")
		run.Path, run.Args = "/bin/sh", []string{"sh", "-c", "echo $$ > " + inner + "/cgroup.procs && exec " + run.Path + " " + args}
		out, _ := run.CombinedOutput()
		if code := run.ProcessState.ExitCode(); code != c.code || code == 3 && !strings.Contains(string(out), "50000 rows of 501 inputs would take") {
			t.Errorf("with %d MB: exit code %d, want %d:\n%s", c.mb, code, c.code, out)
		}
	}
}
