package parallel

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
)

func TestJobsAreAllDone(t *testing.T) {
	for _, workers := range []int{0, 1, 2, 5, 100} {
		var done [20]atomic.Int32
		var running, most atomic.Int32
		err := Do(context.Background(), len(done), workers, func(_ context.Context, i int) error {
			if n := running.Add(1); n > most.Load() {
				most.Store(n)
			}
			done[i].Add(1)
			running.Add(-1)
			return nil
		})
		if err != nil || int(most.Load()) > max(1, workers) {
			t.Errorf("%d workers: %v, %d at a time", workers, err, most.Load())
		}
		for i := range done {
			if n := done[i].Load(); n != 1 {
				t.Errorf("%d workers: job %d was done %d times", workers, i, n)
			}
		}
	}
}

// Job 3 fails at once, job 1 later, and job 4 waits to be cancelled.
func TestTheFirstJobThatFailsIsReported(t *testing.T) {
	three := make(chan bool)
	err := Do(context.Background(), 6, 5, func(ctx context.Context, i int) error {
		switch i {
		case 1:
			<-three
			return errors.New("one")
		case 3:
			close(three)
			return errors.New("three")
		case 4:
			<-ctx.Done()
			return ctx.Err()
		}
		return nil
	})
	if fmt.Sprint(err) != "one" {
		t.Errorf("%v, want the error of job 1", err)
	}
}

func TestJobsAfterAFailureAreNotBegun(t *testing.T) {
	var begun atomic.Int32
	err := Do(context.Background(), 100, 1, func(_ context.Context, i int) error {
		begun.Add(1)
		if i == 2 {
			return errors.New("two")
		}
		return nil
	})
	if fmt.Sprint(err) != "two" || begun.Load() != 3 {
		t.Errorf("%v after %d jobs", err, begun.Load())
	}
}

// A panic counts for more than an error or the end of the context.
func TestABugGoesBeforeAnError(t *testing.T) {
	defer func() {
		if bug := fmt.Sprint(recover()); !strings.HasPrefix(bug, "oh") {
			t.Errorf("%s: want the panic", bug)
		}
	}()
	ctx, cancel := context.WithCancel(context.Background())
	err := Do(ctx, 2, 2, func(_ context.Context, i int) error {
		if i == 1 {
			cancel()
			panic("oh")
		}
		<-ctx.Done()
		return errors.New("zero")
	})
	t.Errorf("returned %v", err)
}

func TestABugInAJobReachesTheCaller(t *testing.T) {
	defer func() {
		if bug := fmt.Sprint(recover()); !strings.HasPrefix(bug, "oh") || !strings.Contains(bug, "parallel_test.go") {
			t.Errorf("%s: want what was said, and where", bug)
		}
	}()
	_ = Do(context.Background(), 3, 2, func(_ context.Context, i int) error {
		if i == 1 {
			panic("oh")
		}
		return nil
	})
}

// A job on its own hands over its error or its panic.
func TestGo(t *testing.T) {
	failed := errors.New("failed")
	if err := Go(func() error { return failed })(); err != failed {
		t.Errorf("got %v, want %v", err, failed)
	}
	wait := Go(func() error { panic("planted") })
	defer func() {
		if bug := recover(); bug == nil || !strings.Contains(fmt.Sprint(bug), "planted") {
			t.Errorf("the panic of the job is %v", bug)
		}
	}()
	_ = wait()
}
