package parallel

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"
)

// A writer with patience writes like any other while it has it; once it is lost, what
// nobody reads is given up, be it under way or to come, and another writer goes on.
func TestPatience(t *testing.T) {
	if w := (*Patience)(nil).Writer(io.Discard); w != io.Discard {
		t.Error("no patience is to be endless, without a goroutine")
	}
	p := NewPatience()
	var taken bytes.Buffer
	w := p.Writer(&taken)
	text := []byte("one ")
	for range 3 {
		if n, err := w.Write(text); n != 4 || err != nil {
			t.Fatalf("wrote %d bytes: %v", n, err)
		}
	}
	unread, pipe := io.Pipe()
	stuck := p.Writer(pipe)
	ended := make(chan error, 1)
	go func() { _, err := stuck.Write([]byte("two")); ended <- err }()
	select {
	case err := <-ended:
		t.Fatalf("a write that nobody reads ended: %v", err)
	case <-time.After(2 * moment):
	}
	p.Lose()
	p.Lose()
	if err := <-ended; !errors.Is(err, ErrUnread) {
		t.Errorf("the write that was under way: %v", err)
	}
	if _, err := stuck.Write([]byte("three")); !errors.Is(err, ErrUnread) {
		t.Errorf("the write after it: %v", err)
	}
	if n, err := w.Write([]byte("four")); n != 4 || err != nil || taken.String() != "one one one four" {
		t.Errorf("another writer took %q: %d, %v", taken.String(), n, err)
	}
	got := make([]byte, 3)
	if _, err := io.ReadFull(unread, got); err != nil || string(got) != "two" {
		t.Errorf("a reader that comes back reads %q: %v", got, err)
	}
	failing := p.Writer(failed{})
	if _, err := failing.Write(text); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("the error of the writer is lost: %v", err)
	}
}

type failed struct{}

func (failed) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
