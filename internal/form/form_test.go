package form

import (
	"math"
	"testing"

	"mlp/internal/kernel"
)

// kernels are the functions that those here repeat.
var kernels = map[*Func]func(float64) float64{
	Exp: single32(kernel.Exp32), Expm1: single32(kernel.Expm132), Log: single32(kernel.Log32), Tanh: single32(kernel.Tanh32),
	Sigmoid: single32(kernel.Sigmoid32), Softplus: single32(kernel.Softplus32), Erf: single32(kernel.Erf32),
	SinTurns: single32(func(x float32) float32 { s, _ := kernel.SinCosTurns32(x); return s }),
	CosTurns: single32(func(x float32) float32 { _, c := kernel.SinCosTurns32(x); return c }),
	Exp64:    kernel.Exp64, Expm164: kernel.Expm164, Log64: kernel.Log64, Log1p64: kernel.Log1p64,
}

func single32(f func(float32) float32) func(float64) float64 {
	return func(x float64) float64 { return float64(f(float32(x))) }
}

// Every function gives the bits of the kernel's, on all scales and at the edges.
func TestFuncsAreTheKernels(t *testing.T) {
	var xs []float64
	for _, v := range []float64{0, 0.25, 0.5, 0.625, 1, 1.5, 4, 18, 20, 40, 89, 104, 128, 710, 746, 1 << 20, 1<<20 + 0.125, 1 << 23, 1e30, math.MaxFloat32, 0x1p-149, 0x1p-126, math.Inf(1)} {
		xs = append(xs, v, -v)
	}
	for e := -150; e < 128; e++ {
		for k := range 12 {
			v := math.Ldexp(1+math.Mod(float64(k)*math.Phi, 1), e)
			xs = append(xs, v, -v)
		}
	}
	for i := range 4000 {
		xs = append(xs, float64(i-2000)/37)
	}
	for f, want := range kernels {
		wrong := 0
		for _, x := range xs {
			if f.Args[0] == F32 {
				x = float64(float32(x))
			}
			if f == Log64 && !(x > 0 && x < math.Inf(1)) || f == Log1p64 && !(x > -1 && x < math.Inf(1)) {
				continue // see the functions
			}
			got, ok := f.Of(x), want(x)
			if same := math.Float64bits(got) == math.Float64bits(ok) || got != got && ok != ok; !same {
				if wrong++; wrong < 4 {
					t.Errorf("%s(%v) is %v, and the kernel's %v", f.Name, x, got, ok)
				}
			}
		}
	}
}

// What no answer is made of goes, and the others keep their meaning.
func TestLive(t *testing.T) {
	b := &Builder{}
	x := b.Input(Column{Name: "x", Type: F32, Len: 2})
	b.Call(Exp, x)
	b.Answer(Answer{Name: "y", Value: b.Add(b.Pick(x, 1), b.Const32(3))})
	b.Live()
	if len(b.Ops) != 4 || len(Funcs(b.Ops)) != 0 {
		t.Errorf("%d operations are left, want 4: %v", len(b.Ops), b.Ops)
	}
	if y := NewRunner(&b.Program).Run([]Cell{{Numbers: []float64{1, 2}}})[0][0]; y != 5 {
		t.Errorf("the answer is %v, want 5", y)
	}
}
