//go:build linux

package cmd

import (
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// To load a model is to open one file: whatever paths its spec holds, no other
// file is opened, no socket made, nothing run, renamed or removed.
func TestLoadingAModelOpensNothingElse(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("there is no strace here")
	}
	dir := t.TempDir()
	mustRun(t, dir, "fit", "-q", "-c", "iris.yaml", "--epochs", "1", "-o", "plain.bin")
	mustRun(t, dir, "fit", "plain.bin", "-q", "-c", "iris.yaml", "--epochs", "1", "-o", "m.bin", "--set", "fit.callbacks=[{type: csv_logger, filename: log.csv}, {type: backup_and_restore, backup_dir: backup}]")
	for _, args := range [][]string{{"summary", "m.bin"}, {"render", "m.bin"}, {"fit", "m.bin"}} {
		c := command(t, dir, args...)
		c.Args = slices.Concat([]string{"strace", "-f", "-e", "trace=open,openat,creat,connect,socket,execve,unlink,unlinkat,rename,renameat,mkdir,mkdirat"}, []string{c.Path}, args)
		c.Path = strace
		out, _ := c.CombinedOutput() // fit is refused
		calls := regexp.MustCompile(`(?m)^(?:\[pid +\d+\] )?(\w+)\((.*)$`).FindAllStringSubmatch(string(out), -1)
		opened := 0
		for _, call := range calls[1:] { // the first runs the program itself
			file, _, _ := strings.Cut(strings.TrimPrefix(call[2], "AT_FDCWD, "), ",")
			file = strings.Trim(file, `"`)
			system := slices.ContainsFunc([]string{"/proc/", "/sys/", "/etc/ld.so", "/etc/localtime", "/lib", "/usr/lib", "/dev/null"}, func(p string) bool { return strings.HasPrefix(file, p) })
			switch {
			case call[1] == "openat" && file == "m.bin":
				opened++
			case call[1] == "openat" && strings.Contains(call[2], `".", O_RDONLY`): // the folder of the output
			case call[1] == "openat" && system && strings.Contains(call[2], "O_RDONLY"):
			case args[0] == "fit" && strings.Contains(call[2], ".m.bin.") || strings.Contains(call[2], `".m.bin.`): // that the output can be written is proved first
			default:
				t.Errorf("mlp %s: %s(%s", strings.Join(args, " "), call[1], call[2])
			}
		}
		if opened == 0 {
			t.Errorf("mlp %s does not open the model:\n%s", strings.Join(args, " "), out)
		}
	}
}
