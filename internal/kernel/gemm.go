package kernel

import "fmt"

// Gemm computes C = op(A, B) + beta·C for beta 0, which ignores what C holds,
// or 1. C is m×n and every sum has k terms; Op gives the shapes of A and B.
// C must not overlap A or B.
//
// Each element is c = fma(a, b, c) over k in increasing order, starting from
// zero or from C.
func (e *Engine) Gemm(op Op, m, n, k int, a, b []float32, beta float32, c []float32) {
	if m < 0 || n < 0 || k < 0 || beta != 0 && beta != 1 {
		panic(fmt.Sprintf("kernel: Gemm: %d × %d × %d with beta %v: sizes must not be negative, beta 0 or 1", m, n, k, beta))
	}
	check("Gemm", "A", len(a), m*k)
	check("Gemm", "B", len(b), k*n)
	check("Gemm", "C", len(c), m*n)
	if k == 0 && beta == 0 {
		clear(c)
	}
	if len(c) == 0 || k == 0 {
		return
	}
	if e.name == "gonum" {
		gemmGonum(op, m, n, k, a, b, beta, c)
		return
	}
	e.gemm = product{op: op, m: m, n: n, k: k, a: a, b: b, beta: beta, c: c}
	if e.level.tile == nil {
		gemmPortable(&e.gemm, 0, m, 0, n)
		return
	}
	e.level.tile.block(&e.gemm, 0, m, 0, n, e.panel)
}

// A product is one call of Gemm. No size in it is zero.
type product struct {
	op      Op
	m, n, k int
	a, b, c []float32
	beta    float32
}

// at returns where the element of A that meets row i of C and term l stands,
// and how far apart, in bytes, the next row and the next term are.
func (g *product) at(i, l int) (a *float32, ars, aks uintptr) {
	if g.op == TN {
		return &g.a[l*g.m+i], 4, uintptr(4 * g.m)
	}
	return &g.a[i*g.k+l], uintptr(4 * g.k), 4
}
