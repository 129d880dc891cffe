package kernel

// lanes is the virtual width of every sum that is not a product: lane l adds
// the elements l, l+16, l+32, … in order, and a fixed tree adds the lanes. So
// a sum depends on its length only, never on the width of a register.
const lanes = 16

func tree(s *[lanes]float64) float64 {
	for w := lanes / 2; w > 0; w /= 2 {
		for l := range w {
			s[l] += s[l+w]
		}
	}
	return s[0]
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
