package kernel

import (
	"strings"
	"testing"
	"time"
)

// A trap panics in whoever is not the caller, whose first unit waits for that.
type trap struct {
	own    *scratch
	sprung chan struct{}
}

func (j *trap) unit(_ int, s *scratch) {
	if s == j.own {
		select {
		case <-j.sprung:
		case <-time.After(10 * time.Second):
		}
		return
	}
	close(j.sprung)
	panic("sprung")
}

// A panic in a worker is the caller's, who can recover from it; it carries the
// worker's stack.
func TestPanicInAWorker(t *testing.T) {
	p := newPool(2, func() *scratch { return new(scratch) })
	defer p.close()
	j := &trap{p.own, make(chan struct{})}
	defer func() {
		bug, _ := recover().(string)
		if !strings.HasPrefix(bug, "sprung\n") || !strings.Contains(bug, "pool_test.go") {
			t.Errorf("the caller has %q", bug)
		}
	}()
	p.run(j, 1000)
	t.Error("the caller has no panic")
}
