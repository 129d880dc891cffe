// Package parallel does jobs on several goroutines. An error ends the rest, and a
// panic in a job is a panic of the caller, so that the edge of the program sees it
// whatever goroutine it came from.
package parallel

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
)

// Do does jobs 0 … n−1, at most workers at a time. They are begun in order. When
// one fails, those after it are cancelled or never begun, and those before it go
// on: so the error returned is that of the first job that cannot be done, whichever
// comes first. If ctx ends, its cause is returned. A panic of a job is a panic of
// Do, with the stack of the job.
func Do(ctx context.Context, n, workers int, job func(ctx context.Context, i int) error) error {
	q := &jobs{ctx: ctx, failed: n, errs: make([]error, n), cancels: make([]context.CancelFunc, n)}
	var running sync.WaitGroup
	for range min(n, max(1, workers)) {
		running.Go(func() {
			for c, i := q.begin(); c != nil; c, i = q.begin() {
				q.end(i, guarded(c, i, job))
			}
		})
	}
	running.Wait()
	for _, err := range q.errs {
		if bug, ok := err.(*crash); ok {
			panic(bug.Error())
		}
	}
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case q.failed == n:
		return nil
	}
	return q.errs[q.failed]
}

// jobs are the state of Do.
type jobs struct {
	ctx     context.Context
	mu      sync.Mutex
	next    int // the first that is not begun
	failed  int // the first that has failed
	errs    []error
	cancels []context.CancelFunc
}

// begin returns the next job and its context; nil if there is none.
func (q *jobs) begin() (context.Context, int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.next >= q.failed || q.ctx.Err() != nil {
		return nil, 0
	}
	ctx, cancel := context.WithCancel(q.ctx)
	i := q.next
	q.cancels[i] = cancel
	q.next++
	return ctx, i
}

// end notes how a job has ended, and stops those after one that has failed.
func (q *jobs) end(i int, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.cancels[i]()
	q.errs[i] = err
	if err != nil && i < q.failed {
		q.failed = i
		for _, cancel := range q.cancels[i+1 : q.next] {
			cancel()
		}
	}
}

// Each does jobs that cannot fail, 0 … n−1, at most workers at a time; 0: one a core.
func Each(n, workers int, job func(i int)) {
	_ = Do(context.Background(), n, Workers(workers), func(_ context.Context, i int) error { job(i); return nil })
}

// Workers returns how many goroutines n stands for: one a core where n is 0 or less.
func Workers(n int) int {
	if n <= 0 {
		return runtime.GOMAXPROCS(0)
	}
	return n
}

// Go does a job on a goroutine of its own. wait returns when it has ended, with its
// error; a panic of the job is a panic of wait, with the stack of the job.
func Go(job func() error) (wait func() error) {
	ended := make(chan error, 1)
	go func() {
		ended <- guarded(context.Background(), 0, func(context.Context, int) error { return job() })
	}()
	return func() error {
		err := <-ended
		if bug, ok := err.(*crash); ok {
			panic(bug.Error())
		}
		return err
	}
}

// A crash is a panic on its way from a worker to the caller.
type crash struct {
	bug   any
	stack []byte
}

func (c *crash) Error() string { return fmt.Sprintf("%v\n%s", c.bug, c.stack) }

func guarded(ctx context.Context, i int, job func(context.Context, int) error) (err error) {
	defer func() {
		if bug := recover(); bug != nil {
			err = &crash{bug, debug.Stack()}
		}
	}()
	return job(ctx, i)
}
