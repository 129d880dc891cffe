package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func random(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

func TestLevelsQ(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		m, n, k := r.IntN(60), r.IntN(120), r.IntN(60)
		if r.IntN(20) == 0 {
			k += r.IntN(3000)
		}
		op := Op(r.IntN(3))
		beta := float32(r.IntN(2))
		a, b, c := random(r, m*k), random(r, k*n), random(r, m*n)
		var want []float32
		for _, l := range levels() {
			e := newEngine("native", l, 1+r.IntN(4))
			got := append([]float32(nil), c...)
			e.Gemm(op, m, n, k, a, b, beta, got)
			e.Close()
			if want == nil {
				want = got
			}
			for i := range got {
				if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
					t.Fatal(l.name, op, m, n, k, beta, i, got[i], want[i])
				}
			}
		}
	}
}

func BenchmarkGemm(b *testing.B) {
	for _, d := range [][3]int{{10, 12, 8}, {128, 512, 784}, {1024, 1024, 1024}} {
		for op, o := range []struct {
			name    string
			m, n, k int
		}{{"NN", d[0], d[1], d[2]}, {"TN", d[2], d[1], d[0]}, {"NT", d[0], d[2], d[1]}} {
			for _, l := range levels() {
				if l.tile == nil && d[0] > 500 {
					continue
				}
				for _, th := range []int{1, 2} {
					if th > 1 && l.tile == nil {
						continue
					}
					b.Run(fmt.Sprintf("%dx%dx%d/%s/%s/%d", o.m, o.n, o.k, o.name, l.name, th), func(b *testing.B) {
						e := newEngine("native", l, th)
						r := rand.New(rand.NewPCG(1, 2))
						x, y, z := random(r, o.m*o.k), random(r, o.k*o.n), random(r, o.m*o.n)
						b.ReportAllocs()
						for b.Loop() {
							e.Gemm(Op(op), o.m, o.n, o.k, x, y, 0, z)
						}
						e.Close()
						b.ReportMetric(2*float64(o.m*o.n*o.k)*float64(b.N)/1e9/b.Elapsed().Seconds(), "GFLOP/s")
					})
				}
			}
		}
	}
}
