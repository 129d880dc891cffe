package nn

import (
	"math"

	"mlp/internal/rng"
	"mlp/internal/spec"
)

var _ = Initializers.Add("orthogonal",
	"rows or columns, the fewer ones, orthogonal and as long as gain (Saxe et al. 2014)",
	func(f *spec.Fields) Initializer {
		gain := f.Float("gain", 1, "length of each row or column")
		return matrixFill{seeded(f, func(w []float32, shape []int, s rng.Stream) {
			fillOrthogonal(w, shape[0], shape[1], gain, s)
		})}
	}, "orthogonal_initializer")

// fillOrthogonal takes the Q of a QR decomposition of normal draws, its columns'
// signs such that R has a positive diagonal: then Q is uniform over orthogonal
// matrices (Mezzadri 2007), and Gram–Schmidt has these signs by itself. The few
// vectors of many numbers are stored one after the other, as rows.
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
			along := product(u, v)
			for j := range v {
				v[j] -= float64(along * u[j])
			}
		}
	}
	norm := math.Sqrt(product(v, v))
	for j := range v {
		v[j] /= norm
	}
}

// product returns Σ u·v in four sums, which a processor can add at once.
func product(u, v []float64) float64 {
	var s [4]float64
	n := len(v) &^ 3
	for j := 0; j < n; j += 4 {
		a, b := u[j:j+4:j+4], v[j:j+4:j+4]
		s[0] += float64(a[0] * b[0])
		s[1] += float64(a[1] * b[1])
		s[2] += float64(a[2] * b[2])
		s[3] += float64(a[3] * b[3])
	}
	for j := n; j < len(v); j++ {
		s[0] += float64(u[j] * v[j])
	}
	return (s[0] + s[1]) + (s[2] + s[3])
}
