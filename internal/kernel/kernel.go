// Package kernel holds the arithmetic in which training spends its time: matrix
// products and a few vector loops, with the same bits on every machine and for
// every number of threads. In flow row-major slices of float32, out come others; an
// Engine does the work, and SIMD.md says how.
//
// The words for parts of a product, from the largest to the smallest:
//
//	unit   what a thread takes at a time: rows × columns of C; of a vector, unitLen numbers
//	block  up to blockRows rows of A within a unit
//	pass   a block over up to maxK terms of the sum, whose A stays in the second-level cache
//	panel  up to vecs vectors of columns within a pass, whose B is read by every tile
//	tile   rows × vectors of C that stay in registers while the terms of a pass are added
//
// A partition divides a length into parts of (nearly) equal size: rows into blocks,
// terms into passes, vectors into panels, rows of a block into tiles.
package kernel

// Op says which product Gemm computes. Matrices are dense and row-major;
// weights are stored in × out, as Keras stores them.
type Op uint8

// The three products of a dense layer.
const (
	NN Op = iota // C = A·B    A m×k, B k×n: y  = x·W
	TN           // C = Aᵀ·B   A k×m, B k×n: dW = xᵀ·dy
	NT           // C = A·Bᵀ   A m×k, B n×k: dx = dy·Wᵀ
)
