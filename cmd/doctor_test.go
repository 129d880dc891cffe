package cmd

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"mlp/internal/iostreams"
)

// A machine that finds other weights is told so, with exit code 70.
func TestDoctorFindsTheSick(t *testing.T) {
	var out, complaints bytes.Buffer
	a := &App{Streams: iostreams.Streams{Out: &out, Err: &complaints, Color: "never"}, threads: 1}
	err := runDoctor(context.Background(), &doctorOptions{app: a, known: "0123456789abcdef"})
	a.printError(err)
	if code := exitCode(err); code != exitBug {
		t.Errorf("exit code %d, want %d", code, exitBug)
	}
	if !strings.Contains(out.String(), "wrong, 0123456789abcdef is right") || strings.Contains(out.String(), "all well") {
		t.Errorf("stdout is\n%s", out.String())
	}
	for _, want := range []string{"mlp: this machine ends in other weights", "portable on 1 thread(s)", "hint: do not trust models"} {
		if !strings.Contains(complaints.String(), want) {
			t.Errorf("stderr lacks %q:\n%s", want, complaints.String())
		}
	}
}
