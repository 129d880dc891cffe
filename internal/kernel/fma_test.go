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

// hardFMA draws operands whose exact sum lies a hair beside the middle between
// two float32, and whose sum in float64 lies exactly there, so that rounding
// twice goes wrong: c has its last bit at 1 and (1 + j·2⁻²³)·(1 − j·2⁻²³), a
// little less than 1, is scaled to half of it. A denormal c shares the last
// bit of every denormal.
func hardFMA(r *rand.Rand) (a, b, c float32) {
	j := math.Ldexp(float64(1+r.IntN(4)), -23)
	a, b = float32(1+j), float32(1-j)
	if r.IntN(2) == 0 {
		a, b = b, a
	}
	c = math.Float32frombits(r.Uint32()&0x807fffff | uint32(r.IntN(2)*(40+r.IntN(200)))<<23)
	_, e := math.Frexp(float64(c))
	half := max(e-24, -149) - 1
	a = float32(math.Ldexp(float64(a), half/2))
	b = float32(math.Ldexp(float64(b), half-half/2))
	if r.IntN(2) == 0 {
		a = -a
	}
	return a, b, c
}

// TestFMA draws finite operands of three kinds: everyday ones, any bit
// pattern, and hard ones.
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
			a, b, c = hardFMA(r)
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
	if naive < hard/3 {
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
