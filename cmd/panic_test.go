package cmd

import (
	"io/fs"
	"os"
	"strings"
	"testing"
)

// faulty is what is embedded, but for tables that panic once half of them is read:
// wherever the reading goes on, that is a bug, and to be reported as one.
type faulty struct{ fs.FS }

func (f faulty) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	if err == nil && strings.HasSuffix(name, ".csv") {
		return &faultyFile{File: file}, nil
	}
	return file, err
}

type faultyFile struct {
	fs.File
	read int
}

func (f *faultyFile) Read(p []byte) (int, error) {
	if f.read > 10_000 {
		panic("planted")
	}
	n, err := f.File.Read(p[:min(len(p), 4096)])
	f.read += n
	return n, err
}

// mainFaulty is the program as "faulty" runs it.
func mainFaulty() { os.Exit(Main(faulty{os.DirFS(os.Getenv(repository))})) }

// A panic is exit 70 with the words of a bug, in whichever goroutine it happens.
func TestPanicIsABug(t *testing.T) {
	for _, threads := range []string{"1", "2", "4"} {
		for _, verb := range []string{"load", "fit", "cv"} {
			c := command(t, t.TempDir(), verb, "-c", "pima.yaml", "--threads", threads)
			c.Path = strings.TrimSuffix(c.Path, "mlp") + "faulty"
			c.Args[0] = "faulty"
			var stderr strings.Builder
			c.Stderr = &stderr
			if code := exitCodeOf(t, c.Run()); code != exitBug || !strings.Contains(stderr.String(), "mlp: a bug in mlp ") || !strings.Contains(stderr.String(), "planted") {
				t.Errorf("%s on %s threads: exit code %d, stderr %q", verb, threads, code, stderr.String())
			}
		}
	}
}
