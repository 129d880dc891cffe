package kernel

// packA says whether packing a block of A pays. Only the columns of a wide A,
// whose every term is on another page, are better not read in place.
func packA(g *product, panels int) bool { return g.op == TN && g.m >= 1024 && panels >= 4 }

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

// copyPanel writes b[l][j] to panel[l·width+j] for j < cols, l < k.
func copyPanel(panel []float32, width int, b []float32, ldb, cols, k int) {
	for l := range k {
		copy(panel[l*width:][:cols], b[l*ldb:])
	}
}

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
