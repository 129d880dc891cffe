package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// everyBench runs a benchmark at every level with one and two threads.
func everyBench(b *testing.B, bench func(b *testing.B, e *Engine)) {
	for _, l := range levels() {
		for _, threads := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s/%d", l.name, threads), func(b *testing.B) {
				e := newEngine("native", l, threads)
				defer e.Close()
				b.ReportAllocs()
				bench(b, e)
			})
		}
	}
}

func BenchmarkGemm(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, s := range [][3]int{{10, 12, 8}, {128, 512, 784}, {1024, 1024, 1024}} {
		// A layer forward, its weights' gradient, its input's gradient.
		for op, d := range [][3]int{{s[0], s[1], s[2]}, {s[2], s[1], s[0]}, {s[0], s[2], s[1]}} {
			m, n, k := d[0], d[1], d[2]
			b.Run(fmt.Sprintf("%v/%dx%dx%d", Op(op), m, n, k), func(b *testing.B) {
				x, y, z := fill(r, make([]float32, m*k)), fill(r, make([]float32, k*n)), make([]float32, m*n)
				everyBench(b, func(b *testing.B, e *Engine) {
					for b.Loop() {
						e.Gemm(Op(op), m, n, k, x, y, 0, z)
					}
					b.ReportMetric(2*float64(m*n*k)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
				})
			})
		}
	}
}

func BenchmarkVector(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{12, 1 << 12, 1 << 20} {
		x, y := fill(r, make([]float32, n)), make([]float32, n)
		for _, m := range maps {
			b.Run(fmt.Sprintf("%s/%d", m.name, n), func(b *testing.B) {
				everyBench(b, func(b *testing.B, e *Engine) {
					f := m.of(&e.level.loops)
					for b.Loop() {
						e.each(m.name, f, y, x)
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/number")
				})
			})
		}
	}
}

func BenchmarkAdam(b *testing.B) {
	for _, n := range []int{121, 669706} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w, m, v, g := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
			fill(rand.New(rand.NewPCG(1, 1)), g)
			everyBench(b, func(b *testing.B, e *Engine) {
				for b.Loop() {
					e.Adam(w, m, v, g, 0.001, 0.1, 0.001, 1e-7)
				}
			})
		})
	}
}

func BenchmarkRows(b *testing.B) {
	for _, s := range [][2]int{{10, 12}, {128, 512}} {
		rows, cols := s[0], s[1]
		c, row := make([]float32, rows*cols), make([]float32, cols)
		fill(rand.New(rand.NewPCG(1, 1)), c)
		b.Run(fmt.Sprintf("AddRow/%dx%d", rows, cols), func(b *testing.B) {
			everyBench(b, func(b *testing.B, e *Engine) {
				for b.Loop() {
					e.AddRow(c, rows, cols, row)
				}
			})
		})
		b.Run(fmt.Sprintf("SumRows/%dx%d", rows, cols), func(b *testing.B) {
			everyBench(b, func(b *testing.B, e *Engine) {
				for b.Loop() {
					e.SumRows(row, c, rows, cols)
				}
			})
		})
		b.Run(fmt.Sprintf("Softmax/%dx%d", rows, cols), func(b *testing.B) {
			everyBench(b, func(b *testing.B, e *Engine) {
				for b.Loop() {
					e.Softmax(c, c, rows, cols)
				}
			})
		})
	}
}

func BenchmarkGather(b *testing.B) {
	const cols, batch = 784, 128
	r := rand.New(rand.NewPCG(1, 1))
	src, dst := make([]float32, 10000*cols), make([]float32, batch*cols)
	rows := make([]int, batch)
	everyBench(b, func(b *testing.B, e *Engine) {
		for b.Loop() {
			for i := range rows {
				rows[i] = r.IntN(10000)
			}
			e.Gather(dst, src, cols, rows)
		}
		b.SetBytes(4 * cols * batch)
	})
}

func BenchmarkSumSquares(b *testing.B) {
	x := fill(rand.New(rand.NewPCG(1, 1)), make([]float32, 669706))
	b.ReportAllocs()
	for b.Loop() {
		SumSquares(x)
	}
}

func BenchmarkFMA(b *testing.B) {
	x := float32(1.1)
	for b.Loop() {
		x = FMA(x, 0.999, 0.001)
	}
}
