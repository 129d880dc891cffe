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
	e.product(op, m, n, k, a, b, beta, nil, c)
}

// GemmBias computes C = op(A, B) and adds bias to every row: the bits of Gemm
// with beta 0 and AddRow, in one pass over C.
func (e *Engine) GemmBias(op Op, m, n, k int, a, b, bias, c []float32) {
	check("GemmBias", "bias", len(bias), n)
	e.product(op, m, n, k, a, b, 0, bias, c)
}

// product chooses the path for a product's size and computes it.
func (e *Engine) product(op Op, m, n, k int, a, b []float32, beta float32, bias, c []float32) {
	if m < 0 || n < 0 || k < 0 {
		panic(fmt.Sprintf("kernel: Gemm: negative size %d × %d × %d", m, n, k))
	}
	if len(a) != m*k || len(b) != k*n || len(c) != m*n {
		check("Gemm", "A", len(a), m*k)
		check("Gemm", "B", len(b), k*n)
		check("Gemm", "C", len(c), m*n)
	}
	if len(c) == 0 {
		return
	}
	if n == 1 && m > 1 && !e.gonum {
		e.column(op, m, k, a, b, beta, bias, c)
		return
	}
	tile := e.level.tile
	switch {
	case k == 0:
		if beta == 0 {
			clear(c)
		}
		if bias != nil {
			e.level.addRow(c, m, n, bias)
		}
	case e.gonum:
		gemmGonum(op, m, n, k, a, b, beta, c)
		if bias != nil {
			e.level.addRow(c, m, n, bias)
		}
	case tile != nil && tile.isSmall(m, n, k):
		var from *float32
		if bias != nil {
			from = &bias[0]
		}
		tile.small(op, m, n, k, a, b, uintptr(beta), c, from, e.pool.own.b)
	default:
		g := product{op: op, m: m, n: n, k: k, a: a, b: b, beta: beta, bias: bias, c: c, tile: tile, rowParts: 1, colParts: 1}
		if e.threads == 1 || m*max(n, 16)*k < threadedProduct {
			g.block(0, m, 0, n, e.pool.own)
			return
		}
		g.divide(e.threads)
		e.gemm = g
		e.pool.run(&e.gemm, g.rowParts*g.colParts)
		e.gemm = product{} // let go of the matrices
	}
}

// column computes a product whose C is one column. That is a row in memory, so
// C's transpose is computed, Bᵀ·Aᵀ, in which a vector holds rows of A: the same
// sums, since a·b is b·a.
func (e *Engine) column(op Op, m, k int, a, b []float32, beta float32, bias, c []float32) {
	form := NT // A is m×k
	if op == TN {
		form = NN // A is k×m
	}
	e.product(form, 1, m, k, b, a, beta, nil, c)
	if bias != nil {
		for i := range c {
			c[i] += bias[0]
		}
	}
}

// threadedProduct is the least m·n·k worth a second thread, a few microseconds
// of work. Columns count as a vector at least: a narrow C takes as long.
const threadedProduct = 1 << 19

// A product is one call of Gemm. No size in it is zero.
type product struct {
	op      Op
	m, n, k int
	a, b, c []float32
	beta    float32
	bias    []float32 // added to every row of C at the end, unless empty

	tile               *tiles // nil: portable
	rowParts, colParts int    // C is divided into rowParts × colParts units
}

// divide divides C into units for some threads, twice as many units as threads
// when they are big, so that a thread delayed by other programs does less. Dividing
// columns packs nothing twice, so it is preferred.
func (g *product) divide(threads int) {
	parts := threads
	if g.m*g.n*g.k/threads >= 1<<25 {
		parts *= 2
	}
	const leastCols, leastRows = 96, 16
	g.colParts = max(1, min(parts, g.n/leastCols))
	g.rowParts = max(1, min(ceil(parts, g.colParts), g.m/leastRows))
}

// unit computes unit i of C. Columns are divided between vectors.
func (g *product) unit(i int, s *scratch) {
	const vector = 16
	rows, cols := partitionInto(g.m, g.rowParts), partitionInto(ceil(g.n, vector), g.colParts)
	r, c := i/g.colParts, i%g.colParts
	g.block(rows.begin(r), rows.begin(r+1), vector*cols.begin(c), min(g.n, vector*cols.begin(c+1)), s)
}

// block computes rows [i0, i1) and columns [j0, j1) of C.
func (g *product) block(i0, i1, j0, j1 int, s *scratch) {
	if g.tile == nil {
		gemmPortable(g, i0, i1, j0, j1)
		return
	}
	g.tile.block(g, i0, i1, j0, j1, s)
}
