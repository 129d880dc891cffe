// Package kernel holds the arithmetic in which training spends its time: matrix
// products and a few vector loops, with the same bits on every machine and for
// every number of threads.
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
