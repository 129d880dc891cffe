package kernel

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
)

// gonum starts goroutines, and so allocates, once a product has four blocks
// of 64×64 or more; panels of C within three blocks keep it from that.
const (
	gonumRows = 64
	gonumCols = 192
)

// gemmGonum computes Gemm by gonum's Sgemm, whose rounding is its own.
func gemmGonum(op Op, m, n, k int, a, b []float32, beta float32, c []float32) {
	if k == 0 { // gonum leaves C alone, whatever beta is
		if beta == 0 {
			clear(c)
		}
		return
	}
	if beta == 0 {
		clear(c)
	}
	ta, tb := blas.NoTrans, blas.NoTrans
	lda, ldb := k, n
	switch op {
	case TN:
		ta, lda = blas.Trans, m
	case NT:
		tb, ldb = blas.Trans, k
	}
	impl := blas32.Implementation()
	for i := 0; i < m; i += gonumRows {
		rows := min(gonumRows, m-i)
		ai := a[i*k:]
		if op == TN {
			ai = a[i:]
		}
		for j := 0; j < n; j += gonumCols {
			cols := min(gonumCols, n-j)
			bj := b[j:]
			if op == NT {
				bj = b[j*k:]
			}
			impl.Sgemm(ta, tb, rows, cols, k, 1, ai, max(1, lda), bj, max(1, ldb), 1, c[i*n+j:], n)
		}
	}
}
