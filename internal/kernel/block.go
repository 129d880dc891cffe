package kernel

// ceil returns n/d rounded up.
func ceil(n, d int) int { return (n + d - 1) / d }

// A partition divides a length into parts whose sizes differ by at most one: the
// first ones, longer of them, are size + 1.
type partition struct{ size, longer int }

// partitionInto divides n into so many parts, 1 or more.
func partitionInto(n, parts int) partition {
	if parts == 1 {
		return partition{n, 0}
	}
	return partition{n / parts, n % parts}
}

// len returns the length of part i.
func (p partition) len(i int) int {
	if i < p.longer {
		return p.size + 1
	}
	return p.size
}

// begin returns where part i begins.
func (p partition) begin(i int) int { return i*p.size + min(i, p.longer) }

// block computes rows [i0, i1) and columns [j0, j1) of g.
func (t *tiles) block(g *product, i0, i1, j0, j1 int, s *scratch) {
	vectors := ceil(j1-j0, t.width)
	panels := ceil(vectors, t.vecs)
	blocks := ceil(i1-i0, blockRows)
	passes := ceil(g.k, t.maxK)
	byBlock, byPass, byPanel := partitionInto(i1-i0, blocks), partitionInto(g.k, passes), partitionInto(vectors, panels)
	for ib := range blocks {
		w := pass{product: *g, i0: i0 + byBlock.begin(ib), m: byBlock.len(ib)}
		w.heights = ceil(w.m, t.rows)
		w.tiles = partitionInto(w.m, w.heights)
		for p := range passes {
			w.l0, w.k = byPass.begin(p), byPass.len(p)
			if !t.whole && packA(g, panels) {
				t.packBlock(&w, s.a)
			}
			j := j0
			for q := range panels {
				next := min(j+byPanel.len(q)*t.width, j1)
				t.panel(&w, j, next, s)
				j = next
			}
		}
	}
}

// A pass is a part of a product: m rows from row i0 on, k terms from term l0.
type pass struct {
	product
	i0, m, l0, k int
	heights      int // the rows are divided into this many tiles
	tiles        partition
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

// panel computes columns [j0, j1) of a pass, at most the width of the largest
// tile. All tiles of the pass read one panel of B. The
// largest tile packs it on its way; transposing is a step of its own.
func (t *tiles) panel(w *pass, j0, j1 int, s *scratch) {
	buf := s.b
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
	} else if t.whole {
		copyPanel(buf, vecs*t.width, w.b[w.l0*n+j0:], n, j1-j0, w.k)
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
		} else if t.whole && int(cols) < t.width {
			t.edge(rows, vecs, c, n, a, ars, aks, b, bks, k, cols, load, bias, s)
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
	tiles := partitionInto(m, heights)
	i := 0
	for h := range heights {
		rows := tiles.len(h)
		to := &c[i*n]
		t.full[rows-1][vecs-1](to, ldc, &a[i*row], ars, aks, from, bks, uintptr(k), cols, load, bias, to)
		i += rows
	}
}

// isSmall reports whether small can compute a product, and is faster than block.
func (t *tiles) isSmall(m, n, k int) bool {
	return !t.whole && n <= t.vecs*t.width && k <= t.maxK && m <= 64
}
