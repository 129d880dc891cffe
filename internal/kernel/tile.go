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
// starts from zero instead of C; at the end it adds bias[j], unless bias is nil.
// next is where the tile after this one will be.
type tileFunc func(c *float32, ldc uintptr, a *float32, ars, aks uintptr, b *float32, bks, k, cols, load uintptr, bias, next *float32)

// A packFunc also copies the rows of b it reads to panel, one after the other,
// zeros in the columns that b does not have.
type packFunc func(c *float32, ldc uintptr, a *float32, ars, aks uintptr, b *float32, bks, k, cols, load uintptr, bias, next, panel *float32)

// A transposeFunc writes b[j][l] to panel[l][j] for 4, 8 or 16 rows of b and
// l < 4·steps; the rows are ldb bytes apart, those of the panel stride bytes.
type transposeFunc func(panel *float32, stride uintptr, b *float32, ldb, steps uintptr)

// A copyFunc writes a[l][step·t + i] to panel t, row l, column i < tileRows, for
// one or eight panels t and l < k. Distances are in bytes.
type copyFunc func(panel *float32, panelStride uintptr, a *float32, lda, step, k uintptr)

// tiles is the assembly under Gemm at one level.
type tiles struct {
	width      int // numbers in a vector
	maxK       int // terms in one pass: blockRows × maxK of A stay in the second-level cache
	rows, vecs int // the largest tile
	full       [maxRows][maxVecs]tileFunc
	pack       [maxVecs]packFunc // with the largest number of rows
	transposes [3]transposeFunc  // of 4, 8, 16 rows; nil where there is none
	copyRows   [2]copyFunc       // for one tile and for eight
}

// ceil returns n/d rounded up.
func ceil(n, d int) int { return (n + d - 1) / d }

// A cut divides a length into parts that differ by at most one: the first
// ones, longer of them, are size + 1.
type cut struct{ size, longer int }

func cutInto(n, parts int) cut {
	if parts == 1 {
		return cut{n, 0}
	}
	return cut{n / parts, n % parts}
}

// len returns the length of part i.
func (c cut) len(i int) int {
	if i < c.longer {
		return c.size + 1
	}
	return c.size
}

// begin returns where part i begins.
func (c cut) begin(i int) int { return i*c.size + min(i, c.longer) }

// block computes rows [i0, i1) and columns [j0, j1) of g.
func (t *tiles) block(g *product, i0, i1, j0, j1 int, s *scratch) {
	vectors := ceil(j1-j0, t.width)
	panels := ceil(vectors, t.vecs)
	blocks := ceil(i1-i0, blockRows)
	passes := ceil(g.k, t.maxK)
	blockCut, passCut, panelCut := cutInto(i1-i0, blocks), cutInto(g.k, passes), cutInto(vectors, panels)
	for ib := range blocks {
		w := pass{product: *g, i0: i0 + blockCut.begin(ib), m: blockCut.len(ib)}
		w.heights = ceil(w.m, t.rows)
		w.tiles = cutInto(w.m, w.heights)
		for p := range passes {
			w.l0, w.k = passCut.begin(p), passCut.len(p)
			if packA(g, panels) {
				t.packBlock(&w, s.a)
			}
			j := j0
			for q := range panels {
				next := min(j+panelCut.len(q)*t.width, j1)
				t.panel(&w, j, next, s.b)
				j = next
			}
		}
	}
}

// packA says whether packing a block of A pays. Only the columns of a wide A,
// whose every term is on another page, are better not read in place.
func packA(g *product, panels int) bool { return g.op == TN && g.m >= 1024 && panels >= 4 }

// A pass is a part of a product: m rows from row i0 on, k terms from term l0.
type pass struct {
	product
	i0, m, l0, k int
	heights      int // the rows are divided into this many tiles
	tiles        cut
	packed       []float32 // A, or empty if it is read in place
}

// at returns where A's numbers for tile h, which begins at row i, stand and
// how far apart, in bytes, its rows and its terms are.
func (w *pass) at(h, i int) (a *float32, ars, aks uintptr) {
	switch {
	case len(w.packed) > 0:
		return &w.packed[h*tileRows*w.k], 4, 4 * tileRows
	case w.op == TN:
		return &w.a[w.l0*w.product.m+i], 4, uintptr(4 * w.product.m)
	}
	return &w.a[i*w.product.k+w.l0], uintptr(4 * w.product.k), 4
}

