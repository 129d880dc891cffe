package kernel

import (
	"math"
	"math/big"
	"testing"
)

// turnsError is what SinCosTurns may be off by: the last two operations round at most
// 1 by 2⁻²⁴ and a number of at most 0.8 that is added by as much, the others of either
// series together by a quarter of that.
const turnsError = 1e-7

func sinCosTurnsIsRight(t *testing.T, x float32) {
	t.Helper()
	sin, cos := SinCosTurns32(x)
	if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
		if sin == sin || cos == cos {
			t.Fatalf("at %v it is %v, %v", x, sin, cos)
		}
		return
	}
	// The fraction is exact, and so is the nearest eighth's distance; the angle in
	// float64 is off by 2⁻⁵³.
	turn := math.Mod(float64(x), 1)
	wantSin, wantCos := math.Sin(2*math.Pi*turn), math.Cos(2*math.Pi*turn)
	if !(math.Abs(float64(sin)-wantSin) <= turnsError) || !(math.Abs(float64(cos)-wantCos) <= turnsError) {
		t.Fatalf("at %v turns it is %v, %v, want %v, %v", x, sin, cos, wantSin, wantCos)
	}
	if s, c := SinCosTurns32(-x); s != -sin || c != cos {
		t.Fatalf("at %v it is %v, %v, and at its negative %v, %v", x, sin, cos, s, c)
	}
}

func TestSinCosTurns(t *testing.T) {
	for u := uint64(0); u <= 0x7f800000; u += 1021 {
		sinCosTurnsIsRight(t, math.Float32frombits(uint32(u)))
	}
	for i := range 1 << 16 { // dense where networks are
		sinCosTurnsIsRight(t, float32(i)/(1<<14)-2)
	}
	sinCosTurnsIsRight(t, float32(math.NaN()))
	for x, want := range map[float32][2]float32{0: {0, 1}, 0.25: {1, 0}, 0.5: {0, -1}, 0.75: {-1, 0}, 1e30: {0, 1}, -0.25: {-1, 0}, 7.25: {1, 0}} {
		if sin, cos := SinCosTurns32(x); sin != want[0] || cos != want[1] {
			t.Errorf("at %v it is %v, %v, want %v", x, sin, cos, want)
		}
	}
}

// The constants are (2π)ⁿ/n!, to float32.
func TestTurnsSeries(t *testing.T) {
	twoPi, _ := new(big.Float).SetPrec(200).SetString("6.28318530717958647692528676655900576839433879875021164")
	term := big.NewFloat(1).SetPrec(200)
	for n, want := range map[int]float32{1: 6.283185307179586, 2: 19.739208802178716, 3: 41.34170224039976, 4: 64.93939402266829, 5: 81.60524927607504,
		6: 85.45681720669373, 7: 76.70585975306136, 8: 60.24464137187666, 9: 42.05869394489765, 10: 26.42625678337438} {
		term.SetInt64(1)
		for k := 1; k <= n; k++ {
			term.Mul(term, twoPi).Quo(term, big.NewFloat(float64(k)))
		}
		if got, _ := term.Float32(); got != want {
			t.Errorf("(2π)^%d/%d! is %v, not %v", n, n, got, want)
		}
	}
}

func FuzzSinCosTurns(f *testing.F) {
	for _, x := range []float32{0, 0.125, 0.375, -3.9999998, 1048575.9, 8388609, 1e-40} {
		f.Add(math.Float32bits(x))
	}
	f.Fuzz(func(t *testing.T, bits uint32) { sinCosTurnsIsRight(t, math.Float32frombits(bits)) })
}

func BenchmarkSinCosTurns(b *testing.B) {
	x, sin, cos := make([]float32, 4096), make([]float32, 4096), make([]float32, 4096)
	for i := range x {
		x[i] = float32(i%977)/977 - 0.5
	}
	for b.Loop() {
		sinCosTurns(sin, cos, x)
	}
}
