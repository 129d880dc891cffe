package kernel

const (
	maxRows = 8
	maxVecs = 3

	blockRows = 256 // rows of A in one pass
	tileRows  = 8   // rows of A side by side in a packed block
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
	maxK       int // terms in one pass: blockRows × maxK of A stay in the second-level cache
	rows, vecs int // the largest tile
	full       [maxRows][maxVecs]tileFunc
	pack       [maxVecs]packFunc // with the largest number of rows
	transpose  [3]transposeFunc  // of 4, 8, 16 rows
}

// part returns where part i of n divided into parts nearly equal begins; the
// first part is among the largest.
func part(n, parts, i int) int { return ceil(n*i, parts) }

// ceil returns n/d rounded up.
func ceil(n, d int) int { return (n + d - 1) / d }

// A scratch is the memory one thread packs into.
type scratch struct {
	a []float32 // a block of A, tileRows rows side by side
	b []float32 // a panel of B
}

func (l *level) newScratch() *scratch {
	t := l.tile
	if t == nil {
		return &scratch{}
	}
	return &scratch{
		a: make([]float32, ceil(blockRows, t.rows)*tileRows*t.maxK),
		b: make([]float32, t.maxK*t.vecs*t.width),
	}
}

// block computes rows [i0, i1) and columns [j0, j1) of g.
func (t *tiles) block(g *product, i0, i1, j0, j1 int, s *scratch) {
	blocks := ceil(i1-i0, blockRows)
	passes := ceil(g.k, t.maxK)
	vectors := ceil(j1-j0, t.width)
	panels := ceil(vectors, t.vecs)
	for ib := range blocks {
		r0, r1 := i0+part(i1-i0, blocks, ib), i0+part(i1-i0, blocks, ib+1)
		for p := range passes {
			l0, l1 := part(g.k, passes, p), part(g.k, passes, p+1)
			w := pass{product: g, i0: r0, i1: r1, l0: l0, l1: l1, heights: ceil(r1-r0, t.rows)}
			if packA(g, panels) {
				t.packBlock(&w, s.a)
			}
			for q := range panels {
				v0, v1 := part(vectors, panels, q), part(vectors, panels, q+1)
				c0, c1 := j0+v0*t.width, min(j0+v1*t.width, j1)
				t.panel(&w, c0, c1, s.b)
			}
		}
	}
}

// packA says whether packing a block of A pays. Only the columns of a wide A,
// whose every term is on another page, are better not read in place.
func packA(g *product, panels int) bool { return g.op == TN && g.m >= 1024 && panels >= 4 }

// A pass is the part of a product between two packings of A: some rows and
// some terms of it.
type pass struct {
	*product
	i0, i1, l0, l1 int
	heights        int       // the rows are divided into this many tiles
	packed         []float32 // A, or empty if it is read in place
}

// tileAt returns where A's numbers for the tile that begins at row i stand.
func (w *pass) tileAt(h, i int) (a *float32, ars, aks uintptr) {
	if len(w.packed) > 0 {
		return &w.packed[h*tileRows*(w.l1-w.l0)], 4, 4 * tileRows
	}
	return w.at(i, w.l0)
}

// rows returns the rows of tile h.
func (w *pass) rows(h int) (int, int) {
	return w.i0 + part(w.i1-w.i0, w.heights, h), w.i0 + part(w.i1-w.i0, w.heights, h+1)
}

func (t *tiles) packBlock(w *pass, buf []float32) {
	k := w.l1 - w.l0
	for h := range w.heights {
		r0, _ := w.rows(h)
		n := min(tileRows, w.m-r0)
		to := buf[h*tileRows*k:][:tileRows*k]
		switch {
		case w.op != TN:
			t.transposePanel(to, tileRows, w.a[r0*w.k+w.l0:], w.k, n, k)
		case n == tileRows:
			copyRows8(&to[0], 4*tileRows, &w.a[w.l0*w.m+r0], uintptr(4*w.m), uintptr(k))
		default:
			for l := range k {
				copy(to[l*tileRows:], w.a[(w.l0+l)*w.m+r0:][:n])
			}
		}
	}
	w.packed = buf
}

// panel computes columns [j0, j1) of a pass, at most the width of the largest
// tile.
func (t *tiles) panel(w *pass, j0, j1 int, panel []float32) {
	vecs := ceil(j1-j0, t.width)
	cols := uintptr(j1 - j0 - (vecs-1)*t.width)
	k := uintptr(w.l1 - w.l0)
	load := uintptr(1)
	if w.l0 == 0 && w.beta == 0 {
		load = 0
	}
	ldc := uintptr(4 * w.n)
	first := 0
	var b *float32
	var bks uintptr
	if w.op == NT {
		t.transposePanel(panel, vecs*t.width, w.b[j0*w.k+w.l0:], w.k, j1-j0, int(k))
		b, bks = &panel[0], uintptr(4*vecs*t.width)
	} else {
		b, bks = &w.b[w.l0*w.n+j0], uintptr(4*w.n)
		r0, r1 := w.rows(0)
		if w.heights > 2 && w.n > vecs*t.width && r1-r0 == t.rows {
			a, ars, aks := w.tileAt(0, r0)
			t.pack[vecs-1](&w.c[r0*w.n+j0], ldc, a, ars, aks, b, bks, k, cols, load, &w.c[r1*w.n+j0], &panel[0])
			b, bks = &panel[0], uintptr(4*vecs*t.width)
			first = 1
		}
	}
	r0, r1 := w.rows(first)
	for h := first; ; {
		a, ars, aks := w.tileAt(h, r0)
		tile := t.full[r1-r0-1][vecs-1]
		from := &w.c[r0*w.n+j0]
		if h++; h == w.heights {
			r0, _ = w.rows(0)
			tile(from, ldc, a, ars, aks, b, bks, k, cols, load, &w.c[r0*w.n+min(j1, w.n-1)])
			break
		}
		r0, r1 = w.rows(h)
		tile(from, ldc, a, ars, aks, b, bks, k, cols, load, &w.c[r0*w.n+j0])
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
