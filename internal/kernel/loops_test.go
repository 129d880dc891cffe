package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"mlp/internal/rng"
)

// specials are the numbers at which the functions change course, and their
// neighbours.
func specials() []float32 {
	var x []float32
	for _, v := range []float32{0, 0x1p-149, 0x1p-127, 0x1p-126, 0x1p-60, 0.1, 0.3465735, 0.4142135, 0.5, 0.625, 0.70710677, 1, 1.0397208,
		1.4142135, 2, 3.5, 4, 9.01, 16.7, 18, 20, 44, 88, 88.72283, 88.72284, 89, 103.27893, 103.97208, 104, 200, 0x1p20, 1e10, math.MaxFloat32, float32(math.Inf(1))} {
		for _, u := range []uint32{math.Float32bits(v) - 1, math.Float32bits(v), math.Float32bits(v) + 1} {
			y := math.Float32frombits(u)
			x = append(x, y, -y)
		}
	}
	return append(x, float32(math.NaN()))
}

// mixed returns n numbers of every size, with specials among them.
func mixed(r *rand.Rand, n int) []float32 {
	s := specials()
	x := make([]float32, n)
	for i := range x {
		switch r.IntN(4) {
		case 0:
			x[i] = s[r.IntN(len(s))]
		case 1:
			x[i] = math.Float32frombits(r.Uint32())
		default:
			x[i] = float32(r.NormFloat64() * 8)
		}
	}
	return x
}

var maps = []struct {
	name string
	of   func(l *loops) func(dst, src []float32)
}{
	{"exp", func(l *loops) func(dst, src []float32) { return l.exp }},
	{"expm1", func(l *loops) func(dst, src []float32) { return l.expm1 }},
	{"log", func(l *loops) func(dst, src []float32) { return l.log }},
	{"tanh", func(l *loops) func(dst, src []float32) { return l.tanh }},
	{"sigmoid", func(l *loops) func(dst, src []float32) { return l.sigmoid }},
	{"softplus", func(l *loops) func(dst, src []float32) { return l.softplus }},
	{"erf", func(l *loops) func(dst, src []float32) { return l.erf }},
	{"relu", func(l *loops) func(dst, src []float32) { return l.relu }},
}

// partMaps are the parts of functions with more slices as functions of one.
var partMaps = []struct {
	name string
	of   func(l *loops) func(dst, src []float32)
}{
	{"mishGrad", func(l *loops) func(dst, src []float32) {
		return func(dst, src []float32) { l.mishGrad(dst, ones(len(src)), src) }
	}},
	{"mish", func(l *loops) func(dst, src []float32) { return l.mish }},
	{"mishSlope", func(l *loops) func(dst, src []float32) {
		return func(dst, src []float32) { l.mishSlope(dst, ones(len(src)), src) }
	}},
	{"siluGrad", func(l *loops) func(dst, src []float32) {
		return func(dst, src []float32) { l.siluGrad(dst, ones(len(src)), src) }
	}},
	{"sinCosTurns, sin", func(l *loops) func(dst, src []float32) {
		return func(dst, src []float32) { l.sinCosTurns(dst, make([]float32, len(src)), src) }
	}},
	{"sinCosTurns, cos", func(l *loops) func(dst, src []float32) {
		return func(dst, src []float32) { l.sinCosTurns(make([]float32, len(src)), dst, src) }
	}},
}

// TestMish compares it and its slope with float64. The error of the exponential, an ulp,
// comes in once or twice, and every operation adds half of one; where the slope crosses
// zero, at x = −1.19, its two parts are up to 0.3 each.
func TestMish(t *testing.T) {
	const ulp = 0x1p-23
	one, d := []float32{1}, make([]float32, 1)
	for i := -100000; i <= 100000; i++ {
		x := float32(i) / 1000
		v := float64(x)
		e := math.Exp(v)
		w := math.Tanh(math.Log1p(e))
		if got, want := float64(mish(x)), v*w; math.Abs(got-want) > 6*ulp*math.Abs(want)+0x1p-126 {
			t.Fatalf("mish(%v) is %v, want %v", x, got, want)
		}
		mishSlope(d, one, []float32{x})
		if got, want := float64(d[0]), w+v*(1-w*w)/(1+math.Exp(-v)); math.Abs(got-want) > 8*ulp*(w+math.Abs(want-w))+0x1p-126 {
			t.Fatalf("the slope of mish at %v is %v, want %v", x, got, want)
		}
	}
}

func ones(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = 1
	}
	return x
}

