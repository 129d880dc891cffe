package kernel

import (
	"fmt"
	"runtime"
	"strings"
)

// Backends names the ways Gemm can be computed. "native" promises the same
// bits everywhere; "gonum" is an independent second implementation.
var Backends = []string{"native", "gonum"}

// An Engine does the arithmetic of a run: a Gemm back end and a fixed number
// of threads. Work is divided over outputs, never over a sum, so results do
// not depend on the number of threads. An Engine serves one caller at a time;
// after New its methods allocate nothing.
//
// Unless said otherwise destination and source of a method may be the same
// slice, and a wrong length panics.
type Engine struct {
	name    string
	gonum   bool
	threads int
	level   *level
	pool    *pool
	gemm    product // the product under way, and
	vector  vector  // the vector function, if shared out
	scratch [2 * ChunkLen]float32
}

// ChunkLen is how many numbers each of the two slices of Chunks holds.
const ChunkLen = 256

// Chunks returns two slices that a caller may use between calls of the engine's
// methods, for a function of several passes over a few numbers at a time. What
// they hold does not outlive the caller's own use.
func (e *Engine) Chunks() (a, b []float32) {
	return e.scratch[:ChunkLen:ChunkLen], e.scratch[ChunkLen:]
}

// New returns an engine. backend is one of Backends or "auto", which is
// "native"; threads 0 means the cores available to this process, which the Go
// runtime takes from the affinity mask, the cgroup's CPU limit and GOMAXPROCS.
func New(backend string, threads int) (*Engine, error) {
	switch backend {
	case "", "auto":
		backend = "native"
	case "native", "gonum":
	default:
		return nil, fmt.Errorf("unknown backend %q: use auto, %s", backend, strings.Join(Backends, " or "))
	}
	if threads < 0 {
		return nil, fmt.Errorf("threads %d: use a positive number, or 0 for every core available", threads)
	}
	if threads == 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	l, err := chooseLevel()
	if err != nil {
		return nil, err
	}
	return newEngine(backend, l, threads), nil
}

func newEngine(backend string, l *level, threads int) *Engine {
	return &Engine{name: backend, gonum: backend == "gonum", threads: threads, level: l, pool: newPool(threads, l.newScratch)}
}

// Close stops the engine's workers. The engine must not be used afterwards.
func (e *Engine) Close() { e.pool.close() }

// Name returns the back end's name.
func (e *Engine) Name() string { return e.name }

// Level returns the name of the level that the engine's loops run at.
func (e *Engine) Level() string { return e.level.name }

// Threads returns the number of threads the engine works with.
func (e *Engine) Threads() int { return e.threads }

// check panics unless a slice named what has the length an operation needs.
func check(op, what string, have, want int) {
	if have != want {
		wrongLength(op, what, have, want)
	}
}

func wrongLength(op, what string, have, want int) {
	panic(fmt.Sprintf("kernel: %s: %s has %d numbers, want %d", op, what, have, want))
}
