//go:build unix

package cmd

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// serving starts mlp serve and returns it with its address and what it writes to stderr.
func serving(t *testing.T, dir string, args ...string) (c *exec.Cmd, url string, stderr func() string) {
	t.Helper()
	c = command(t, dir, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	log, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	c.Stderr = log
	stderr = func() string {
		text, err := os.ReadFile(log.Name())
		if err != nil {
			t.Error(err)
		}
		return string(text)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait(); log.Close() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%v: %s", err, stderr())
	}
	return c, strings.TrimSpace(strings.TrimPrefix(line, "serving at ")), stderr
}

// The program serves until SIGTERM, on which it ends with 0; SIGHUP has it read the model
// anew, and one that cannot be read leaves the one that it has.
func TestServe(t *testing.T) {
	dir := t.TempDir()
	fit := func(epochs string) {
		t.Helper()
		if out, err := command(t, dir, "fit", "-c", "pima.yaml", "--epochs", epochs, "-q", "-o", "m.bin").CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	fit("1")
	write(t, dir, "token", "secret\n")
	c, url, stderr := serving(t, dir, "m.bin", "--token-file", "token")
	row := `{"instances":[[6,148,72,35,0,33.6,0.627,50]]}`
	ask := func() string {
		t.Helper()
		r, err := http.NewRequest("POST", url+"/v1/models/m:predict", strings.NewReader(row))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer secret")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != 200 {
			t.Fatalf("%v %d %s", err, answer.StatusCode, text)
		}
		return string(text)
	}
	first := ask()
	fit("3")
	if ask() != first {
		t.Error("the model changed without a signal")
	}
	reload := func(says string) {
		t.Helper()
		before := strings.Count(stderr(), says)
		if err := c.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		for range 500 {
			if time.Sleep(20 * time.Millisecond); strings.Count(stderr(), says) > before {
				return
			}
		}
		t.Fatalf("no %q: %s", says, stderr())
	}
	reload("the models are read anew")
	second := ask()
	if second == first {
		t.Error("the model did not change")
	}
	write(t, dir, "m.bin", "damaged")
	reload("the models as they were go on answering")
	if ask() != second {
		t.Error("a damaged model took the place of one that answers")
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("%v: %s", err, stderr())
	}
}