// TestMapBits compares each function of a level with its scalar twin: on a
// stride through all bit patterns, then on every length and offset.
func TestMapBits(t *testing.T) {
	everyLevel(t, func(t *testing.T, l *level) {
		for _, m := range slices.Concat(maps, partMaps) {
			f, want := m.of(&l.loops), m.of(&portable.loops)
			src, a, b := make([]float32, 4096), make([]float32, 4096), make([]float32, 4096)
			for u := uint64(0); u < 1<<32; {
				for i := range src {
					src[i] = math.Float32frombits(uint32(u))
					u += 9973
				}
				f(a, src)
				want(b, src)
				if i := firstDifference(a, b); i >= 0 {
					t.Fatalf("%s(%v) is %v, want %v", m.name, src[i], a[i], b[i])
				}
			}
			r := rand.New(rand.NewPCG(6, 6))
			for n := range 68 {
				for offset := range 8 {
					x := mixed(r, n)
					dst, intact := guarded(n, offset)
					f(dst, x)
					want(b[:n], x)
					if i := firstDifference(dst, b[:n]); i >= 0 || !intact() {
						t.Fatalf("%s of %d numbers at offset %d: difference at %d, or wrote outside", m.name, n, offset, i)
					}
					f(x, x) // in place
					if i := firstDifference(dst, x); i >= 0 {
						t.Fatalf("%s of %d numbers in place: difference at %d", m.name, n, i)
					}
				}
			}
		}
	})
}

// updates call every function of several slices on four of them.
var updates = []struct {
	name string
	run  func(l *loops, a, b, c, d []float32)
}{
	{"reluGrad", func(l *loops, a, b, c, d []float32) { l.reluGrad(a, b, c) }},
	{"tanhGrad", func(l *loops, a, b, c, d []float32) { l.tanhGrad(a, b, c) }},
	{"sigmoidGrad", func(l *loops, a, b, c, d []float32) { l.sigmoidGrad(a, b, c) }},
	{"mishGrad", func(l *loops, a, b, c, d []float32) { l.mishGrad(a, b, c) }},
	{"mishSlope", func(l *loops, a, b, c, d []float32) { l.mishSlope(a, b, c) }},
	{"siluGrad", func(l *loops, a, b, c, d []float32) { l.siluGrad(a, b, c) }},
	{"sinCosTurns", func(l *loops, a, b, c, d []float32) { l.sinCosTurns(a, b, c) }},
	{"sinCosTurns in place", func(l *loops, a, b, c, d []float32) { l.sinCosTurns(a, b, a) }},
	{"mul", func(l *loops, a, b, c, d []float32) { l.mul(a, b, c) }},
	{"mul in place", func(l *loops, a, b, c, d []float32) { l.mul(a, a, c) }},
	{"affine", func(l *loops, a, b, c, d []float32) { l.affine(a, b, 1.3, -0.7) }},
	{"blend", func(l *loops, a, b, c, d []float32) { l.blend(a, b, c, d) }},
	{"blend in place", func(l *loops, a, b, c, d []float32) { l.blend(a, a, c, d) }},
	{"addProducts", func(l *loops, a, b, c, d []float32) { l.addProducts(a, b, c) }},
	{"addSlopes", func(l *loops, a, b, c, d []float32) { l.addSlopes(a, b, c, d) }},
	{"decay", func(l *loops, a, b, c, d []float32) { l.decay(a, 0.02, 0.3) }},
	{"axpy", func(l *loops, a, b, c, d []float32) { l.axpy(-0.3, a, b) }},
	{"adam", func(l *loops, a, b, c, d []float32) { l.adam(a, b, c, d, 0.01, 0.1, 0.001, 1e-7) }},
	{"momentum", func(l *loops, a, b, c, d []float32) { l.momentum(a, b, c, 0.01, 0.9) }},
	{"nesterov", func(l *loops, a, b, c, d []float32) { l.nesterov(a, b, c, 0.01, 0.9) }},
	{"relu gradient in place", func(l *loops, a, b, c, d []float32) { l.reluGrad(a, a, c) }},
}

func TestUpdateBits(t *testing.T) {
	everyLevel(t, func(t *testing.T, l *level) {
		r := rand.New(rand.NewPCG(7, 7))
		for _, u := range updates {
			for n := range 68 {
				for offset := range 8 {
					var got, want [4][]float32
					var intact [4]func() bool
					for i := range got {
						want[i] = mixed(r, n)
						got[i], intact[i] = guarded(n, (offset+i)%8)
						copy(got[i], want[i])
					}
					u.run(&l.loops, got[0], got[1], got[2], got[3])
					u.run(&portable.loops, want[0], want[1], want[2], want[3])
					for i := range got {
						if j := firstDifference(got[i], want[i]); j >= 0 {
							t.Fatalf("%s of %d numbers, offset %d: slice %d differs at %d: %v, want %v", u.name, n, offset, i, j, got[i][j], want[i][j])
						}
						if !intact[i]() {
							t.Fatalf("%s of %d numbers, offset %d: wrote outside slice %d", u.name, n, offset, i)
						}
					}
				}
			}
		}
	})
}

