package kernel

import (
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// A job is work in units that may run in any order, at the same time.
type job interface {
	unit(i int, s *scratch)
}

// A pool is a fixed set of workers that help its caller with one job after
// another. The caller works too, and waits only for workers that have begun:
// a worker that is slow to wake costs nothing, and one core suffices.
type pool struct {
	job   job
	units int64
	next  atomic.Int64 // the first unit not yet taken

	// gate is the number of the job, then one bit that is set while workers
	// may enter, then the number of workers inside.
	gate atomic.Uint64

	sleeping atomic.Int32  // workers about to wait, or waiting, for wake
	wake     chan struct{} // a token for each sleeper
	quit     atomic.Bool
	own      *scratch // the caller's

	bug atomic.Pointer[string] // the panic of a worker, for the caller to raise
}

const (
	gateOpen = 1 << 31
	gateJob  = 1 << 32

	// A worker that finds nothing to do looks again for this long before it
	// sleeps: the products of a training step follow each other faster.
	idleSpin = 50 * time.Microsecond
)

// newPool starts threads − 1 workers.
func newPool(threads int, scratch func() *scratch) *pool {
	p := &pool{wake: make(chan struct{}, threads), own: scratch()}
	for range threads - 1 {
		go p.worker(scratch())
	}
	return p
}

// close ends the workers.
func (p *pool) close() {
	p.quit.Store(true)
	p.rouse()
}

// run does all units of j and returns when the last is done.
func (p *pool) run(j job, units int) {
	p.job, p.units = j, int64(units)
	p.next.Store(0)
	p.gate.Add(gateJob | gateOpen)
	p.rouse()
	p.work(p.own)
	p.gate.And(^uint64(gateOpen))
	for i := 0; p.gate.Load()&(gateOpen-1) != 0; i++ {
		if i%256 == 255 {
			runtime.Gosched()
		}
	}
	p.job = nil
	if bug := p.bug.Load(); bug != nil {
		panic(*bug)
	}
}

// work does units until none is left.
func (p *pool) work(s *scratch) {
	for {
		i := p.next.Add(1) - 1
		if i >= p.units {
			return
		}
		p.job.unit(int(i), s)
	}
}

// rouse gives a token to every sleeper.
func (p *pool) rouse() {
	for range p.sleeping.Swap(0) {
		select {
		case p.wake <- struct{}{}:
		default: // as many tokens as workers are there already
		}
	}
}

func (p *pool) worker(s *scratch) {
	defer p.leave()
	last := uint64(0) // the number of the job done last
	for p.enter(&last) {
		p.work(s)
		p.gate.Add(^uint64(0))
	}
}

// leave passes a worker's panic to the caller, which can recover from it where a
// goroutine of its own could not, and ends the job.
func (p *pool) leave() {
	if bug := recover(); bug != nil {
		text := fmt.Sprintf("%v\n%s", bug, debug.Stack())
		p.bug.Store(&text)
		p.next.Store(math.MaxInt64 / 2)
		p.gate.Add(^uint64(0))
	}
}

// enter waits for a job other than the last and enters it. It returns false
// when the pool is closed.
func (p *pool) enter(last *uint64) bool {
	begin := time.Now()
	for i := 1; ; i++ {
		g := p.gate.Load()
		if g&gateOpen != 0 && g/gateJob != *last {
			if p.gate.CompareAndSwap(g, g+1) {
				*last = g / gateJob
				return true
			}
			continue
		}
		if p.quit.Load() {
			return false
		}
		if i%64 != 0 {
			continue
		}
		runtime.Gosched()
		if time.Since(begin) > idleSpin {
			p.sleep(*last)
			begin = time.Now()
		}
	}
}

// sleep waits for a token, unless a job has come meanwhile. The order matters:
// run opens the gate before it counts the sleepers, so either it sees this one
// or this one sees the job.
func (p *pool) sleep(last uint64) {
	p.sleeping.Add(1)
	g := p.gate.Load()
	if g&gateOpen != 0 && g/gateJob != last || p.quit.Load() {
		return // the token that run may have sent wakes someone in vain, once
	}
	<-p.wake
}
