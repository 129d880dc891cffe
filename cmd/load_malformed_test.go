package cmd

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// own flags of files that need more than the target in their last column
var malformedFlags = map[string][]string{
	"ragged_no_header.csv": {"--no-header"},
	"negative_weight.csv":  {"--set", "data.weight=w"},
}

// Every malformed table of the data package is refused with exit code 3 by load
// where it is to write a clean one, the first complaint that follows it in the archive (after the flag that it is
// about, if it is about one), and nothing on stdout; every unusual one is accepted.
// None of them makes the program show its insides.
func TestMalformedTablesAtTheShell(t *testing.T) {
	root := repositoryDir(t)
	for folder, code := range map[string]int{"malformed": 3, "unusual": 0} {
		from, dir := filepath.Join(root, "internal", "data", "schema", "testdata", folder), t.TempDir()
		archive, err := txtar.ParseFile(from + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(txtar.Write(archive, dir), os.CopyFS(dir, os.DirFS(from))); err != nil {
			t.Fatal(err)
		}
		tables := 0
		for _, answer := range archive.Files {
			name, ok := strings.CutSuffix(answer.Name, ".want")
			if !ok {
				continue
			}
			tables++
			args := append([]string{"load", name, "--target", "-1"}, malformedFlags[name]...)
			if code != 0 { // load alone shows what it can
				args = append(args, "-o", "packed")
			}
			c := exec.Command("mlp", args...)
			c.Dir, c.Env = dir, append(os.Environ(), repository+"="+root)
			var stdout, stderr bytes.Buffer
			c.Stdout, c.Stderr = &stdout, &stderr
			if err := c.Run(); c.ProcessState == nil || c.ProcessState.ExitCode() != code {
				t.Errorf("%s: %v, want exit %d\n%s", name, err, code, stderr.String())
			}
			if strings.Contains(stdout.String()+stderr.String(), "goroutine ") {
				t.Errorf("%s: %s", name, stderr.String())
			}
			if first, _, _ := strings.Cut(string(answer.Data), "\n"); code != 0 && (stdout.Len() > 0 || !strings.Contains(stderr.String(), first)) {
				t.Errorf("%s: stdout %q, stderr\n%swant first\n%s", name, stdout.String(), stderr.String(), first)
			}
		}
		if want := map[string]int{"malformed": 232, "unusual": 102}[folder]; tables != want {
			t.Errorf("%s: %d tables, want %d", folder, tables, want)
		}
	}
}
