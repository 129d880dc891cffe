package oracle

import "math"

// First weights of a dense layer by the rows x that reach it.

// sum returns Σ factor·x·W of one row and unit, the bias left out.
func (d *Dense) sum(row []float64, unit int) float64 {
	s := 0.0
	for i, v := range row {
		s += v * d.Kernel.Value[i][unit] * d.factor()
	}
	return s
}

// Divide divides each unit's weights by the standard deviation of its sums over the
// rows, where that is not 0.
func (d *Dense) Divide(x Mat) {
	for j := range d.Kernel.Value[0] {
		mean, variance := 0.0, 0.0
		for _, row := range x {
			mean += d.sum(row, j) / float64(len(x))
		}
		for _, row := range x {
			variance += math.Pow(d.sum(row, j)-mean, 2) / float64(len(x))
		}
		if variance == 0 {
			continue
		}
		for i := range d.Kernel.Value {
			d.Kernel.Value[i][j] /= math.Sqrt(variance)
		}
	}
}

// MoveKinks sets each unit's bias to minus its sums at some rows, weighted by shares
// that are divided by their sum.
func (d *Dense) MoveKinks(x Mat, rows [][]int, shares [][]float64) {
	for j := range d.Bias.Value[0] {
		total, s := 0.0, 0.0
		for k, share := range shares[j] {
			total += share
			s += share * d.sum(x[rows[j][k]], j)
		}
		d.Bias.Value[0][j] = -s / total
	}
}
