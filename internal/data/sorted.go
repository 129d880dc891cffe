package data

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// A sorter sorts columns. It keeps its memory from one to the next.
type sorter struct{ a, b []float32 }

const (
	radixBits = 11 // three passes make 33 bits, one more than a float32 has
	radix     = 1 << radixBits
)

// sort returns the values of a column that are there, the smallest first; −0
// counts as 0. They are valid until the next call. Least significant digits go
// first, so three passes over the column are enough however long it is.
func (s *sorter) sort(x []float32) []float32 {
	if len(s.a) < len(x) {
		s.a, s.b = make([]float32, len(x)), make([]float32, len(x))
	}
	var starts [3][radix]int
	a, b := s.a[:0], s.b[:len(x)]
	for _, v := range x {
		if v != v {
			continue
		}
		v += 0 // −0 + 0 is 0
		a = append(a, v)
		key := sortKey(v)
		starts[0][key%radix]++
		starts[1][key>>radixBits%radix]++
		starts[2][key>>(2*radixBits)]++
	}
	b = b[:len(a)]
	for pass := range starts {
		at := 0
		for digit, n := range starts[pass] {
			starts[pass][digit] = at
			at += n
		}
		for _, v := range a {
			digit := sortKey(v) >> (pass * radixBits) % radix
			b[starts[pass][digit]] = v
			starts[pass][digit]++
		}
		a, b = b, a
	}
	return a
}

// sortKey returns a number that is the greater the greater v is.
func sortKey(v float32) uint32 {
	bits := math.Float32bits(v)
	return bits ^ (uint32(int32(bits)>>31) | 1<<31) // of a negative number all bits turn, else the sign
}

// eachColumn calls do for every column, by several goroutines at once, each with
// a sorter of its own; threads is 0 for one a core.
func eachColumn(columns, threads int, do func(i int, s *sorter)) {
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	var next atomic.Int64
	work := func() {
		var s sorter
		for i := int(next.Add(1)) - 1; i < columns; i = int(next.Add(1)) - 1 {
			do(i, &s)
		}
	}
	var workers sync.WaitGroup
	for range min(threads, columns) - 1 {
		workers.Go(work)
	}
	work()
	workers.Wait()
}
