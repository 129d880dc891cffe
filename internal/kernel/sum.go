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

// sumLevel is the level that sums are computed at; all give the same bits.
var sumLevel = func() *level {
	l, err := chooseLevel()
	if err != nil {
		l = &portable // New returns the error
	}
	return l
}()

// Sum returns Σ x[i] in float64.
func Sum(x []float32) float64 {
	var s [lanes]float64
	whole := len(x) &^ (lanes - 1)
	sumLevel.addLanes64(&s, x[:whole])
	sum(&s, x[whole:])
	return tree(&s)
}

// SumSquares returns Σ x[i]² in float64.
func SumSquares(x []float32) float64 { return Dot(x, x) }

// Dot returns Σ x[i]·y[i] in float64.
func Dot(x, y []float32) float64 {
	check("Dot", "y", len(y), len(x))
	var s [lanes]float64
	whole := len(x) &^ (lanes - 1)
	sumLevel.addProducts64(&s, x[:whole], y[:whole])
	dot(&s, x[whole:], y[whole:])
	return tree(&s)
}

// sum adds x to the lanes; x begins at lane 0.
func sum(s *[lanes]float64, x []float32) {
	for i, v := range x {
		s[i%lanes] += float64(v)
	}
}

// dot adds the products of x and y to the lanes. Each is exact in float64, so
// that fusing it with the sum would change nothing.
func dot(s *[lanes]float64, x, y []float32) {
	for i, v := range x {
		s[i%lanes] += float64(v) * float64(y[i])
	}
}
