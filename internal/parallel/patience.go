package parallel

import (
	"errors"
	"io"
	"sync"
	"time"
)

// Patience is how long a program waits for the readers of what it writes: for ever, as
// it must, until it is told to end. From then on each write has a moment. A nil
// Patience is endless.
type Patience struct {
	once sync.Once
	lost chan struct{} // closed once it is
}

// moment is what a reader has for a write when patience is lost. One that reads at all
// has taken it long before; a program that is to end within two seconds has several such
// writes to make.
const moment = 250 * time.Millisecond

// ErrUnread is the error of a write that was given up.
var ErrUnread = errors.New("nobody reads it")

// NewPatience returns patience that can be lost.
func NewPatience() *Patience { return &Patience{lost: make(chan struct{})} }

// Lose ends the patience for writes under way and for those to come.
func (p *Patience) Lose() { p.once.Do(func() { close(p.lost) }) }

// Await waits until ready is closed or has a value; it reports false once patience is
// lost and a moment has passed.
func (p *Patience) Await(ready <-chan struct{}) bool {
	select {
	case <-ready:
		return true
	case <-p.lost:
	}
	select {
	case <-ready:
		return true
	case <-time.After(moment):
		return false
	}
}

// Writer returns a writer to w that gives up with the patience. What it has given up
// may arrive all the same, whole, if the reader comes back.
func (p *Patience) Writer(w io.Writer) io.Writer {
	if p == nil {
		return w
	}
	free := make(chan struct{}, 1)
	free <- struct{}{}
	return &patientWriter{Patience: p, to: w, free: free}
}

// A patientWriter has its bytes written by another goroutine, which is left behind
// where that takes for ever.
type patientWriter struct {
	*Patience
	to   io.Writer
	free chan struct{} // has a value while no bytes are under way
	buf  []byte        // those that are: the caller may reuse its own
}

func (w *patientWriter) Write(b []byte) (n int, err error) {
	if !w.Await(w.free) {
		return 0, ErrUnread
	}
	w.buf = append(w.buf[:0], b...)
	written := make(chan struct{})
	var failed error
	var taken int
	go func() {
		taken, failed = w.to.Write(w.buf)
		close(written)
		w.free <- struct{}{}
	}()
	if !w.Await(written) {
		return 0, ErrUnread
	}
	return taken, failed
}