// TestDropMask compares the masks of a level with the words of the stream, at rates from
// the least to all, and places in whose halves every bit moves.
func TestDropMask(t *testing.T) {
	everyLevel(t, func(t *testing.T, l *level) {
		e := newEngine("native", l, 1)
		defer e.Close()
		r := rand.New(rand.NewPCG(9, 9))
		for n := range 200 {
			s := rng.New(r.Uint64(), "mask").At(r.Uint64())
			edge := float64(s.Uint32(uint64(n/2))) * 0x1p-32 // of the words that a rate drops, this one is the first that it does not
			for _, rate := range []float64{0, 0x1p-32, 0.15, 0.5, 0.999, 1, edge, edge + 0x1p-32} {
				mask, intact := guarded(n, n%8)
				e.DropMask(mask, s, rate, 1.5)
				for i, v := range mask {
					want := float32(1.5)
					if float64(s.Uint32(uint64(i))) < rate*(1<<32) {
						want = 0
					}
					if v != want {
						t.Fatalf("%d numbers at rate %v: number %d is %v, want %v", n, rate, i, v, want)
					}
				}
				if !intact() {
					t.Fatalf("%d numbers: wrote outside", n)
				}
			}
		}
	})
}

func TestRowBits(t *testing.T) {
	everyLevel(t, func(t *testing.T, l *level) {
		r := rand.New(rand.NewPCG(8, 8))
		for cols := range 150 {
			rows := r.IntN(20)
			x := mixed(r, rows*cols)
			row := mixed(r, cols)
			c, intactC := guarded(rows*cols, cols%8)
			copy(c, x)
			l.addRow(c, rows, cols, row)
			dst, intactDst := guarded(cols, rows%8)
			l.sumRows(dst, x, rows, cols)
			wantDst := make([]float32, cols)
			portable.sumRows(wantDst, x, rows, cols)
			portable.addRow(x, rows, cols, row)
			if i := firstDifference(c, x); i >= 0 || !intactC() {
				t.Fatalf("addRow %d × %d: difference at %d, or wrote outside", rows, cols, i)
			}
			if i := firstDifference(dst, wantDst); i >= 0 || !intactDst() {
				t.Fatalf("sumRows %d × %d: difference at %d, or wrote outside", rows, cols, i)
			}
		}
	})
}

func TestSumBits(t *testing.T) {
	everyLevel(t, func(t *testing.T, l *level) {
		r := rand.New(rand.NewPCG(15, 15))
		for n := 0; n <= 10*lanes; n += lanes {
			for offset := range 8 {
				x, y := fill(r, make([]float32, n+offset))[offset:], fill(r, make([]float32, n))
				got, want := [2][lanes]float64{{1, 2, 3}}, [2][lanes]float64{{1, 2, 3}}
				l.addLanes64(&got[0], x)
				l.addProducts64(&got[1], x, y)
				sum(&want[0], x)
				dot(&want[1], x, y)
				if got != want {
					t.Fatalf("of %d numbers, offset %d: %v, want %v", n, offset, got, want)
				}
			}
		}
	})
}

// TestAdamIsKeras spells one step out in float64; each of its few roundings
// costs at most half an ulp of something no larger than the operands.
func TestAdamIsKeras(t *testing.T) {
	w, m, v, g := []float32{0.5}, []float32{0.1}, []float32{0.02}, []float32{-0.3}
	const alpha, b1, b2, eps = 0.001, 0.1, 0.001, 1e-7
	wantM := 0.1 + (-0.3-0.1)*b1
	wantV := 0.02 + (0.09-0.02)*b2
	wantW := 0.5 - wantM*alpha/(math.Sqrt(wantV)+eps)
	portable.adam(w, m, v, g, alpha, b1, b2, eps)
	for _, c := range []struct {
		name string
		got  float32
		want float64
	}{{"m", m[0], wantM}, {"v", v[0], wantV}, {"w", w[0], wantW}} {
		if math.Abs(float64(c.got)-c.want) > 4*0x1p-24*math.Abs(c.want) {
			t.Errorf("%s is %v, want %v", c.name, c.got, c.want)
		}
	}
}

func TestMomentumIsKeras(t *testing.T) {
	for _, c := range []struct {
		nesterov bool
		w        float32
	}{
		{false, 0.5 + 0.25},
		{true, 0.5 + 0.5*0.25 - 0.25},
	} {
		w, m, g := []float32{0.5}, []float32{1}, []float32{0.25}
		e := newEngine("native", &portable, 1)
		e.Momentum(w, m, g, 1, 0.5, c.nesterov) // m = ½·1 − 1·¼ = ¼
		e.Close()
		if w[0] != c.w || m[0] != 0.25 {
			t.Errorf("nesterov %v: w %v, m %v, want %v, 0.25", c.nesterov, w[0], m[0], c.w)
		}
	}
}
