package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func (op Op) String() string { return [...]string{"NN", "TN", "NT"}[op] }

// A gemmCase is one product, its matrices between guard bands.
type gemmCase struct {
	op      Op
	m, n, k int
	beta    float32
	offset  int
}

func (g gemmCase) String() string {
	return fmt.Sprintf("%v %d×%d×%d beta %v offset %d", g.op, g.m, g.n, g.k, g.beta, g.offset)
}

// inputs returns the matrices of a case; C is NaN where beta must ignore it.
func (g gemmCase) inputs() (a, b, c []float32, intact func() bool) {
	r := rand.New(rand.NewPCG(uint64(g.m)<<32|uint64(g.n), uint64(g.k)))
	a, okA := guarded(g.m*g.k, g.offset)
	b, okB := guarded(g.k*g.n, g.offset/2)
	c, okC := guarded(g.m*g.n, 7-g.offset)
	fill(r, a)
	fill(r, b)
	fill(r, c)
	if g.beta == 0 {
		for i := range c {
			c[i] = float32(math.NaN())
		}
	}
	return a, b, c, func() bool { return okA() && okB() && okC() }
}

// gammaBound is the oracle: the product in float64, and for each element the
// bound γₖ·Σ|a||b| of Higham, Accuracy and Stability of Numerical Algorithms
// (2002), §3.1, for a sum of terms products in float32, in whatever order.
func gammaBound(g gemmCase, a, b, c []float32) (want, bound []float64) {
	const u = 0x1p-24
	terms := float64(g.k + 1) // C counts as one
	gamma := terms * u / (1 - terms*u)
	want, bound = make([]float64, g.m*g.n), make([]float64, g.m*g.n)
	for i := range g.m {
		for j := range g.n {
			s, abs := 0.0, 0.0
			if g.beta != 0 {
				s = float64(c[i*g.n+j])
				abs = math.Abs(s)
			}
			for l := range g.k {
				ia, ib := i*g.k+l, l*g.n+j
				switch g.op {
				case TN:
					ia = l*g.m + i
				case NT:
					ib = j*g.k + l
				}
				p := float64(a[ia]) * float64(b[ib])
				s += p
				abs += math.Abs(p)
			}
			want[i*g.n+j], bound[i*g.n+j] = s, gamma*abs
		}
	}
	return want, bound
}

// gemmCases are the sizes 0 … 67 in each dimension in turn, the others drawn,
// and awkward large ones: past every blocking limit by one, or just below it.
func gemmCases(large bool) []gemmCase {
	r := rand.New(rand.NewPCG(4, 2))
	var cases []gemmCase
	for size := range 68 {
		for d := range 3 {
			s := [3]int{r.IntN(68), r.IntN(68), r.IntN(68)}
			s[d] = size
			cases = append(cases, gemmCase{Op((size + d) % 3), s[0], s[1], s[2], float32(r.IntN(2)), r.IntN(8)})
		}
	}
	if large {
		for _, s := range [][3]int{{10, 12, 8}, {257, 49, 33}, {9, 385, 65}, {65, 97, 513}, {3, 1, 1025}, {1, 530, 641}, {300, 1, 40}, {130, 200, 321}, {1025, 193, 9}} {
			for op := range Op(3) {
				cases = append(cases, gemmCase{op, s[0], s[1], s[2], float32(r.IntN(2)), r.IntN(8)})
			}
		}
	}
	return cases
}

func TestGemmAgainstFloat64(t *testing.T) {
	everyEngine(t, func(t *testing.T, e *Engine) {
		for _, g := range gemmCases(e.threads == 1) {
			a, b, c, intact := g.inputs()
			want, bound := gammaBound(g, a, b, c)
			e.Gemm(g.op, g.m, g.n, g.k, a, b, g.beta, c)
			if !intact() {
				t.Fatalf("%v: wrote outside C", g)
			}
			for i, w := range want {
				if d := math.Abs(float64(c[i]) - w); !(d <= bound[i]) {
					t.Fatalf("%v: c[%d][%d] is %v, want %v ± %.2g", g, i/g.n, i%g.n, c[i], w, bound[i])
				}
			}
		}
	})
}

