package kernel

import "unsafe"

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
// next is where the tile after this one will be, for prefetching.
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
	width      int  // numbers in a vector
	maxK       int  // terms in one pass: blockRows × maxK of A stay in the second-level cache
	rows, vecs int  // the largest tile
	whole      bool // the tiles take whole vectors only, and pack, transposes and copyRows are unset
	full       [maxRows][maxVecs]tileFunc
	pack       [maxVecs]packFunc // with the largest number of rows
	transposes [3]transposeFunc  // of 4, 8, 16 rows; nil where there is none
	copyRows   [2]copyFunc       // for one tile and for eight
}

// edge runs a tile of whole vectors on a copy of C, where C's last vector has
// fewer columns. What it computes in the other columns comes from old numbers
// in the panel and is dropped.
func (t *tiles) edge(rows, vecs int, c *float32, n int, a *float32, ars, aks uintptr, b *float32, bks, k, cols, load uintptr, bias *float32, s *scratch) {
	width := vecs * t.width
	have := width - t.width + int(cols)
	from := unsafe.Slice(c, (rows-1)*n+have)
	for i := range rows {
		copy(s.edge[i*width:][:have], from[i*n:])
	}
	if bias != nil {
		copy(s.bias[:have], unsafe.Slice(bias, have))
		bias = &s.bias[0]
	}
	t.full[rows-1][vecs-1](&s.edge[0], uintptr(4*width), a, ars, aks, b, bks, k, uintptr(t.width), load, bias, c)
	for i := range rows {
		copy(from[i*n:][:have], s.edge[i*width:])
	}
}
