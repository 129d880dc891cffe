package kernel

import "math"

// gemmPortable computes rows [i0, i1) and columns [j0, j1) of g, as the
// definition of Gemm reads: four columns of a row at a time, each over all
// terms in order. It carries no build tag, so that every machine tests it.
func gemmPortable(g *product, i0, i1, j0, j1 int) {
	ai, al := g.k, 1 // how far apart A's numbers for the next row, the next term are
	if g.op == TN {
		ai, al = 1, g.m
	}
	bj, bl := 1, g.n // and B's, for the next column and term
	if g.op == NT {
		bj, bl = g.k, 1
	}
	four := fmaFour
	if compilerFuses {
		four = fusedFour
	}
	for i := i0; i < i1; i++ {
		row := g.c[i*g.n+j0 : i*g.n+j1]
		if g.beta == 0 {
			clear(row)
		}
		a := g.a[i*ai:]
		j := 0
		for ; j+4 <= len(row); j += 4 {
			four((*[4]float32)(row[j:]), g.k, a, al, g.b[(j0+j)*bj:], bl, bj)
		}
		for ; j < len(row); j++ {
			s := row[j]
			b := g.b[(j0+j)*bj:]
			for l := range g.k {
				s = FMA(a[l*al], b[l*bl], s)
			}
			row[j] = s
		}
		if len(g.bias) > 0 {
			for j, v := range g.bias[j0:j1] {
				row[j] += v
			}
		}
	}
}

// fmaFour computes c[j] = fma(a[l·al], b[l·bl + j·bj], c[j]) for l < k, j < 4.
// It is FMA four times over, with one branch for the rare cases of all four.
func fmaFour(c *[4]float32, k int, a []float32, al int, b []float32, bl, bj int) {
	c0, c1, c2, c3 := float64(c[0]), float64(c[1]), float64(c[2]), float64(c[3])
	for l := range k {
		x := float64(a[l*al])
		q := l * bl
		b0, b1, b2, b3 := float64(b[q]), float64(b[q+bj]), float64(b[q+2*bj]), float64(b[q+3*bj])
		s0, s1, s2, s3 := x*b0+c0, x*b1+c1, x*b2+c2, x*b3+c3
		if roundsTwice(s0)|roundsTwice(s1)|roundsTwice(s2)|roundsTwice(s3) < 0 {
			c0 = float64(fmaOdd(x*b0, c0, s0))
			c1 = float64(fmaOdd(x*b1, c1, s1))
			c2 = float64(fmaOdd(x*b2, c2, s2))
			c3 = float64(fmaOdd(x*b3, c3, s3))
			continue
		}
		c0, c1, c2, c3 = float64(float32(s0)), float64(float32(s1)), float64(float32(s2)), float64(float32(s3))
	}
	*c = [4]float32{float32(c0), float32(c1), float32(c2), float32(c3)}
}

// roundsTwice is negative if converting s to float32 may go wrong: the two
// conditions of FMA, without a branch.
func roundsTwice(s float64) int64 {
	u := math.Float64bits(s)
	tie := int64(u&(1<<29-1)^1<<28) - 1
	small := int64(u<<1>>53) - 897
	return tie | small
}

// fusedFour is fmaFour where the compiler makes one instruction of x·b + c, as
// it does on arm64 and others; compilerFuses tests for that.
func fusedFour(c *[4]float32, k int, a []float32, al int, b []float32, bl, bj int) {
	c0, c1, c2, c3 := c[0], c[1], c[2], c[3]
	for l := range k {
		x := a[l*al]
		q := l * bl
		c0 = x*b[q] + c0
		c1 = x*b[q+bj] + c1
		c2 = x*b[q+2*bj] + c2
		c3 = x*b[q+3*bj] + c3
	}
	*c = [4]float32{c0, c1, c2, c3}
}

// compilerFuses is found out by four sums that differ if rounded twice.
var compilerFuses = func() bool {
	x, b := []float32{1 + 0x1p-23}, []float32{1 - 0x1p-23, 1 - 0x1p-22, 1 + 0x1p-23, 1 - 0x3p-23}
	c := [4]float32{-1, -1, -1, -1}
	want := c
	fusedFour(&c, 1, x, 1, b, 4, 1)
	fmaFour(&want, 1, x, 1, b, 4, 1)
	return c == want
}()
