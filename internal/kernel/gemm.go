package kernel

import "fmt"

// Gemm computes C = op(A, B) + beta·C for beta 0, which ignores what C holds,
// or 1. C is m×n and every sum has k terms; Op gives the shapes of A and B.
// C must not overlap A or B.
//
// Each element is c = fma(a, b, c) over k in increasing order, starting from
// zero or from C.
func (e *Engine) Gemm(op Op, m, n, k int, a, b []float32, beta float32, c []float32) {
	if beta != 0 && beta != 1 {
		panic(fmt.Sprintf("kernel: Gemm: beta is %v, want 0 or 1", beta))
	}
	if m < 0 || n < 0 || k < 0 {
		panic(fmt.Sprintf("kernel: Gemm: negative size %d × %d × %d", m, n, k))
	}
	check("Gemm", "A", len(a), m*k)
	check("Gemm", "B", len(b), k*n)
	check("Gemm", "C", len(c), m*n)
	if e.name == "gonum" {
		gemmGonum(op, m, n, k, a, b, beta, c)
		return
	}
	gemmPortable(op, m, n, k, a, b, beta, c)
}
