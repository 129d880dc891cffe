package kernel

// lanes is the virtual width of every sum that is not a product: lane l adds
// the elements l, l+16, l+32, … in order, and a fixed tree adds the lanes. So
// a sum depends on its length only, never on the width of a register.
const lanes = 16

// tree adds the lanes: halves first, then quarters, and so on.
func tree[T float32 | float64](s *[lanes]T) T {
	even := ((s[0] + s[8]) + (s[4] + s[12])) + ((s[2] + s[10]) + (s[6] + s[14]))
	odd := ((s[1] + s[9]) + (s[5] + s[13])) + ((s[3] + s[11]) + (s[7] + s[15]))
	return even + odd
}

// Sum returns Σ x[i] in float64.
func Sum(x []float32) float64 {
	var s [lanes]float64
	for ; len(x) >= lanes; x = x[lanes:] {
		for l := range s {
			s[l] += float64(x[l])
		}
	}
	for l, v := range x {
		s[l] += float64(v)
	}
	return tree(&s)
}

// SumSquares returns Σ x[i]² in float64.
func SumSquares(x []float32) float64 {
	var s [lanes]float64
	for ; len(x) >= lanes; x = x[lanes:] {
		for l := range s {
			v := float64(x[l])
			s[l] += v * v // exact in float64, so fusing changes nothing
		}
	}
	for l, v := range x {
		s[l] += float64(v) * float64(v)
	}
	return tree(&s)
}

// Dot returns Σ x[i]·y[i] in float64.
func Dot(x, y []float32) float64 {
	check("Dot", "y", len(y), len(x))
	y = y[:len(x)]
	var s [lanes]float64
	for ; len(x) >= lanes; x, y = x[lanes:], y[lanes:] {
		for l := range s {
			s[l] += float64(x[l]) * float64(y[l])
		}
	}
	for l, v := range x {
		s[l] += float64(v) * float64(y[l])
	}
	return tree(&s)
}
