package kernel

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"testing"
)

// The golden hashes are the same on every machine: on amd64 at every level, on
// arm64, where the compiler fuses what is not written out, and elsewhere. A
// change of one of them changes the bytes of every model trained before.
const (
	goldenFloat32 = 0x3f1739d2287a04a1
	goldenFloat64 = 0xbc05efe60a9a79ac
)

// plain fills x with numbers drawn without any function of package math, whose
// results differ between machines.
func plain(r *rand.Rand, x []float32) []float32 {
	for i := range x {
		x[i] = float32(6*r.Float32()) - 3
	}
	return x
}

func TestGoldenFloat32(t *testing.T) {
	for _, l := range levels() {
		r := rand.New(rand.NewPCG(11, 11))
		e := newEngine("native", l, 2)
		h := fnv.New64a()
		add := func(x []float32) {
			for _, v := range x {
				u := math.Float32bits(v)
				if v != v {
					u = 0x7fc00000
				}
				h.Write(binary.LittleEndian.AppendUint32(nil, u))
			}
		}
		const m, n, k = 23, 37, 60
		a, b, c := plain(r, make([]float32, m*k)), plain(r, make([]float32, k*n)), make([]float32, m*n)
		for op := range Op(3) {
			e.Gemm(op, m, n, k, a, b, float32(min(op, 1)), c)
			add(c)
		}
		y, z := make([]float32, len(c)), make([]float32, len(c))
		for _, f := range maps {
			f.of(&l.loops)(y, c)
			add(y)
		}
		e.Softmax(y, c, m, n)
		add(y)
		e.LogSoftmax(y, c, m, n)
		add(y)
		e.SumRows(y[:n], c, m, n)
		add(y[:n])
		w, g := plain(r, make([]float32, len(c))), plain(r, make([]float32, len(c)))
		clear(y)
		for range 3 {
			e.Adam(w, y, z, g, 0.001, 0.1, 0.001, 1e-7)
			e.Momentum(w, y, g, 0.1, 0.9, true)
			e.TanhGrad(g, g, w)
			e.SigmoidGrad(g, g, w)
			e.Axpy(0.3, w, g)
		}
		add(w)
		add(g)
		e.Close()
		if got := h.Sum64(); got != goldenFloat32 {
			t.Errorf("%s: hash %#x, want %#x", l.name, got, uint64(goldenFloat32))
		}
	}
}

func TestGoldenFloat64(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 12))
	h := fnv.New64a()
	add := func(v float64) {
		u := math.Float64bits(v)
		if v != v {
			u = 0x7ff8000000000000
		}
		h.Write(binary.LittleEndian.AppendUint64(nil, u))
	}
	for range 2000 {
		x := float64(40*r.Float64()) - 20
		for _, f := range []func(float64) float64{Exp64, Expm164, Log64, Log1p64, Tanh64, erf64, Cos64} {
			add(f(x))
			add(f(x / 1024))
		}
		add(Pow64(math.Abs(x), 7*r.Float64()))
	}
	x := plain(r, make([]float32, 1001))
	add(Sum(x))
	add(SumSquares(x))
	add(Dot(x[1:], x[:1000]))
	if got := h.Sum64(); got != goldenFloat64 {
		t.Errorf("hash %#x, want %#x", got, uint64(goldenFloat64))
	}
}
