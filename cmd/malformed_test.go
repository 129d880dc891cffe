package cmd

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// own flags of files that need more than the target in their last column
var malformedFlags = map[string][]string{
	"ragged_no_header.csv": {"--no-header"},
	"negative_weight.csv":  {"--set", "data.weight=w"},
}

// Every malformed table of the data package is refused by load with exit code 3,
// the first complaint that stands beside it (after the flag that it is about, if
// it is about one), and nothing on stdout; every unusual
// one is accepted. None of them makes the program show its insides.
func TestMalformedTablesAtTheShell(t *testing.T) {
	root := repositoryDir(t)
	for folder, code := range map[string]int{"malformed": 3, "unusual": 0} {
		dir := filepath.Join(root, "internal", "data", "testdata", folder)
		files, err := filepath.Glob(filepath.Join(dir, "*.csv*"))
		if err != nil || len(files) < 80 {
			t.Fatalf("%s: %d files, %v", folder, len(files), err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, ".want") {
				continue
			}
			want, err := os.ReadFile(file + ".want")
			if err != nil {
				t.Fatal(err)
			}
			name := filepath.Base(file)
			c := exec.Command("mlp", append([]string{"load", name, "--target", "-1"}, malformedFlags[name]...)...)
			c.Dir, c.Env = dir, append(os.Environ(), repository+"="+root)
			var stdout, stderr bytes.Buffer
			c.Stdout, c.Stderr = &stdout, &stderr
			if err := c.Run(); c.ProcessState == nil || c.ProcessState.ExitCode() != code {
				t.Errorf("%s: %v, want exit %d\n%s", name, err, code, stderr.String())
			}
			if strings.Contains(stdout.String()+stderr.String(), "goroutine ") {
				t.Errorf("%s: %s", name, stderr.String())
			}
			if first, _, _ := strings.Cut(string(want), "\n"); code != 0 && (stdout.Len() > 0 || !strings.Contains(stderr.String(), first)) {
				t.Errorf("%s: stdout %q, stderr\n%swant first\n%s", name, stdout.String(), stderr.String(), first)
			}
		}
	}
}
