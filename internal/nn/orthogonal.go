package nn

import (
	"math"

	"mlp/internal/rng"
	"mlp/internal/spec"
)

var _ = Initializers.Add("orthogonal", "rows or columns, the fewer ones, orthogonal and as long as gain (Saxe et al. 2014)", func(f *spec.Fields) Initializer {
	gain := f.Float("gain", 1, "length of each row or column")
	return matrixFill{seeded(f, func(w []float32, shape []int, s rng.Stream) {
		fillOrthogonal(w, shape[0], shape[1], gain, s)
	})}
}, "orthogonal_initializer")

// fillOrthogonal takes the Q of a QR decomposition of normal draws, its columns'
// signs such that R has a positive diagonal: then Q is uniform among orthogonal
// matrices (Mezzadri 2007), and Gram–Schmidt has these signs by itself. The few
// vectors of many numbers are kept one after the other, as rows.
func fillOrthogonal(w []float32, rows, cols int, gain float64, s rng.Stream) {
	few, many := min(rows, cols), max(rows, cols)
	q := make([][]float64, few)
	for i := range q {
		q[i] = make([]float64, many)
		for j := range q[i] {
			q[i][j] = s.Normal(uint64(i*many + j))
		}
		orthonormalize(q[i], q[:i])
	}
	for i := range rows {
		for j := range cols {
			if rows < cols {
				w[i*cols+j] = float32(gain * q[i][j])
			} else {
				w[i*cols+j] = float32(gain * q[j][i])
			}
		}
	}
}

// orthonormalize subtracts from v its parts along the orthonormal rows of q and
// divides by what is left; a second pass removes what rounding left of them in
// the first ("twice is enough", Giraud, Langou & Rozložník 2005).
func orthonormalize(v []float64, q [][]float64) {
	for range 2 {
		for _, u := range q {
			along := 0.0
			for j := range v {
				along += float64(u[j] * v[j])
			}
			for j := range v {
				v[j] -= float64(along * u[j])
			}
		}
	}
	square := 0.0
	for _, x := range v {
		square += float64(x * x)
	}
	norm := math.Sqrt(square)
	for j := range v {
		v[j] /= norm
	}
}
