package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// everyEngine runs a test with each back end, and the native one at every
// level this machine has, with one thread and with three.
func everyEngine(t *testing.T, test func(t *testing.T, e *Engine)) {
	run := func(backend string, l *level, threads int) {
		t.Run(fmt.Sprintf("%s/%s/%d", backend, l.name, threads), func(t *testing.T) {
			e := newEngine(backend, l, threads)
			defer e.Close()
			test(t, e)
		})
	}
	for _, l := range levels() {
		run("native", l, 1)
		run("native", l, 3)
	}
	run("gonum", &portable, 1)
}

// everyLevel runs a test with the assembly levels, whose bits are compared with
// those of the portable one.
func everyLevel(t *testing.T, test func(t *testing.T, l *level)) {
	have := levels()
	if len(have) == 1 {
		t.Skip("this machine has the portable level only")
	}
	for _, l := range have[1:] {
		t.Run(l.name, func(t *testing.T) { test(t, l) })
	}
}

// guard surrounds the slices that tests hand to a kernel: no NaN, so that a
// read beyond an end does not hide.
const guard float32 = 1.2345e30

// guarded returns n numbers offset places into memory of which the rest is
// guard, and a function that says whether that is still so.
func guarded(n, offset int) (x []float32, intact func() bool) {
	const margin = 40
	all := make([]float32, margin+offset+n+margin)
	for i := range all {
		all[i] = guard
	}
	lo := margin + offset
	return all[lo : lo+n : lo+n], func() bool {
		for i, v := range all {
			if (i < lo || i >= lo+n) && v != guard {
				return false
			}
		}
		return true
	}
}

func fill(r *rand.Rand, x []float32) []float32 {
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

// same says whether two numbers have the same bits, or are both NaN: which NaN
// an operation returns is the machine's choice.
func same(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

// firstDifference returns the first index at which x and y differ, or −1.
func firstDifference(x, y []float32) int {
	for i := range x {
		if !same(x[i], y[i]) {
			return i
		}
	}
	return -1
}