// packBlock copies A's numbers for a pass to buf, each tile's together. Where
// A has them it packs tileRows rows, even if the tile has fewer.
func (t *tiles) packBlock(w *pass, buf []float32) {
	lda := w.product.m
	size := tileRows * w.k
	for h := 0; h < w.heights; h++ {
		i := w.i0 + w.tiles.begin(h)
		from := w.a[w.l0*lda+i:]
		last := h + 7 // of eight tiles of one height
		rows := w.tiles.len(h)
		switch {
		case last < w.heights && w.tiles.len(last) == rows && w.i0+w.tiles.begin(last)+tileRows <= lda:
			t.copyRows[1](&buf[h*size], uintptr(4*size), &from[0], uintptr(4*lda), uintptr(4*rows), uintptr(w.k))
			h = last
		case i+tileRows <= lda:
			t.copyRows[0](&buf[h*size], 0, &from[0], uintptr(4*lda), 0, uintptr(w.k))
		default:
			to := buf[h*size:][:size]
			for l := range w.k {
				copy(to[l*tileRows:][:lda-i], from[l*lda:])
			}
		}
	}
	w.packed = buf
}

// panel computes columns [j0, j1) of a pass, at most the width of the largest
// tile. buf is for the panel of B, which all tiles of the pass read. The
// largest tile packs it on its way; transposing is a step of its own.
func (t *tiles) panel(w *pass, j0, j1 int, buf []float32) {
	vecs := ceil(j1-j0, t.width)
	cols := uintptr(j1 - j0 - (vecs-1)*t.width)
	k := uintptr(w.k)
	load := uintptr(1)
	if w.l0 == 0 && w.beta == 0 {
		load = 0
	}
	var bias *float32
	if len(w.bias) > 0 && w.l0+w.k == w.product.k {
		bias = &w.bias[j0]
	}
	n := w.n
	ldc := uintptr(4 * n)
	packed := uintptr(4 * vecs * t.width)
	var b *float32
	bks := uintptr(4 * n)
	pack := false
	if w.op == NT {
		t.transpose(buf, vecs*t.width, w.b[j0*w.product.k+w.l0:], w.product.k, j1-j0, w.k)
		b, bks = &buf[0], packed
	} else {
		b = &w.b[w.l0*n+j0]
		pack = w.heights > 2 && bks > packed && w.tiles.len(0) == t.rows
	}
	i := w.i0
	for h := range w.heights {
		rows := w.tiles.len(h)
		a, ars, aks := w.at(h, i)
		c := &w.c[i*n+j0]
		next := i + rows // where the next tile begins
		ahead := c
		if h < w.heights-1 {
			ahead = &w.c[next*n+j0]
		} else if j1 < n {
			ahead = &w.c[w.i0*n+j1]
		}
		if pack {
			t.pack[vecs-1](c, ldc, a, ars, aks, b, bks, k, cols, load, bias, ahead, &buf[0])
			b, bks, pack = &buf[0], packed, false
		} else {
			t.full[rows-1][vecs-1](c, ldc, a, ars, aks, b, bks, k, cols, load, bias, ahead)
		}
		i = next
	}
}

// small computes a whole product that one panel of B without packing can do:
// what block does, for the price of a few tiles.
func (t *tiles) small(op Op, m, n, k int, a, b []float32, load uintptr, c []float32, bias *float32, panel []float32) {
	vecs := ceil(n, t.width)
	cols := uintptr(n - (vecs-1)*t.width)
	ldc := uintptr(4 * n)
	from, bks := &b[0], ldc
	if op == NT {
		t.transpose(panel, vecs*t.width, b, k, n, k)
		from, bks = &panel[0], uintptr(4*vecs*t.width)
	}
	row, ars, aks := k, uintptr(4*k), uintptr(4)
	if op == TN {
		row, ars, aks = 1, 4, uintptr(4*m)
	}
	heights := 1
	if m > t.rows {
		heights = ceil(m, t.rows)
	}
	tiles := cutInto(m, heights)
	i := 0
	for h := range heights {
		rows := tiles.len(h)
		to := &c[i*n]
		t.full[rows-1][vecs-1](to, ldc, &a[i*row], ars, aks, from, bks, uintptr(k), cols, load, bias, to)
		i += rows
	}
}

// isSmall says whether small can and should compute a product.
func (t *tiles) isSmall(m, n, k int) bool { return n <= t.vecs*t.width && k <= t.maxK && m <= 64 }

// transpose writes b[j][l] to panel[l·width+j] for j < cols, l < k.
func (t *tiles) transpose(panel []float32, width int, b []float32, ldb, cols, k int) {
	steps := k / 4
	j := 0
	if steps > 0 {
		for i := len(t.transposes) - 1; i >= 0; i-- {
			if t.transposes[i] == nil {
				continue
			}
			for rows := 4 << i; j+rows <= cols; j += rows {
				t.transposes[i](&panel[j], uintptr(4*width), &b[j*ldb], uintptr(4*ldb), uintptr(steps))
			}
		}
	}
	r, from := 0, 4*steps // what is left: the last terms of rows before j, all of the others
	if from == k {
		r = j
	}
	for ; r < cols; r++ {
		if r >= j {
			from = 0
		}
		row := b[r*ldb:][:k]
		for l := from; l < k; l++ {
			panel[l*width+r] = row[l]
		}
	}
}
