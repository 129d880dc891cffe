package data

import (
	"math"
	"slices"
	"testing"

	"mlp/internal/rng"
)

func TestSorterSorts(t *testing.T) {
	s := rng.New(1, "sorted")
	var by sorter
	for _, n := range []int{0, 1, 2, 3000, 100, 40000} {
		x := make([]float32, n)
		var want []float32
		for i := range x {
			x[i] = math.Float32frombits(uint32(s.Uint64(uint64(i)))) // among them NaN, infinite and subnormal numbers
			if i%3 == 0 {
				x[i] = float32(int(s.Uint64(uint64(i))%7)) - 3
			}
			if i%11 == 0 {
				x[i] = float32(math.Copysign(0, -1))
			}
			if x[i] == x[i] {
				want = append(want, x[i]+0)
			}
		}
		slices.Sort(want)
		if got := by.sort(x); !sameBits(got, want) {
			t.Errorf("%d values are not sorted", n)
		}
	}
}

func TestEachColumnIsVisitedOnce(t *testing.T) {
	for _, threads := range []int{0, 1, 3, 50} {
		visits := make([]int, 20)
		eachColumn(len(visits), threads, func(i int, _ *sorter) { visits[i]++ })
		if slices.ContainsFunc(visits, func(n int) bool { return n != 1 }) {
			t.Errorf("%d threads: %v", threads, visits)
		}
	}
}
