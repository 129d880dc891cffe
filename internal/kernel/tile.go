package kernel

const (
	maxRows = 8
	maxVecs = 3
	maxK    = 512                 // terms of a sum in one pass over a panel
	panelN  = maxK * maxVecs * 16 // room for a panel of B
)

// A tileFunc adds a register tile of a product to C:
//
//	for l := range k { for i < rows { for j < columns { c[i][j] = fma(a[i][l], b[l][j], c[i][j]) } } }
//
// Its name says how many rows and how many vectors of columns; the last vector
// has cols columns. Element a[i][l] stands i·ars + l·aks bytes after a, b[l][j]
// l·bks + 4j bytes after b, c[i][j] i·ldc + 4j bytes after c. With load 0 it
// starts from zero instead of C.
type tileFunc func(c *float32, ldc uintptr, a *float32, ars, aks uintptr, b *float32, bks, k, cols, load uintptr, next *float32)

// A packFunc also copies the rows of b it reads to panel, one after the other,
// zeros in the columns that b does not have.
type packFunc func(c *float32, ldc uintptr, a *float32, ars, aks uintptr, b *float32, bks, k, cols, load uintptr, next, panel *float32)

// A transposeFunc writes b[j][l] to panel[l][j] for 4, 8 or 16 rows of b and
// l < 4·steps; the rows are ldb bytes apart, those of the panel stride bytes.
type transposeFunc func(panel *float32, stride uintptr, b *float32, ldb, steps uintptr)

// tiles is the assembly under Gemm at one level.
type tiles struct {
	width      int // numbers in a vector
	rows, vecs int // the largest tile
	full       [maxRows][maxVecs]tileFunc
	pack       [maxVecs]packFunc // with the largest number of rows
	transpose  [3]transposeFunc  // of 4, 8, 16 rows
}

// part returns where part i of n divided into parts nearly equal begins.
func part(n, parts, i int) int { return n * i / parts }

// ceil returns n/d rounded up.
func ceil(n, d int) int { return (n + d - 1) / d }

const (
	blockRows = 256 // rows of A that stay in the second-level cache, times
	blockK    = 320 // this many terms
)

// block computes rows [i0, i1) and columns [j0, j1) of g. panel holds panelN
// numbers.
func (t *tiles) block(g *product, i0, i1, j0, j1 int, panel []float32) {
	blocks := ceil(i1-i0, blockRows)
	passes := ceil(g.k, blockK)
	vectors := ceil(j1-j0, t.width)
	panels := ceil(vectors, t.vecs)
	for ib := range blocks {
		r0, r1 := i0+part(i1-i0, blocks, ib), i0+part(i1-i0, blocks, ib+1)
		for p := range passes {
			l0, l1 := part(g.k, passes, p), part(g.k, passes, p+1)
			for q := range panels {
				v0, v1 := part(vectors, panels, q), part(vectors, panels, q+1)
				c0, c1 := j0+v0*t.width, min(j0+v1*t.width, j1)
				t.panel(g, r0, r1, c0, c1, l0, l1, panel)
			}
		}
	}
}

// panel adds terms [l0, l1) of rows [i0, i1) and columns [j0, j1), at most the
// width of the largest tile.
func (t *tiles) panel(g *product, i0, i1, j0, j1, l0, l1 int, panel []float32) {
	vecs := ceil(j1-j0, t.width)
	cols := uintptr(j1 - j0 - (vecs-1)*t.width)
	k := uintptr(l1 - l0)
	load := uintptr(1)
	if l0 == 0 && g.beta == 0 {
		load = 0
	}
	ldc := uintptr(4 * g.n)
	heights := ceil(i1-i0, t.rows)

	var b *float32
	var bks uintptr
	first := 0 // tiles computed while packing
	switch {
	case g.op == NT:
		t.transposePanel(panel, vecs*t.width, g.b[j0*g.k+l0:], g.k, j1-j0, l1-l0)
		b, bks = &panel[0], uintptr(4*vecs*t.width)
	default:
		b, bks = &g.b[l0*g.n+j0], uintptr(4*g.n)
		if heights > 2 && g.n > vecs*t.width {
			a, ars, aks := g.at(i0, l0)
			t.pack[vecs-1](&g.c[i0*g.n+j0], ldc, a, ars, aks, b, bks, k, cols, load, &g.c[i0*g.n+j0], &panel[0])
			b, bks = &panel[0], uintptr(4*vecs*t.width)
			i0 += t.rows
			heights = ceil(i1-i0, t.rows)
		}
	}
	_ = first
	for h := range heights {
		r0, r1 := i0+part(i1-i0, heights, h), i0+part(i1-i0, heights, h+1)
		a, ars, aks := g.at(r0, l0)
		t.full[r1-r0-1][vecs-1](&g.c[r0*g.n+j0], ldc, a, ars, aks, b, bks, k, cols, load, &g.c[r0*g.n+j0])
	}
}

// transposePanel writes b[j][l] to panel[l·width+j] for j < cols, l < k.
func (t *tiles) transposePanel(panel []float32, width int, b []float32, ldb, cols, k int) {
	steps := k / 4
	j := 0
	if steps > 0 {
		for i := len(t.transpose) - 1; i >= 0; i-- {
			if t.transpose[i] == nil {
				continue
			}
			for rows := 4 << i; j+rows <= cols; j += rows {
				t.transpose[i](&panel[j], uintptr(4*width), &b[j*ldb], uintptr(4*ldb), uintptr(steps))
			}
		}
	}
	for r := range cols {
		from := 4 * steps
		if r >= j {
			from = 0
		}
		row := b[r*ldb:][:k]
		for l := from; l < k; l++ {
			panel[l*width+r] = row[l]
		}
	}
}
