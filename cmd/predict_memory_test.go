//go:build linux

package cmd

import (
	"bytes"
	"io"
	"strings"
	"syscall"
	"testing"
)

// predict streams: twenty times the rows take no more memory.
func TestPredictMemory(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, dir, "fit", "-q", "-c", "pima.yaml", "--epochs", "1")
	const block = 1000
	rows := strings.Repeat("6,148,72,35,0,33.6,0.627,50\n", block)
	peak := func(blocks int) int64 {
		c := command(t, dir, "predict", "model.bin", "-")
		parts := []io.Reader{strings.NewReader("pregnant,glucose,pressure,triceps,insulin,mass,pedigree,age\n")}
		for range blocks {
			parts = append(parts, strings.NewReader(rows))
		}
		c.Stdin = io.MultiReader(parts...)
		lines := &lineCounter{}
		c.Stdout = lines
		if err := c.Run(); err != nil {
			t.Fatal(err)
		}
		if want := blocks*block + 1; lines.n != want {
			t.Fatalf("%d lines, want %d", lines.n, want)
		}
		return int64(c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss) // KiB; 32 bits wide on some systems
	}
	few, many := peak(20), peak(400)
	// The collector lets the heap double before it runs, and needs not run at the
	// same moment twice: 8 MiB are more than that makes, and less than the 12 MiB
	// that the numbers of 380000 rows take (8 of 4 bytes each).
	if many > few+8<<10 {
		t.Errorf("%d KiB for 20000 rows, %d KiB for 400000", few, many)
	}
	t.Logf("%d KiB for 20000 rows, %d KiB for 400000", few, many)
}

type lineCounter struct{ n int }

func (l *lineCounter) Write(p []byte) (int, error) {
	l.n += bytes.Count(p, []byte{'\n'})
	return len(p), nil
}