// TestGemmIsFMA compares with the definition itself, bit for bit.
func TestGemmIsFMA(t *testing.T) {
	for _, l := range levels() {
		e := newEngine("native", l, 1)
		for _, g := range gemmCases(false)[:120] {
			a, b, c, _ := g.inputs()
			want := make([]float32, len(c))
			for i := range g.m {
				for j := range g.n {
					s := c[i*g.n+j]
					if g.beta == 0 {
						s = 0
					}
					for k := range g.k {
						switch g.op {
						case NN:
							s = FMA(a[i*g.k+k], b[k*g.n+j], s)
						case TN:
							s = FMA(a[k*g.m+i], b[k*g.n+j], s)
						case NT:
							s = FMA(a[i*g.k+k], b[j*g.k+k], s)
						}
					}
					want[i*g.n+j] = s
				}
			}
			e.Gemm(g.op, g.m, g.n, g.k, a, b, g.beta, c)
			if i := firstDifference(c, want); i >= 0 {
				t.Fatalf("%s: %v: c[%d][%d] is %v, want %v", l.name, g, i/g.n, i%g.n, c[i], want[i])
			}
		}
		e.Close()
	}
}

// TestGemmRoundsOnce adds products of one term to C, each of which goes wrong
// if it is rounded twice.
func TestGemmRoundsOnce(t *testing.T) {
	for _, l := range levels() {
		e := newEngine("native", l, 1)
		r := rand.New(rand.NewPCG(13, 13))
		for range 3000 {
			// One hard triple for all of a 2 × 7 product; rows and columns
			// beside the first change sign, and so the side of the middle.
			a, b, c := hardFMA(r)
			x, y, z := []float32{a, -a}, []float32{b, b, -b, b, -b, -b, b}, make([]float32, 14)
			for i := range z {
				z[i] = c
			}
			e.Gemm(NN, 2, 7, 1, x, y, 1, z)
			for i, got := range z {
				if want := exactFMA(x[i/7], y[i%7], c); got != want {
					t.Fatalf("%s: %x·%x + %x is %x, want %x", l.name, x[i/7], y[i%7], c, got, want)
				}
			}
		}
		e.Close()
	}
}

// TestGemmBitsAgree holds the levels and the numbers of threads against the
// portable level on one, on sizes that reach every path of blocking, packing
// and sharing out.
func TestGemmBitsAgree(t *testing.T) {
	for _, s := range [][3]int{{64, 250, 700}, {300, 96, 129}, {1100, 210, 40}, {40, 1000, 120}, {7, 3000, 60}, {3000, 5, 90}, {520, 1, 2100}} {
		for op := range Op(3) {
			g := gemmCase{op, s[0], s[1], s[2], float32(op % 2), 3}
			a, b, c, intact := g.inputs()
			run := func(l *level, threads int) []float32 {
				e := newEngine("native", l, threads)
				defer e.Close()
				got := append([]float32(nil), c...)
				e.Gemm(g.op, g.m, g.n, g.k, a, b, g.beta, got)
				return got
			}
			want := run(&portable, 2)
			for _, l := range levels() {
				for _, threads := range []int{1, 2, 3, 7} {
					if l == &portable && threads != 3 {
						continue // slow, and divided as the others are
					}
					got := run(l, threads)
					if i := firstDifference(got, want); i >= 0 {
						t.Fatalf("%s, %d threads: %v: c[%d][%d] is %v, want %v", l.name, threads, g, i/g.n, i%g.n, got[i], want[i])
					}
				}
			}
			if !intact() {
				t.Fatalf("%v: wrote outside C", g)
			}
		}
	}
}

// TestGemmSpecialValues puts NaN, infinities, denormals and signed zeros into
// A and B: they must reach exactly the elements of C that they belong to.
func TestGemmSpecialValues(t *testing.T) {
	special := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 0x1p-149, -0x1p-140, 0x1p-126, float32(math.Copysign(0, -1)), 0, math.MaxFloat32}
	r := rand.New(rand.NewPCG(5, 5))
	for _, s := range [][3]int{{5, 7, 3}, {33, 50, 20}, {70, 100, 40}} {
		for op := range Op(3) {
			g := gemmCase{op, s[0], s[1], s[2], 1, 0}
			a, b, c, _ := g.inputs()
			a[0] = special[0]
			for range len(a) / 50 {
				a[r.IntN(len(a))] = special[r.IntN(len(special))]
				b[r.IntN(len(b))] = special[r.IntN(len(special))]
			}
			var want []float32
			for _, l := range levels() {
				e := newEngine("native", l, 1)
				got := append([]float32(nil), c...)
				e.Gemm(g.op, g.m, g.n, g.k, a, b, g.beta, got)
				e.Close()
				if want == nil {
					want = got
				}
				if i := firstDifference(got, want); i >= 0 {
					t.Fatalf("%s: %v: c[%d][%d] is %v, want %v", l.name, g, i/g.n, i%g.n, got[i], want[i])
				}
			}
			nans := 0
			for _, v := range want {
				if v != v {
					nans++
				}
			}
			if nans == 0 || nans == len(want) {
				t.Errorf("%v: %d of %d elements are NaN, want some", g, nans, len(want))
			}
		}
	}
}

