package oracle

import "math"

// L1L2 returns l1·Σ|w| + l2·Σw² and its gradient.
func L1L2(l1, l2 float64, w Mat) (float64, Mat) {
	v, g := 0.0, like(w)
	for i := range w {
		for j, x := range w[i] {
			v += l1*math.Abs(x) + l2*x*x
			g[i][j] = l1*sign(x) + 2*l2*x
		}
	}
	return v, g
}

// Orthogonal returns factor·½·Σ_{i≠j}|r̂_i·r̂_j| / (n(n−1)/2) over the n rows of w,
// each divided by its norm, at least ε; and its gradient.
func Orthogonal(factor float64, w Mat) (float64, Mat) {
	n := float64(len(w))
	unit, norm := like(w), make([]float64, len(w))
	for i, row := range w {
		norm[i] = math.Sqrt(math.Max(dot(row, row), eps*eps))
		for j, x := range row {
			unit[i][j] = x / norm[i]
		}
	}
	v, g := 0.0, like(w)
	scale := factor / (n * (n - 1) / 2)
	for i := range w {
		du := make([]float64, len(w[i])) // ∂v/∂r̂_i
		for k := range w {
			if k == i {
				continue
			}
			c := dot(unit[i], unit[k])
			v += scale / 2 * math.Abs(c)
			for j := range du {
				du[j] += scale * sign(c) * unit[k][j]
			}
		}
		for j := range du {
			g[i][j] = (du[j] - unit[i][j]*dot(du, unit[i])) / norm[i]
		}
	}
	return v, g
}

// Transposed returns m with rows and columns exchanged.
func Transposed(m Mat) Mat {
	t := Zeros(len(m[0]), len(m))
	for i := range m {
		for j, v := range m[i] {
			t[j][i] = v
		}
	}
	return t
}

// MinMaxNorm scales each column of w so that its norm n becomes
// rate·clip(n, lo, hi) + (1 − rate)·n, dividing by ε + n. MaxNorm is lo 0, rate 1;
// UnitNorm is lo = hi = 1, rate 1.
func MinMaxNorm(lo, hi, rate float64, w Mat) Mat {
	out := like(w)
	for j := range w[0] {
		c := column(w, j)
		n := math.Sqrt(dot(c, c))
		for i := range w {
			out[i][j] = w[i][j] * (rate*clip(n, lo, hi) + (1-rate)*n) / (eps + n)
		}
	}
	return out
}

// NonNeg returns max(w, 0).
func NonNeg(w Mat) Mat {
	out := like(w)
	for i := range w {
		for j, v := range w[i] {
			out[i][j] = math.Max(v, 0)
		}
	}
	return out
}
