package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// exactFMA is the definition: the exact sum, rounded once.
func exactFMA(a, b, c float32) float32 {
	x := new(big.Float).SetPrec(700).SetFloat64(float64(a))
	x.Mul(x, new(big.Float).SetFloat64(float64(b)))
	x.Add(x, new(big.Float).SetFloat64(float64(c)))
	f, _ := x.Float32()
	return f
}

// TestFMA draws finite operands of three kinds: everyday ones, any bit pattern,
// and such that the sum in float64 lies at, or a hair beside, the middle
// between two float32, where rounding twice goes wrong.
func TestFMA(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	naive, hard := 0, 0
	for i := range 120000 {
		var a, b, c float32
		switch i % 3 {
		case 0:
			a, b, c = float32(r.NormFloat64()), float32(r.NormFloat64()), float32(r.NormFloat64())
		case 1:
			a, b, c = math.Float32frombits(r.Uint32()), math.Float32frombits(r.Uint32()), math.Float32frombits(r.Uint32())
		default:
			// (2⁻²⁴ + j·2⁻⁴⁷)·(1 ± j·2⁻²³) is half an ulp of 1, give or take 2⁻⁷⁰·j².
			j := float64(1 + r.IntN(4))
			sign := float64(1 - 2*r.IntN(2))
			a = float32(math.Ldexp(1+sign*math.Ldexp(j, -23), -24))
			b = float32(1 - sign*math.Ldexp(j, -23))
			c = math.Float32frombits(math.Float32bits(1) | r.Uint32()&0x7fffff)
			k := r.IntN(200) - 160 // down into the denormals
			a, c = float32(math.Ldexp(float64(a), k)), float32(math.Ldexp(float64(c), k))
			if r.IntN(2) == 0 {
				a = -a
			}
			if r.IntN(2) == 0 {
				c = -c
			}
			hard++
		}
		if v := a * b * c; v != v || math.IsInf(float64(v), 0) && (math.IsInf(float64(a), 0) || math.IsInf(float64(b), 0) || math.IsInf(float64(c), 0)) {
			continue // not finite operands
		}
		want := exactFMA(a, b, c)
		if got := FMA(a, b, c); got != want {
			t.Fatalf("FMA(%x, %x, %x) is %x, want %x", a, b, c, got, want)
		}
		if float32(float64(a)*float64(b)+float64(c)) != want {
			naive++
		}
	}
	if naive < hard/10 {
		t.Errorf("only %d of %d hard cases defeat rounding twice: they are not hard", naive, hard)
	}
}

func TestFMASpecialValues(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	zero := float32(0)
	for _, c := range []struct{ a, b, c, want float32 }{
		{inf, 1, 0, inf},
		{-inf, 1, 0, -inf},
		{1, 1, -inf, -inf},
		{inf, 1, -inf, nan},
		{inf, 0, 1, nan},
		{nan, 1, 1, nan},
		{1, 1, nan, nan},
		{zero, -1, 0, 0},
		{zero, 1, float32(math.Copysign(0, -1)), 0},
		{-1, zero, float32(math.Copysign(0, -1)), float32(math.Copysign(0, -1))},
		{1, 1, -1, 0},
		{math.MaxFloat32, 2, -math.MaxFloat32, math.MaxFloat32},
		{math.MaxFloat32, 2, 0, inf},
		{-math.MaxFloat32, 2, 0, -inf},
		{0x1p-149, 0.5, 0, 0},
		{0x1p-149, 0.75, 0, 0x1p-149},
		{0x1p-149, 0.5, 0x1p-149, 0x1p-148},
	} {
		if got := FMA(c.a, c.b, c.c); !same(got, c.want) {
			t.Errorf("FMA(%v, %v, %v) is %v, want %v", c.a, c.b, c.c, got, c.want)
		}
	}
}