// TestGemmBias compares with Gemm and AddRow, one after the other.
func TestGemmBias(t *testing.T) {
	everyEngine(t, func(t *testing.T, e *Engine) {
		for _, g := range append(gemmCases(false), gemmCase{op: NN, m: 200, n: 110, k: 600}, gemmCase{op: TN, m: 70, n: 190, k: 150}) {
			g.beta = 0
			a, b, c, intact := g.inputs()
			bias := fill(rand.New(rand.NewPCG(14, 14)), make([]float32, g.n))
			want := make([]float32, len(c))
			e.Gemm(g.op, g.m, g.n, g.k, a, b, 0, want)
			e.AddRow(want, g.m, g.n, bias)
			e.GemmBias(g.op, g.m, g.n, g.k, a, b, bias, c)
			if i := firstDifference(c, want); i >= 0 || !intact() {
				t.Fatalf("%v: difference at %d, or wrote outside C", g, i)
			}
		}
	})
}

func TestGemmPanics(t *testing.T) {
	e := newEngine("native", &portable, 1)
	defer e.Close()
	x := make([]float32, 12)
	for name, f := range map[string]func(){
		"short A":  func() { e.Gemm(NN, 3, 4, 3, x[:8], x, 0, x) },
		"long B":   func() { e.Gemm(NN, 3, 4, 3, x[:9], x[:11], 0, x) },
		"short C":  func() { e.Gemm(NN, 3, 4, 3, x[:9], x, 0, x[:11]) },
		"beta ½":   func() { e.Gemm(NN, 3, 4, 3, x[:9], x, 0.5, x) },
		"negative": func() { e.Gemm(NN, -3, -4, 3, x[:9], x, 0, x) },
	} {
		func() {
			defer func() {
				if m, _ := recover().(string); len(m) < 8 || m[:8] != "kernel: " {
					t.Errorf("%s: panic %q, want one of the kernel's", name, m)
				}
			}()
			f()
		}()
	}
}

func FuzzGemm(f *testing.F) {
	f.Add(uint8(0), uint8(10), uint8(12), uint16(8), false, uint8(0), uint64(1))
	f.Add(uint8(1), uint8(67), uint8(50), uint16(700), true, uint8(3), uint64(2))
	f.Add(uint8(2), uint8(33), uint8(255), uint16(17), true, uint8(7), uint64(3))
	f.Fuzz(func(t *testing.T, op, m, n uint8, k uint16, add bool, offset uint8, seed uint64) {
		g := gemmCase{op: Op(op % 3), m: int(m), n: int(n), k: int(k % 1100), offset: int(offset % 8)}
		if g.m*g.n*g.k > 1<<22 {
			t.Skip("slow")
		}
		if add {
			g.beta = 1
		}
		a, b, c, intact := g.inputs()
		r := rand.New(rand.NewPCG(seed, 0))
		for i := range a { // any exponent
			a[i] = float32(math.Ldexp(float64(a[i]), r.IntN(60)-30))
		}
		want, bound := gammaBound(g, a, b, c)
		var first []float32
		for _, l := range levels() {
			e := newEngine("native", l, 1+r.IntN(3))
			e.Gemm(g.op, g.m, g.n, g.k, a, b, g.beta, c)
			e.Close()
			if !intact() {
				t.Fatalf("%s: %v: wrote outside C", l.name, g)
			}
			if first == nil {
				first = append([]float32{}, c...)
				for i, w := range want {
					if d := math.Abs(float64(c[i]) - w); !(d <= bound[i]) {
						t.Fatalf("%s: %v: c[%d] is %v, want %v ± %.2g", l.name, g, i, c[i], w, bound[i])
					}
				}
			}
			if i := firstDifference(c, first); i >= 0 {
				t.Fatalf("%s: %v: c[%d] is %v, want %v", l.name, g, i, c[i], first[i])
			}
			_, _, c, intact = g.inputs()
		}
	})
}
